// Whether a text is one JSON value (RFC 8259); for tests.
#pragma once

#include <cctype>
#include <string_view>

namespace baton::explorer {

class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}

  bool all() { return value() && (space(), text_.empty()); }

 private:
  bool value() {
    space();
    if (take('{')) return members('}', true);
    if (take('[')) return members(']', false);
    if (!text_.empty() && text_[0] == '"') return string();
    return word("true") || word("false") || word("null") || number();
  }

  bool members(char end, bool named) {
    space();
    if (take(end)) return true;
    do {
      space();
      if (named && !(string() && (space(), take(':')))) return false;
      if (!value()) return false;
      space();
    } while (take(','));
    return take(end);
  }

  bool string() {
    if (!take('"')) return false;
    while (!text_.empty() && text_[0] != '"') {
      if (static_cast<unsigned char>(text_[0]) < 0x20) return false;
      if (take('\\')) {
        if (take('u')) {
          for (int i = 0; i < 4; ++i, text_.remove_prefix(1)) {
            if (text_.empty() || std::isxdigit(static_cast<unsigned char>(text_[0])) == 0) return false;
          }
          continue;
        }
        if (text_.empty() || std::string_view("\"\\/bfnrt").find(text_[0]) == std::string_view::npos)
          return false;
      }
      text_.remove_prefix(1);
    }
    return take('"');
  }

  bool number() {
    (void)take('-');
    if (take('0')) {
      if (digits()) return false;
    } else if (!digits()) {
      return false;
    }
    return !take('.') || digits();
  }

  bool digits() {
    const std::size_t before = text_.size();
    while (!text_.empty() && std::isdigit(static_cast<unsigned char>(text_[0])) != 0) text_.remove_prefix(1);
    return text_.size() < before;
  }

  bool word(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }
  bool take(char c) { return word({&c, 1}); }
  void space() {
    while (!text_.empty() && std::string_view(" \t\r\n").find(text_[0]) != std::string_view::npos) {
      text_.remove_prefix(1);
    }
  }

  std::string_view text_;
};

inline bool is_json(std::string_view text) { return JsonChecker(text).all(); }

}  // namespace baton::explorer
