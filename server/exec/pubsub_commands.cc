// SUBSCRIBE, UNSUBSCRIBE, their pattern and shard twins, PUBLISH, SPUBLISH, PUBSUB.
#include <fmt/core.h>

#include <string>
#include <vector>

#include "server/exec/executor.h"
#include "server/exec/pubsub.h"
#include "server/exec/session_call.h"
#include "server/exec/session_commands.h"

namespace baton {

namespace {

using Kind = PubSub::Kind;

// "subscribe", the channel (or null) and how many subscriptions of the family are left; pushed in RESP3.
void confirm(SessionCall& call, std::string_view word, const std::string_view* name, Kind kind) {
  call.reply.push(3);
  call.reply.bulk(word);
  if (name)
    call.reply.bulk(*name);
  else
    call.reply.null();
  const Client& client = call.client;
  const std::size_t left = kind == Kind::shard_channel ? client.shard_channels.size()
                                                       : client.channels.size() + client.patterns.size();
  call.reply.integer(static_cast<std::int64_t>(left));
}

template <Kind kind>
void subscribe(SessionCall& call) {
  constexpr std::string_view word = kind == Kind::channel   ? "subscribe"
                                    : kind == Kind::pattern ? "psubscribe"
                                                            : "ssubscribe";
  for (std::size_t i = 1; i < call.args.size(); ++i) {
    call.server.pubsub.subscribe(call.client, kind, call.args[i]);
    confirm(call, word, &call.args[i], kind);
  }
}

template <Kind kind>
void unsubscribe(SessionCall& call) {
  constexpr std::string_view word = kind == Kind::channel   ? "unsubscribe"
                                    : kind == Kind::pattern ? "punsubscribe"
                                                            : "sunsubscribe";
  if (call.args.size() > 1) {
    for (std::size_t i = 1; i < call.args.size(); ++i) {
      call.server.pubsub.unsubscribe(call.client, kind, call.args[i]);
      confirm(call, word, &call.args[i], kind);
    }
    return;
  }
  const auto& names = kind == Kind::channel   ? call.client.channels
                      : kind == Kind::pattern ? call.client.patterns
                                              : call.client.shard_channels;
  if (names.empty()) return confirm(call, word, nullptr, kind);
  const std::vector<std::string> all(names.begin(), names.end());
  for (const std::string& name : all) {
    call.server.pubsub.unsubscribe(call.client, kind, name);
    const std::string_view view = name;
    confirm(call, word, &view, kind);
  }
}

void publish(SessionCall& call) {
  call.reply.integer(static_cast<std::int64_t>(call.server.pubsub.publish(call.args[1], call.args[2])));
}

void spublish(SessionCall& call) {
  call.reply.integer(static_cast<std::int64_t>(call.server.pubsub.publish_shard(call.args[1], call.args[2])));
}

template <Kind kind>
void list_channels(SessionCall& call) {
  const auto names =
      call.server.pubsub.channels(kind, call.args.size() > 2 ? call.args[2] : std::string_view{});
  call.reply.array(names.size());
  for (const std::string_view name : names) call.reply.bulk(name);
}

template <Kind kind>
void count_subscribers(SessionCall& call) {
  call.reply.map(call.args.size() - 2);
  for (std::size_t i = 2; i < call.args.size(); ++i) {
    call.reply.bulk(call.args[i]);
    call.reply.integer(static_cast<std::int64_t>(call.server.pubsub.subscribers(kind, call.args[i])));
  }
}

void count_patterns(SessionCall& call) {
  call.reply.integer(static_cast<std::int64_t>(call.server.pubsub.patterns()));
}

void help(SessionCall& call) {
  constexpr std::string_view kLines[] = {
      "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "CHANNELS [<pattern>]",
      "    The channels that have subscribers; with a pattern, those that match it.",
      "NUMPAT",
      "    How many patterns are subscribed to.",
      "NUMSUB [<channel> ...]",
      "    How many subscribers each channel has, patterns left out.",
      "SHARDCHANNELS [<pattern>]",
      "    The shard channels that have subscribers; with a pattern, those that match it.",
      "SHARDNUMSUB [<shardchannel> ...]",
      "    How many subscribers each shard channel has.",
      "HELP",
      "    These lines.",
  };
  call.reply.array(std::size(kLines));
  for (const std::string_view line : kLines) call.reply.simple_string(line);
}

constexpr std::uint32_t kSubscribing = kPubsub | kNoscript | kLoading | kStale;

constexpr CommandSpec session_command(std::string_view name, int arity, std::uint32_t flags,
                                      std::string_view since, std::string_view summary,
                                      SessionHandler handler, std::string_view complexity,
                                      KeyRange routed_by = {}) {
  CommandSpec spec{name, arity, flags, {}, Group::pubsub, since, summary};
  spec.session = handler;
  spec.complexity = complexity;
  spec.routed_by = routed_by;
  return spec;
}

constexpr CommandSpec kPubsubSubcommands[] = {
    session_command("channels", -2, kPubsub | kLoading | kStale, "2.8.0",
                    "Lists channels that have subscribers.", list_channels<Kind::channel>,
                    "O(N) where N is the number of active channels"),
    session_command("help", 2, kLoading | kStale, "6.2.0", "Tells what PUBSUB can do.", help, "O(1)"),
    session_command("numpat", 2, kPubsub | kLoading | kStale, "2.8.0",
                    "Counts the patterns that are subscribed to.", count_patterns, "O(1)"),
    session_command("numsub", -2, kPubsub | kLoading | kStale, "2.8.0", "Counts the subscribers of channels.",
                    count_subscribers<Kind::channel>,
                    "O(N) for the NUMSUB subcommand, where N is the number of channels"),
    session_command("shardchannels", -2, kPubsub | kLoading | kStale, "7.0.0",
                    "Lists shard channels that have subscribers.", list_channels<Kind::shard_channel>,
                    "O(N) where N is the number of active shard channels"),
    session_command("shardnumsub", -2, kPubsub | kLoading | kStale, "7.0.0",
                    "Counts the subscribers of shard channels.", count_subscribers<Kind::shard_channel>,
                    "O(N) where N is the number of shard channels"),
};

constexpr CommandSpec pubsub_container() {
  CommandSpec spec{
      "pubsub", -2, 0, {}, Group::pubsub, "2.8.0", "A container of commands that look at subscriptions."};
  spec.subcommands = kPubsubSubcommands;
  spec.complexity = "Depends on subcommand.";
  return spec;
}

constexpr CommandSpec kCommands[] = {
    session_command("subscribe", -2, kSubscribing, "2.0.0", "Listens to channels.", subscribe<Kind::channel>,
                    "O(N) where N is the number of channels to subscribe to."),
    session_command("unsubscribe", -1, kSubscribing, "2.0.0", "Stops to listen to channels.",
                    unsubscribe<Kind::channel>, "O(N) where N is the number of channels to unsubscribe."),
    session_command("psubscribe", -2, kSubscribing, "2.0.0", "Listens to the channels that match patterns.",
                    subscribe<Kind::pattern>, "O(N) where N is the number of patterns to subscribe to."),
    session_command("punsubscribe", -1, kSubscribing, "2.0.0", "Stops to listen to patterns.",
                    unsubscribe<Kind::pattern>, "O(N) where N is the number of patterns to unsubscribe."),
    session_command("ssubscribe", -2, kSubscribing, "7.0.0", "Listens to shard channels.",
                    subscribe<Kind::shard_channel>,
                    "O(N) where N is the number of shard channels to subscribe to.", {1, -1, 1}),
    session_command("sunsubscribe", -1, kSubscribing, "7.0.0", "Stops to listen to shard channels.",
                    unsubscribe<Kind::shard_channel>,
                    "O(N) where N is the number of shard channels to unsubscribe.", {1, -1, 1}),
    session_command("publish", 3, kPubsub | kLoading | kStale | kFast | kMayReplicate, "2.0.0",
                    "Sends a message to those who listen to a channel.", publish,
                    "O(N+M) where N is the number of clients subscribed to the receiving channel and M is "
                    "the number of patterns"),
    session_command("spublish", 3, kPubsub | kLoading | kStale | kFast | kMayReplicate, "7.0.0",
                    "Sends a message to those who listen to a shard channel.", spublish,
                    "O(N) where N is the number of clients subscribed to the receiving shard channel.",
                    {1, 1, 1}),
    pubsub_container(),
};

}  // namespace

std::span<const CommandSpec> pubsub_commands() { return kCommands; }

}  // namespace baton
