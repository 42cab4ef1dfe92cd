// TestReply: one reply of the server, as text that a test can compare.
//
//   +OK -> OK    -ERR x -> -ERR x    :1 -> :1    $3 abc -> "abc"    $-1 -> nil    *-1 -> nil*    *2 -> ["a"
//   :1] RESP3:  _ -> null   #t -> #t   ,1.5 -> ,1.5   (9 -> (9   =txt:x -> =txt:x   %1 -> {"a" :1}   ~2 ->
//   ~["a" "b"]
//           >2 -> >["a" "b"]   |1 -> |{"a" :1} and then the reply that it goes with
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

struct TestReply {
  char type = 0;     // the byte that it began with
  std::string text;  // of what is not a collection
  bool null = false;
  std::vector<TestReply> items;  // of a map: key, value, key, value

  [[nodiscard]] std::string str() const;
};

// Reads the first reply of `bytes` and tells how long it was; nothing: it is not complete yet.
// Bytes that are no reply give one of type '!'.
[[nodiscard]] std::optional<TestReply> read_reply(std::string_view bytes, std::size_t& used);

}  // namespace baton
