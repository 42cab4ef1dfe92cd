#include "server/commands/expiry_option.h"

#include <fmt/core.h>

#include "server/commands/errors.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

ExpiryOption::Taken ExpiryOption::take(std::span<const std::string_view> args, std::size_t& index) noexcept {
  const std::string_view word = args[index];
  Kind kind = Kind::none;
  if (is_word(word, "ex"))
    kind = Kind::ex;
  else if (is_word(word, "px"))
    kind = Kind::px;
  else if (is_word(word, "exat"))
    kind = Kind::exat;
  else if (is_word(word, "pxat"))
    kind = Kind::pxat;
  else if (allow_ == Allow::keep && is_word(word, "keepttl"))
    kind = Kind::keep;
  else if (allow_ == Allow::persist && is_word(word, "persist"))
    kind = Kind::persist;
  else
    return Taken::no;

  if (kind_ != Kind::none && (kind_ != kind || repeat_ == Repeat::refused)) return Taken::conflict;
  kind_ = kind;
  if (!has_time()) return Taken::yes;
  if (index + 1 == args.size()) return Taken::conflict;
  value_ = args[++index];
  return Taken::yes;
}

bool ExpiryOption::resolve(std::int64_t now_ms, std::string_view command, ReplyWriter& reply) {
  if (!has_time()) return true;
  const auto value = parse_int64(value_);
  if (!value) {
    reply.error(kNotInteger);
    return false;
  }
  const bool seconds = kind_ == Kind::ex || kind_ == Kind::exat;
  const bool relative = kind_ == Kind::ex || kind_ == Kind::px;
  if (*value <= 0 || !absolute_ms(*value, seconds, relative ? now_ms : 0, at_ms_)) {
    write_invalid_expiry(reply, command);
    return false;
  }
  return true;
}

void write_invalid_expiry(ReplyWriter& reply, std::string_view command) {
  reply.error(fmt::format("ERR invalid expire time in '{}' command", command));
}

bool absolute_ms(std::int64_t value, bool seconds, std::int64_t base_ms, std::int64_t& at_ms) noexcept {
  if (seconds && __builtin_mul_overflow(value, std::int64_t{1000}, &value)) return false;
  return !__builtin_add_overflow(value, base_ms, &at_ms);
}

}  // namespace baton
