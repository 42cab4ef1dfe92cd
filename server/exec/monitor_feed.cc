#include "server/exec/monitor_feed.h"

#include <fmt/core.h>

#include <string>

#include "server/commands/command.h"
#include "server/exec/client.h"
#include "server/exec/secrets.h"
#include "server/platform/clock.h"

namespace baton {

namespace {

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else if (c == '\t') {
      line += "\\t";
    } else if (c == '\a') {
      line += "\\a";
    } else if (c == '\b') {
      line += "\\b";
    } else if (byte < 0x20 || byte >= 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void MonitorFeed::add(Client& client) {
  client.monitor = true;
  client.settle();
  monitors_.push_back(&client);
}

void MonitorFeed::remove(Client& client) {
  client.monitor = false;
  client.settle();
  std::erase(monitors_, &client);
}

void MonitorFeed::show(const Client& client, const CommandSpec& spec,
                       std::span<const std::string_view> args) {
  const std::int64_t now_us = clock_.wall_us();
  std::string line = fmt::format("+{}.{:06} [{} {}]", now_us / 1'000'000, now_us % 1'000'000, client.db,
                                 client.from_unix_socket ? "unix:" + client.local_address : client.address);
  for (const std::string_view argument : without_secrets(spec, args)) {
    line += ' ';
    append_quoted(line, argument);
  }
  line += "\r\n";
  outbound_.send(monitors_, line);
}

}  // namespace baton
