// Words: how a line of the configuration file is cut into arguments, and how an argument is written so that
// it is cut back into itself. The rules are Redis's, for which a line of its file is an inline command: "..."
// with \n \r \t \b \a \\ \" \xHH, '...' with \', otherwise up to a space (server/resp/inline_words.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

// Nothing when quotes are unbalanced or a closing quote is followed by something else than a space.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view line);

// A value of several words that came as one ("60 1 300 10"): cut at spaces, no quotes. Never empty: "" is one
// word.
[[nodiscard]] std::vector<std::string> split_value(std::string_view value);

[[nodiscard]] std::string ascii_lower(std::string_view word);

// The word as it is where that is safe, else in double quotes.
[[nodiscard]] std::string quote_word(std::string_view word);

}  // namespace baton
