#include "server/config/words.h"

#include <algorithm>

#include "server/resp/inline_words.h"

namespace baton {

std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::string copy(line);
  std::vector<std::string_view> words;
  if (!split_inline_words(copy, words)) return std::nullopt;
  return std::vector<std::string>(words.begin(), words.end());
}

std::vector<std::string> split_value(std::string_view value) {
  std::vector<std::string> words;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(' '), value.size());
    if (end > 0) words.emplace_back(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  if (words.empty()) words.emplace_back();
  return words;
}

std::string ascii_lower(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::string quote_word(std::string_view word) {
  static constexpr char kHex[] = "0123456789abcdef";
  bool plain = !word.empty();
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '"' || c == '\'' || c == '\\') plain = false;
  }
  if (plain) return std::string(word);

  std::string out = "\"";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append(1, '\\').push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (byte < ' ' || byte == 0x7f) {
      out.append("\\x").append(1, kHex[byte >> 4]).push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace baton
