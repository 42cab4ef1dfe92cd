// Observatory: who wants to know how commands went. Implemented in observe/, which is above this room.
#pragma once

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
  // An event of the latency monitor, with its time in milliseconds.
  virtual void latency_event(std::string_view event, std::int64_t ms) = 0;
};

}  // namespace baton
