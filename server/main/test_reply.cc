#include "server/main/test_reply.h"

#include <charconv>
#include <cstdint>

namespace baton {

namespace {

bool is_collection(char type) {
  return type == '*' || type == '%' || type == '~' || type == '>' || type == '|';
}

TestReply garbage(std::string_view bytes) {
  return {.type = '!', .text = std::string(bytes.substr(0, 80)), .null = false, .items = {}};
}

}  // namespace

std::string TestReply::str() const {
  if (is_collection(type)) {
    if (null) return "nil*";
    const bool map = type == '%' || type == '|';
    std::string out(type == '*' || type == '%' ? "" : std::string(1, type));
    out += map ? '{' : '[';
    for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "" : " ") + items[i].str();
    return out + (map ? '}' : ']');
  }
  switch (type) {
    case '+':
      return text;
    case '$':
      return null ? "nil" : '"' + text + '"';
    case '_':
      return "null";
    default:
      return type + text;
  }
}

std::optional<TestReply> read_reply(std::string_view bytes, std::size_t& used) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  TestReply reply{
      .type = bytes[0], .text = std::string(bytes.substr(1, end - 1)), .null = false, .items = {}};
  used = end + 2;
  const bool sized = reply.type == '$' || reply.type == '=' || is_collection(reply.type);
  if (!sized)
    return std::string_view("+-:_#,(").find(reply.type) == std::string_view::npos ? garbage(bytes) : reply;
  std::int64_t size = 0;
  const auto [stop, error] = std::from_chars(reply.text.data(), reply.text.data() + reply.text.size(), size);
  if (error != std::errc{} || stop != reply.text.data() + reply.text.size()) return garbage(bytes);
  if (size < 0) {
    reply.null = true;
    return reply;
  }
  if (!is_collection(reply.type)) {
    const auto length = static_cast<std::size_t>(size);
    if (bytes.size() < used + length + 2) return std::nullopt;
    reply.text = bytes.substr(used, length);
    used += length + 2;
    return reply;
  }
  const std::int64_t count = reply.type == '%' || reply.type == '|' ? size * 2 : size;
  for (std::int64_t i = 0; i < count; ++i) {
    std::size_t item = 0;
    auto next = read_reply(bytes.substr(used), item);
    if (!next) return std::nullopt;
    used += item;
    reply.items.push_back(std::move(*next));
  }
  return reply;
}

}  // namespace baton
