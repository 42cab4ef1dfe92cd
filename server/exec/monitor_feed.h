// MonitorFeed: shows the commands of all clients to those that said MONITOR.
//
// Ownership   The executor's. A monitor is Client::monitor as well, so that it is not plain().
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "server/exec/outbound.h"

namespace baton {

class Clock;
struct CommandSpec;

class MonitorFeed {
 public:
  MonitorFeed(Clock& clock, Outbound& outbound) : clock_(clock), outbound_(outbound) {}

  [[nodiscard]] bool empty() const noexcept { return monitors_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return monitors_.size(); }
  void add(Client& client);
  void remove(Client& client);

  // `client` is about to run the command; what it must not tell is left out.
  void show(const Client& client, const CommandSpec& spec, std::span<const std::string_view> args);

 private:
  Clock& clock_;
  Outbound& outbound_;
  std::vector<Client*> monitors_;
};

}  // namespace baton
