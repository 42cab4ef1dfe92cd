#include "server/resp/reply_parser.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::size_t kRestMoved = 4096;  // bytes read are dropped when at least so many are

bool is_big_number(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<double> number_of(std::string_view text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  return parse_double(text);
}

}  // namespace

void ReplyParser::feed(std::string_view bytes) {
  if (at_ >= kRestMoved && at_ >= bytes_.size() / 2) {
    bytes_.erase(0, at_);
    scanned_ -= std::min(scanned_, at_);
    at_ = 0;
  }
  bytes_.append(bytes);
}

ReplyParser::Outcome ReplyParser::next(Reply& reply) {
  if (!error_.empty()) return Outcome::error;
  for (;;) {
    Reply value;
    const Step step = read_value(value);
    if (step == Step::incomplete) return Outcome::incomplete;
    if (step == Step::error) return Outcome::error;
    if (step == Step::begun) continue;
    value.attributes = std::exchange(attributes_, {});
    if (settle(value)) {
      reply = std::move(value);
      return Outcome::reply;
    }
  }
}

// Puts a whole value where it belongs, and the aggregates that it completes. True: `value` now is a whole
// reply.
bool ReplyParser::settle(Reply& value) {
  for (;;) {
    if (value.type == ReplyType::attribute) {
      attributes_ = std::move(value.attributes);
      std::move(value.items.begin(), value.items.end(), std::back_inserter(attributes_));
      return false;
    }
    if (open_.empty()) return true;
    Open& parent = open_.back();
    parent.reply.items.push_back(std::move(value));
    if (--parent.items_left > 0) return false;
    value = std::move(parent.reply);
    open_.pop_back();
  }
}

ReplyParser::Step ReplyParser::fail(std::string text) {
  error_ = std::move(text);
  return Step::error;
}

// The rest of the line after the byte at at_, without CR LF; moves behind it.
ReplyParser::Step ReplyParser::take_line(std::string_view& line) {
  const std::size_t from = at_ + 1;
  const std::size_t end = bytes_.find_first_of("\r\n", std::max(from, scanned_));
  if (end == std::string::npos || (bytes_[end] == '\r' && end + 1 == bytes_.size())) {
    scanned_ = std::min(end, bytes_.size());
    return Step::incomplete;
  }
  if (bytes_[end] != '\r' || bytes_[end + 1] != '\n') return fail("a line with a lone CR or LF");
  line = std::string_view(bytes_).substr(from, end - from);
  at_ = end + 2;
  scanned_ = 0;
  return Step::value;
}

ReplyParser::Step ReplyParser::read_value(Reply& value) {
  if (bulk_due_) return read_bulk(value);
  if (at_ == bytes_.size()) return Step::incomplete;
  const char type = bytes_[at_];
  if (std::string_view("+-:$*_#,(!=%|~>").find(type) == std::string_view::npos)
    return fail(std::string("unknown type '") + type + "'");
  std::string_view line;
  if (const Step step = take_line(line); step != Step::value) return step;
  value.type = static_cast<ReplyType>(type);
  return read_header(type, line, value);
}

ReplyParser::Step ReplyParser::read_header(char type, std::string_view line, Reply& value) {
  switch (type) {
    case '+':
    case '-':
      break;
    case ':': {
      const auto integer = parse_int64(line);
      if (!integer) return fail("not an integer");
      value.integer = *integer;
      break;
    }
    case '_':
      if (!line.empty()) return fail("a null with a text");
      value.absent = true;
      break;
    case '#':
      if (line != "t" && line != "f") return fail("neither true nor false");
      value.integer = line == "t" ? 1 : 0;
      break;
    case ',': {
      const auto number = number_of(line);
      if (!number) return fail("not a double");
      value.number = *number;
      break;
    }
    case '(':
      if (!is_big_number(line)) return fail("not a big number");
      break;
    default:
      return read_count(line, value);
  }
  value.text = line;
  return Step::value;
}

// Of a value whose line holds a length.
ReplyParser::Step ReplyParser::read_count(std::string_view line, Reply& value) {
  constexpr std::int64_t kCountMax = std::numeric_limits<std::int64_t>::max() / 4;
  const auto count = parse_int64(line);
  const bool may_be_absent = value.type == ReplyType::bulk || value.type == ReplyType::array;
  if (!count || *count < (may_be_absent ? -1 : 0) || *count > kCountMax) return fail("not a length");
  if (*count < 0) {
    value.absent = true;
    return Step::value;
  }
  switch (value.type) {
    case ReplyType::map:
    case ReplyType::attribute:
      return open(value, 2 * static_cast<std::uint64_t>(*count));
    case ReplyType::array:
    case ReplyType::set:
    case ReplyType::push:
      return open(value, static_cast<std::uint64_t>(*count));
    default:
      bulk_ = std::move(value);
      bulk_bytes_ = static_cast<std::size_t>(*count);
      bulk_due_ = true;
      return Step::begun;
  }
}

ReplyParser::Step ReplyParser::read_bulk(Reply& value) {
  if (bytes_.size() - at_ < bulk_bytes_ + 2) return Step::incomplete;
  if (bytes_[at_ + bulk_bytes_] != '\r' || bytes_[at_ + bulk_bytes_ + 1] != '\n')
    return fail("a bulk that does not end with CR LF");
  value = std::move(bulk_);
  value.text = bytes_.substr(at_, bulk_bytes_);
  at_ += bulk_bytes_ + 2;
  bulk_due_ = false;
  if (value.type != ReplyType::verbatim) return Step::value;
  if (value.text.size() < 4 || value.text[3] != ':') return fail("a verbatim without a format");
  value.format = value.text.substr(0, 3);
  value.text.erase(0, 4);
  return Step::value;
}

// The attributes that were read belong to this aggregate, not to its first item.
ReplyParser::Step ReplyParser::open(Reply& value, std::uint64_t items) {
  if (items == 0) return Step::value;
  if (open_.size() == kDepthMax) return fail("nested too deep");
  value.attributes = std::exchange(attributes_, {});
  open_.push_back({std::move(value), items});
  return Step::begun;
}

}  // namespace baton
