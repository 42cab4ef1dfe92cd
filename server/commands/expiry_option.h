// ExpiryOption: EX, PX, EXAT, PXAT, KEEPTTL and PERSIST, as SET, GETEX, MSETEX and INCREX take them.
//
// Words are taken while options are read, so that conflicts are syntax errors; the time itself is judged
// later by resolve(), because a command may have to answer something else first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "server/resp/reply_writer.h"

namespace baton {

class ExpiryOption {
 public:
  enum class Kind : std::uint8_t { none, ex, px, exat, pxat, keep, persist };
  enum class Taken : std::uint8_t { no, yes, conflict };
  enum class Allow : std::uint8_t { keep, persist };  // which of KEEPTTL and PERSIST the command knows
  enum class Repeat : std::uint8_t { allowed, refused };

  explicit ExpiryOption(Allow allow, Repeat repeat = Repeat::allowed) noexcept
      : allow_(allow), repeat_(repeat) {}

  // Takes args[index] when it is one of ours, and its value with it: `index` is then that of the last
  // argument taken. A word without its value, or one that does not go with what was taken before, is a
  // conflict.
  [[nodiscard]] Taken take(std::span<const std::string_view> args, std::size_t& index) noexcept;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool has_time() const noexcept { return kind_ >= Kind::ex && kind_ <= Kind::pxat; }

  // Sets at_ms() from the time that was given; without one it does nothing. When the time makes no sense it
  // answers the error, naming `command`, and returns false.
  [[nodiscard]] bool resolve(std::int64_t now_ms, std::string_view command, ReplyWriter& reply);
  [[nodiscard]] std::int64_t at_ms() const noexcept { return at_ms_; }  // absolute Unix milliseconds

 private:
  Allow allow_;
  Repeat repeat_;
  Kind kind_ = Kind::none;
  std::string_view value_;
  std::int64_t at_ms_ = 0;
};

// "ERR invalid expire time in 'set' command"
void write_invalid_expiry(ReplyWriter& reply, std::string_view command);

// `value` seconds or milliseconds, counted from `base_ms`, as absolute milliseconds; false when it does not
// fit.
[[nodiscard]] bool absolute_ms(std::int64_t value, bool seconds, std::int64_t base_ms,
                               std::int64_t& at_ms) noexcept;

}  // namespace baton
