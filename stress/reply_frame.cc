#include "stress/reply_frame.h"

#include <fmt/core.h>

#include <charconv>

namespace baton {
namespace {

constexpr Frame kMore{FrameState::kMore, 0};
constexpr Frame kMalformed{FrameState::kMalformed, 0};
constexpr int kDepthMax = 16;
constexpr std::size_t kLineBytesMax = 1024 * 1024;

Frame whole(std::size_t bytes) { return {FrameState::kWhole, bytes}; }

bool parse_integer(std::string_view text, long long& value) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Frame frame_at(std::string_view bytes, int depth);

Frame elements(std::string_view bytes, std::size_t begin, long long count, int depth) {
  std::size_t at = begin;
  for (long long i = 0; i < count; ++i) {
    Frame element = frame_at(bytes.substr(at), depth + 1);
    if (element.state != FrameState::kWhole) return element;
    at += element.bytes;
  }
  return whole(at);
}

Frame bulk(std::string_view bytes, std::size_t begin, long long size) {
  if (size == -1) return whole(begin);
  if (size < 0) return kMalformed;
  const std::size_t end = begin + static_cast<std::size_t>(size) + 2;
  if (bytes.size() < end) return kMore;
  if (bytes[end - 2] != '\r' || bytes[end - 1] != '\n') return kMalformed;
  return whole(end);
}

Frame frame_at(std::string_view bytes, int depth) {
  if (depth > kDepthMax) return kMalformed;
  if (bytes.empty()) return kMore;
  constexpr std::string_view kTypes = "+-:$*~>%_#,(=!";
  if (kTypes.find(bytes.front()) == std::string_view::npos) return kMalformed;
  const std::size_t line_end = bytes.substr(0, kLineBytesMax).find("\r\n");
  if (line_end == std::string_view::npos) return bytes.size() < kLineBytesMax ? kMore : kMalformed;
  const std::string_view line = bytes.substr(1, line_end - 1);
  const std::size_t begin = line_end + 2;
  long long number = 0;
  switch (bytes.front()) {
    case '+':
    case '-':
    case ',':
    case '(':
      return whole(begin);
    case '_':
      return line.empty() ? whole(begin) : kMalformed;
    case '#':
      return line == "t" || line == "f" ? whole(begin) : kMalformed;
    case ':':
      return parse_integer(line, number) ? whole(begin) : kMalformed;
    case '$':
    case '=':
    case '!':
      return parse_integer(line, number) ? bulk(bytes, begin, number) : kMalformed;
    default:
      if (!parse_integer(line, number) || number < -1) return kMalformed;
      return elements(bytes, begin, bytes.front() == '%' ? number * 2 : number, depth);
  }
}

}  // namespace

Frame first_frame(std::string_view bytes) { return frame_at(bytes, 0); }

std::string printable(std::string_view bytes, std::size_t bytes_max) {
  std::string out = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes.size() > bytes_max && i == bytes_max / 2) {
      const std::size_t left_out = bytes.size() - bytes_max;
      out += fmt::format("\"...{} bytes...\"", left_out);
      i += left_out;
    }
    const unsigned char c = static_cast<unsigned char>(bytes[i]);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += bytes[i];
    } else if (c < 0x20 || c >= 0x7f) {
      out += fmt::format("\\x{:02x}", c);
    } else {
      out += bytes[i];
    }
  }
  return out + "\"";
}

}  // namespace baton
