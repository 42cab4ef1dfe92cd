#include "server/config/words.h"

#include <algorithm>

namespace baton {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char escaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Both take the line from behind the opening quote on, and leave it behind the closing one.
bool take_double_quoted(std::string_view& line, std::string& word) {
  while (!line.empty()) {
    if (line[0] == '"') {
      line.remove_prefix(1);
      return line.empty() || is_space(line[0]);
    }
    if (line[0] == '\\' && line.size() >= 4 && line[1] == 'x' && hex_digit(line[2]) >= 0 &&
        hex_digit(line[3]) >= 0) {
      word.push_back(static_cast<char>(hex_digit(line[2]) * 16 + hex_digit(line[3])));
      line.remove_prefix(4);
    } else if (line[0] == '\\' && line.size() >= 2) {
      word.push_back(escaped(line[1]));
      line.remove_prefix(2);
    } else {
      word.push_back(line[0]);
      line.remove_prefix(1);
    }
  }
  return false;
}

bool take_single_quoted(std::string_view& line, std::string& word) {
  while (!line.empty()) {
    if (line[0] == '\'') {
      line.remove_prefix(1);
      return line.empty() || is_space(line[0]);
    }
    if (line[0] == '\\' && line.size() >= 2 && line[1] == '\'') line.remove_prefix(1);
    word.push_back(line[0]);
    line.remove_prefix(1);
  }
  return false;
}

// Takes one word, which may begin unquoted and go on quoted.
bool take_word(std::string_view& line, std::string& word) {
  while (!line.empty() && !is_space(line[0])) {
    const char c = line[0];
    line.remove_prefix(1);
    if (c == '"') return take_double_quoted(line, word);
    if (c == '\'') return take_single_quoted(line, word);
    word.push_back(c);
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  for (;;) {
    while (!line.empty() && is_space(line[0])) line.remove_prefix(1);
    if (line.empty()) return words;
    if (!take_word(line, words.emplace_back())) return std::nullopt;
  }
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
