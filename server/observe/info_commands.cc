// INFO, TIME.
#include "server/commands/spec_builder.h"
#include "server/exec/session_call.h"
#include "server/observe/admin_commands.h"
#include "server/observe/info.h"
#include "server/observe/spec.h"
#include "server/platform/platform.h"

namespace baton {

namespace {

void info(SessionCall& call) { call.reply.verbatim("txt", info_text(call.server, call.args.subspan(1))); }

void time(SessionCall& call) {
  const std::int64_t us = call.server.platform.clock.wall_us();
  call.reply.array(2);
  call.reply.bulk_integer(us / 1'000'000);
  call.reply.bulk_integer(us % 1'000'000);
}

constexpr std::uint32_t kAnyTime = kLoading | kStale;

constexpr CommandSpec kCommands[] = {
    with_tips(server_command("info", -1, kAnyTime | kDangerous, "1.0.0",
                             "Describes the server and its statistics.", info),
              "nondeterministic_output request_policy:all_shards response_policy:special"),
    with_tips(server_command("time", 1, kAnyTime | kFast, "2.6.0", "Tells the server's time.", time),
              "nondeterministic_output"),
};

}  // namespace

std::span<const CommandSpec> info_commands() { return kCommands; }

}  // namespace baton
