// Slowlog: the last commands that took long, newest first.
//
// Arguments are kept as Redis keeps them: at most 32 of them, at most 128 bytes of each, with a note of what
// was left out.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

struct SlowlogEntry {
  std::uint64_t id;
  std::int64_t at_s;  // Unix time
  std::int64_t took_us;
  std::vector<std::string> arguments;
  std::string address;
  std::string client_name;
};

class Slowlog {
 public:
  void add(std::int64_t at_s, std::int64_t took_us, std::span<const std::string_view> args,
           std::string_view address, std::string_view client_name, std::size_t length_max);
  void trim(std::size_t length_max);
  void clear() { entries_.clear(); }
  [[nodiscard]] const std::deque<SlowlogEntry>& entries() const noexcept { return entries_; }

 private:
  static constexpr std::size_t kArgumentsMax = 32;
  static constexpr std::size_t kArgumentBytesMax = 128;

  std::deque<SlowlogEntry> entries_;
  std::uint64_t next_id_ = 0;
};

}  // namespace baton
