// InfoWriter: the text of INFO as it grows: "# Section", "name:value", lines that end in CR LF.
#pragma once

#include <fmt/format.h>  // clang names format_to otherwise than the library, so it is instantiated here

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace baton {

class InfoWriter {
 public:
  template <class... Args>
  void field(std::string_view name, fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), "{}:", name);
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += "\r\n";
  }
  void number(std::string_view name, std::uint64_t value) { field(name, "{}", value); }
  // An empty line keeps it apart from the section before.
  void section(std::string_view title) {
    if (!out_.empty()) out_ += "\r\n";
    fmt::format_to(std::back_inserter(out_), "# {}\r\n", title);
  }
  [[nodiscard]] std::string take() { return std::exchange(out_, {}); }

 private:
  std::string out_;
};

// "512B", "1.50K", "3.00G".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);

}  // namespace baton
