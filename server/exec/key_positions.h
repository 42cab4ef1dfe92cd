// KeyPositions: where the keys of one invocation are among its arguments, however many there are.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "server/commands/command_keys.h"

namespace baton {

class KeyPositions {
 public:
  KeyPositions(const CommandSpec& spec, std::span<const std::string_view> args) {
    std::span<std::uint32_t> room = few_;
    int count = command_keys(spec, args, room);
    if (count > static_cast<int>(few_.size())) {
      many_.resize(static_cast<std::size_t>(count));
      room = many_;
      count = command_keys(spec, args, room);
    }
    found_ = room.first(static_cast<std::size_t>(std::max(0, count)));
  }
  KeyPositions(const KeyPositions&) = delete;
  KeyPositions& operator=(const KeyPositions&) = delete;

  [[nodiscard]] std::span<const std::uint32_t> get() const noexcept { return found_; }

 private:
  std::array<std::uint32_t, 8> few_;
  std::vector<std::uint32_t> many_;
  std::span<const std::uint32_t> found_;
};

}  // namespace baton
