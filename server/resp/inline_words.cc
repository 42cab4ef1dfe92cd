#include "server/resp/inline_words.h"

#include <algorithm>
#include <cstddef>

namespace baton {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What ends a word that is not quoted. Vertical tabs and form feeds stand between words, yet do not end one.
bool ends_word(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char unescaped(char c) {
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

// Reads a word from `at` on and writes it over what was read: it only ever shrinks.
class WordReader {
 public:
  WordReader(std::span<char> line, std::size_t at) : line_(line), at_(at), out_(at) {}

  // False: unbalanced quotes.
  bool read() {
    while (at_ < line_.size() && !ends_word(line_[at_])) {
      const char c = line_[at_++];
      if (c == '"' || c == '\'') {
        if (!(c == '"' ? read_double() : read_single())) return false;
        return at_ == line_.size() || is_space(line_[at_]);
      }
      line_[out_++] = c;
    }
    return true;
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t out() const { return out_; }

 private:
  bool read_double() {
    for (; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c != '\\' || at_ + 1 == line_.size()) {
        line_[out_++] = c;
        continue;
      }
      const char next = line_[++at_];
      if (next == 'x' && at_ + 2 < line_.size() && hex_digit(line_[at_ + 1]) >= 0 &&
          hex_digit(line_[at_ + 2]) >= 0) {
        line_[out_++] = static_cast<char>(hex_digit(line_[at_ + 1]) * 16 + hex_digit(line_[at_ + 2]));
        at_ += 2;
      } else {
        line_[out_++] = unescaped(next);
      }
    }
    return false;
  }
  bool read_single() {
    for (; at_ < line_.size(); ++at_) {
      if (line_[at_] == '\'') {
        ++at_;
        return true;
      }
      if (line_[at_] == '\\' && at_ + 1 < line_.size() && line_[at_ + 1] == '\'') ++at_;
      line_[out_++] = line_[at_];
    }
    return false;
  }

  std::span<char> line_;
  std::size_t at_;
  std::size_t out_;
};

}  // namespace

bool split_inline_words(std::span<char> line, std::vector<std::string_view>& words) {
  // As with C strings, a zero byte ends the line.
  line = line.first(static_cast<std::size_t>(std::find(line.begin(), line.end(), '\0') - line.begin()));
  std::size_t at = 0;
  for (;;) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size()) return true;
    WordReader word(line, at);
    if (!word.read()) return false;
    words.emplace_back(line.data() + at, word.out() - at);
    at = word.at();
  }
}

}  // namespace baton
