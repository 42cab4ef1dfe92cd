#include "server/resp/request_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "queues/check.h"
#include "server/resp/inline_words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::int64_t kArgumentsMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kUnauthenticatedArgumentsMax = 10;
constexpr std::int64_t kUnauthenticatedBulkMax = 16384;
constexpr std::size_t kLengthLineMax = 64u << 10;
constexpr std::size_t kPiecesKept = 64;

}  // namespace

void RequestParser::start() {
  begun_ = body_due_ = false;
  bulk_size_ = -1;
  position_ = 0;
  scanned_ = 0;
  partial_bytes_ = 0;
  pieces_.clear();
  if (pieces_.capacity() > kPiecesKept) pieces_.shrink_to_fit();
}

Parsed RequestParser::fail(std::string text) {
  start();
  error_ = "Protocol error: " + std::move(text);
  return Parsed::error;
}

Parsed RequestParser::parse(std::span<char> pending, const RequestLimits& limits,
                            std::vector<std::string_view>& args) {
  const std::string_view bytes(pending.data(), pending.size());
  if (!under_way_) position_ = 0;
  const Parsed parsed = parse_on(pending, bytes, limits, args);
  under_way_ = parsed == Parsed::incomplete || parsed == Parsed::body;
  return parsed;
}

Parsed RequestParser::parse_on(std::span<char> pending, std::string_view bytes, const RequestLimits& limits,
                               std::vector<std::string_view>& args) {
  if (!begun_) {
    if (bytes.empty()) return Parsed::incomplete;
    if (bytes.front() != '*') return parse_inline(pending, limits, args);
    // Nearly every command is here whole and small: no state is kept for it.
    if (const Parsed parsed = parse_whole(bytes, limits, args); parsed != Parsed::incomplete) return parsed;
    position_ = 0;
    if (const Parsed parsed = parse_header(bytes, limits); parsed != Parsed::command) return parsed;
  }
  check(!body_due_, "request parser: called before the body was supplied");
  return parse_arguments(bytes, limits, args);
}

// One pass over a command that is wholly here and has nothing unusual about it; `incomplete` for any other,
// with nothing changed.
Parsed RequestParser::parse_whole(std::string_view pending, const RequestLimits& limits,
                                  std::vector<std::string_view>& args) {
  const char* at = pending.data() + 1;
  const char* const end = pending.data() + pending.size();
  // At most four digits and CR LF; -1 for anything else.
  const auto number = [&at, end]() -> std::int64_t {
    std::int64_t value = 0;
    const char* const first = at;
    for (int i = 0; i < 4 && at < end; ++i, ++at) {
      const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
      if (digit > 9) break;
      value = value * 10 + static_cast<std::int64_t>(digit);
    }
    const auto digits = at - first;
    if (digits == 0 || (digits > 1 && *first == '0') || end - at < 2 || at[0] != '\r' || at[1] != '\n')
      return -1;
    at += 2;
    return value;
  };
  const std::int64_t count = number();
  if (count <= 0 || (!limits.authenticated && count > kUnauthenticatedArgumentsMax))
    return Parsed::incomplete;
  const std::size_t before = args.size();
  for (std::int64_t i = 0; i < count; ++i) {
    if (at >= end || *at != '$') break;
    ++at;
    const std::int64_t size = number();
    if (size < 0 || size > end - at - 2 || static_cast<std::size_t>(size) > limits.bulk_max) break;
    args.emplace_back(at, static_cast<std::size_t>(size));
    at += size + 2;
  }
  if (args.size() - before != static_cast<std::size_t>(count)) {
    args.resize(before);
    return Parsed::incomplete;
  }
  position_ = static_cast<std::size_t>(at - pending.data());
  scanned_ = 0;  // of its header, if that had come in pieces
  return Parsed::command;
}

// The number between the type byte at position_ and the end of its line. Moves position_ behind the line when
// it is whole.
RequestParser::Line RequestParser::read_number(std::string_view pending, std::int64_t& number) {
  const std::size_t from = position_ + 1;
  const std::string_view line = pending.substr(0, from + kLengthLineMax);
  const std::size_t cr = line.find('\r', std::max(from, scanned_));
  if (cr == std::string_view::npos) {
    scanned_ = pending.size();
    return pending.size() - position_ > kLengthLineMax ? Line::too_long : Line::incomplete;
  }
  if (cr + 2 > pending.size()) {
    scanned_ = cr;
    return Line::incomplete;
  }
  scanned_ = 0;
  const auto value = parse_int64(pending.substr(from, cr - from));
  if (!value) return Line::malformed;
  number = *value;
  position_ = cr + 2;
  return Line::whole;
}

// `command` means here: the header is read, arguments follow.
Parsed RequestParser::parse_header(std::string_view pending, const RequestLimits& limits) {
  std::int64_t count = 0;
  const Line line = read_number(pending, count);
  if (line == Line::incomplete) return Parsed::incomplete;
  if (line == Line::too_long) return fail("too big mbulk count string");
  if (line == Line::malformed || count > kArgumentsMax) return fail("invalid multibulk length");
  if (!limits.authenticated && count > kUnauthenticatedArgumentsMax)
    return fail("unauthenticated multibulk length");
  if (count <= 0) return Parsed::nothing;
  begun_ = true;
  arguments_left_ = count;
  return Parsed::command;
}

Parsed RequestParser::parse_arguments(std::string_view pending, const RequestLimits& limits,
                                      std::vector<std::string_view>& args) {
  while (arguments_left_ > 0) {
    if (bulk_size_ < 0) {
      if (position_ >= pending.size()) return Parsed::incomplete;
      const char type = pending[position_];
      std::int64_t size = 0;
      const std::size_t at = position_;
      const Line line = read_number(pending, size);
      if (line == Line::incomplete) return Parsed::incomplete;
      if (line == Line::too_long) return fail("too big bulk count string");
      if (type != '$') return fail(std::string("expected '$', got '") + pending[at] + "'");
      if (line == Line::malformed || size < 0 || static_cast<std::uint64_t>(size) > limits.bulk_max)
        return fail("invalid bulk length");
      if (!limits.authenticated && size > kUnauthenticatedBulkMax) return fail("unauthenticated bulk length");
      bulk_size_ = size;
    }
    const auto size = static_cast<std::size_t>(bulk_size_);
    if (pending.size() - position_ < size + 2) {
      if (size < limits.body_min) return Parsed::incomplete;
      body_due_ = true;
      body_size_ = size;
      return Parsed::body;
    }
    pieces_.push_back({nullptr, position_, size});
    partial_bytes_ += size;
    position_ += size + 2;
    bulk_size_ = -1;
    --arguments_left_;
  }
  for (const Piece& piece : pieces_)
    args.emplace_back(piece.body ? piece.body : pending.data() + piece.offset, piece.size);
  const std::size_t end = position_;
  start();
  position_ = end;
  return Parsed::command;
}

void RequestParser::supply_body(std::string_view body) {
  check(body_due_ && body.size() == body_size_, "request parser: a body that was not asked for");
  body_due_ = false;
  pieces_.push_back({body.data(), 0, body.size()});
  partial_bytes_ += body.size();
  bulk_size_ = -1;
  --arguments_left_;
}

Parsed RequestParser::parse_inline(std::span<char> pending, const RequestLimits& limits,
                                   std::vector<std::string_view>& args) {
  // position_ says how far no line end was found: a line that comes byte by byte is looked through once.
  const auto* const found = static_cast<const char*>(
      position_ < pending.size() ? std::memchr(pending.data() + position_, '\n', pending.size() - position_)
                                 : nullptr);
  if (!found) {
    if (pending.size() > limits.inline_max) return fail("too big inline request");
    position_ = pending.size();
    return Parsed::incomplete;
  }
  const auto end = static_cast<std::size_t>(found - pending.data());
  // Whether its end came in the same piece or later: a line has one limit.
  if (end > limits.inline_max) return fail("too big inline request");
  const std::size_t size = end > 0 && pending[end - 1] == '\r' ? end - 1 : end;
  const std::size_t before = args.size();
  if (!split_inline_words(pending.first(size), args)) {
    args.resize(before);
    return fail("unbalanced quotes in request");
  }
  start();
  position_ = end + 1;
  return args.size() == before ? Parsed::nothing : Parsed::command;
}

}  // namespace baton
