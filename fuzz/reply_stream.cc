#include "fuzz/reply_stream.h"

#include <charconv>
#include <cstdint>
#include <vector>

namespace baton {

namespace {

enum class Line : unsigned char { whole, cut, wrong };

// A header line without its type byte and its CRLF; a lone CR or LF inside of it is wrong.
Line take_line(std::string_view& rest, std::string_view& line) {
  const std::size_t end = rest.find_first_of("\r\n");
  if (end == std::string_view::npos) return Line::cut;
  if (rest[end] == '\n') return Line::wrong;
  if (end + 1 == rest.size()) return Line::cut;
  if (rest[end + 1] != '\n') return Line::wrong;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return Line::whole;
}

bool number(std::string_view text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// One header and, for strings, its body. `children` is what an aggregate still wants.
Line take_value(std::string_view& rest, std::uint64_t& children) {
  const char type = rest.front();
  rest.remove_prefix(1);
  std::string_view line;
  if (const Line taken = take_line(rest, line); taken != Line::whole) return taken;
  std::int64_t count = 0;
  children = 0;
  switch (type) {
    case '+':
    case '-':
    case ',':
      return Line::whole;
    case ':':
    case '(':
      return number(line, count) || type == '(' ? Line::whole : Line::wrong;
    case '_':
      return line.empty() ? Line::whole : Line::wrong;
    case '#':
      return line == "t" || line == "f" ? Line::whole : Line::wrong;
    case '$':
    case '=':
      if (!number(line, count) || count < -1 || (type == '=' && count < 4)) return Line::wrong;
      if (count == -1) return Line::whole;
      if (rest.size() < static_cast<std::size_t>(count) + 2) return Line::cut;
      if (rest.substr(static_cast<std::size_t>(count), 2) != "\r\n") return Line::wrong;
      rest.remove_prefix(static_cast<std::size_t>(count) + 2);
      return Line::whole;
    case '*':
    case '~':
    case '>':
    case '%':
    case '|':
      if (!number(line, count) || count < (type == '*' ? -1 : 0)) return Line::wrong;
      // An attribute stands before the value that it describes.
      if (count > 0) children = static_cast<std::uint64_t>(count) * (type == '%' || type == '|' ? 2 : 1);
      if (type == '|') ++children;
      return Line::whole;
    default:
      return Line::wrong;
  }
}

}  // namespace

ReplyStream read_replies(std::string_view bytes) {
  ReplyStream result;
  std::vector<std::uint64_t> open;  // how many values each aggregate that is begun still wants
  while (!bytes.empty()) {
    std::uint64_t children = 0;
    const Line taken = take_value(bytes, children);
    if (taken != Line::whole) {
      result.well_formed = taken == Line::cut;
      result.whole = false;
      return result;
    }
    if (!open.empty()) --open.back();
    if (children != 0) open.push_back(children);
    while (!open.empty() && open.back() == 0) open.pop_back();
    if (open.empty()) ++result.replies;
  }
  result.whole = open.empty();
  return result;
}

}  // namespace baton
