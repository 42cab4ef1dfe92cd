// Source text for the tests that read the project's own sources: files, lines, code without comments.
//
// Enough of C++ to be right about comments, string and character literals, raw strings and digit separators;
// macros are not expanded.
#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

inline std::string read_source(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline bool is_source(const std::filesystem::path& path) {
  static const std::set<std::string> kKinds = {".h", ".hh", ".hpp", ".cc", ".cpp", ".c", ".inc", ".ipp"};
  return kKinds.contains(path.extension().string());
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

inline bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether `word` stands in `line` at `at` and is not the tail of a longer name.
inline bool starts_word(std::string_view line, std::size_t at) { return at == 0 || !is_word(line[at - 1]); }

// The text with every comment and every literal's content blanked out; line breaks stay where they were.
inline std::string code_only(std::string_view text) {
  std::string code(text);
  std::size_t i = 0;
  const auto blank_until = [&](std::size_t end) {
    for (; i < end && i < code.size(); ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
  };
  const auto end_of = [&](std::string_view closing, std::size_t from) {
    const std::size_t found = text.find(closing, from);
    return found == std::string_view::npos ? text.size() : found + closing.size();
  };
  while (i < text.size()) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("//")) {
      blank_until(std::min(text.find('\n', i), text.size()));
    } else if (rest.starts_with("/*")) {
      blank_until(end_of("*/", i + 2));
    } else if (rest.starts_with("R\"") && starts_word(text, i)) {
      const std::size_t open = text.find('(', i);
      const std::string closing = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      blank_until(end_of(closing, open));
    } else if (rest.front() == '"' || (rest.front() == '\'' && starts_word(text, i))) {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != rest.front() && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
      blank_until(end + 1);
    } else {
      ++i;
    }
  }
  return code;
}

}  // namespace baton
