// RequestParser: turns bytes into commands; a pure state machine, one for each connection.
//
//   switch (parser.parse(pending, limits, args)) {
//     case Parsed::command:    ... args are views into `pending`; drop parser.consumed() bytes, go on
//     case Parsed::nothing:    ... a blank line or an empty array; drop parser.consumed() bytes, go on
//     case Parsed::incomplete: ... call again with the same bytes and more behind them
//     case Parsed::body:       ... a big argument: receive it into a Blob (see below)
//     case Parsed::error:      ... parser.error() is the text; answer it and close
//   }
//
// Resumption  After `incomplete` the next `pending` must begin with the same bytes (the block may have
// moved); work
//             done is not done again, so that a command of n bytes costs O(n) however it is cut. `args` is
//             filled only on `command`.
// Bodies      A bulk argument of at least RequestLimits::body_min bytes that is not wholly in `pending` is
// reported as
//             `body`: it starts at body_offset() in `pending` and has body_size() bytes without its CRLF. The
//             caller moves what has arrived of it (and of its CRLF) into a block of its own, receives the
//             rest there, and calls supply_body(view of the body_size() bytes); from then on the body and its
//             CRLF are not part of `pending`: bytes after it follow directly at body_offset().
// Memory      In the measure of what has arrived: announced counts and lengths reserve nothing.
// Source      https://redis.io/docs/latest/develop/reference/protocol-spec/ ; error texts as Redis 8 answers
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

struct RequestLimits {
  std::size_t bulk_max = 512u << 20;   // proto-max-bulk-len
  std::size_t inline_max = 64u << 10;  // a line without its end
  std::size_t body_min = 32u << 10;    // from here on an argument gets a block of its own
  bool authenticated = true;           // else at most 10 arguments of 16 KiB each
};

enum class Parsed : std::uint8_t { command, nothing, incomplete, body, error };

class RequestParser {
 public:
  // `args` grows by the command's arguments on `command`, and stays as it is else. Quoted inline arguments
  // are unescaped in place, once their whole line is there.
  Parsed parse(std::span<char> pending, const RequestLimits& limits, std::vector<std::string_view>& args);

  [[nodiscard]] std::size_t consumed() const noexcept { return position_; }
  [[nodiscard]] std::size_t body_offset() const noexcept { return position_; }
  [[nodiscard]] std::size_t body_size() const noexcept { return body_size_; }
  void supply_body(std::string_view body);
  // "Protocol error: ..." without the leading "ERR ".
  [[nodiscard]] std::string_view error() const noexcept { return error_; }
  // Bytes that the arguments parsed so far of an unfinished command take (CLIENT LIST argv-mem).
  [[nodiscard]] std::size_t partial_bytes() const noexcept { return partial_bytes_; }

 private:
  // An argument of an unfinished command: in `pending`, or in a body.
  struct Piece {
    const char* body;  // null: at `offset` in pending
    std::size_t offset;
    std::size_t size;
  };
  enum class Line : std::uint8_t { whole, incomplete, malformed, too_long };

  void start();
  [[nodiscard]] Line read_number(std::string_view pending, std::int64_t& number);
  Parsed parse_on(std::span<char> pending, std::string_view bytes, const RequestLimits& limits,
                  std::vector<std::string_view>& args);
  Parsed parse_whole(std::string_view pending, const RequestLimits& limits,
                     std::vector<std::string_view>& args);
  Parsed parse_header(std::string_view pending, const RequestLimits& limits);
  Parsed parse_arguments(std::string_view pending, const RequestLimits& limits,
                         std::vector<std::string_view>& args);
  Parsed parse_inline(std::span<char> pending, const RequestLimits& limits,
                      std::vector<std::string_view>& args);
  Parsed fail(std::string text);

  bool under_way_ = false;  // the last outcome was `incomplete` or `body`
  bool begun_ = false;      // the header of a multibulk command was read
  bool body_due_ = false;   // `body` was reported, supply_body() has not been called
  std::int64_t arguments_left_ = 0;
  std::int64_t bulk_size_ = -1;  // of the argument under way; -1: its length line is to come
  std::size_t position_ = 0;     // parsed so far, of pending
  std::size_t scanned_ = 0;      // before it there is no end of the length line under way
  std::size_t body_size_ = 0;
  std::size_t partial_bytes_ = 0;
  std::vector<Piece> pieces_;
  std::string error_;
};

}  // namespace baton
