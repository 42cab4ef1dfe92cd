// Observatory: who wants to know how commands went. Implemented in observe/, which is above this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace baton {

class Client;
struct CommandSpec;

class Observatory {
 public:
  virtual ~Observatory() = default;

  // Commands that took at least so many nanoseconds are reported; 0: every one, negative: none.
  [[nodiscard]] virtual std::int64_t threshold_ns() const = 0;
  virtual void slow_command(const Client& client, const CommandSpec& spec,
                            std::span<const std::string_view> args, std::int64_t ns) = 0;
  // A command, by its index in the table, took so many nanoseconds, so many times over. A time is a share of
  // its neighbours' together when commands that are fast are not timed one by one.
  virtual void command_took(std::size_t command, std::uint64_t ns, std::uint64_t times) = 0;
  // An event of the latency monitor, with its time in milliseconds.
  virtual void latency_event(std::string_view event, std::int64_t ms) = 0;
};

}  // namespace baton
