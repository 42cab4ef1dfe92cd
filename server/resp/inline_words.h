// Inline commands: a line split into words, with quotes.
//
//   SET key "a \"quoted\" \x41 value\n"  'single quotes know only \' '
//
// Source   the behaviour of Redis for commands typed by hand, and for its configuration lines.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace baton {

// Appends the words to `words`, as views into `line`; quoted words are unescaped in place. False: a quote is
// not closed, or something other than white space follows a closing one; `words` may then have grown.
[[nodiscard]] bool split_inline_words(std::span<char> line, std::vector<std::string_view>& words);

}  // namespace baton
