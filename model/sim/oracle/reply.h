// Reply: one RESP2 or RESP3 frame as a tree, its decoder, and the comparison with what was expected.
//
// Written apart from the server's writer on purpose: a mistake that both made would hide itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton::sim {

using Arguments = std::vector<std::string>;

struct Reply {
  enum class Kind : std::uint8_t {
    simple,
    error,
    integer,
    bulk,
    null_bulk,   // $-1
    null_array,  // *-1
    null,        // _
    array,
    map,  // keys and values in turn
    set,
    push,
    real,
    boolean,
    big_number,
    verbatim,
    // Only in expectations:
    anything,         // any frame
    any_success,      // any frame but an error
    any_of_size,      // a bulk of `integer` bytes
    integer_between,  // an integer from `integer` to `integer_max`
    unordered,        // an array or set of these items, in any order
    one_of,           // a frame that matches one of the items
  };

  Kind kind = Kind::anything;
  std::string text;  // simple, error, bulk, real, big_number, verbatim
  std::int64_t integer = 0;
  std::int64_t integer_max = 0;
  std::vector<Reply> items;

  [[nodiscard]] bool is_error() const noexcept { return kind == Kind::error; }
  [[nodiscard]] bool is_null() const noexcept {
    return kind == Kind::null || kind == Kind::null_bulk || kind == Kind::null_array;
  }
  // Of an error: its first word, which is all that is compared.
  [[nodiscard]] std::string_view code() const noexcept;

  static Reply simple(std::string_view text);
  static Reply error(std::string_view text);
  static Reply of(std::int64_t value);
  static Reply bulk(std::string_view text);
  static Reply between(std::int64_t least, std::int64_t most);
  static Reply plain(Kind kind) {
    Reply reply;
    reply.kind = kind;
    return reply;
  }
  static Reply list(Kind kind, std::vector<Reply> items);

  bool operator==(const Reply&) const = default;
};

[[nodiscard]] bool matches(const Reply& expected, const Reply& actual);

// For people: one line, long and binary text cut and escaped.
[[nodiscard]] std::string to_text(const Reply& reply);
[[nodiscard]] std::string to_text(const Arguments& args);
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t bytes_max = 40);

// Frames out of a stream that comes in pieces. What is not whole yet is kept; what is malformed ends it.
class ReplyDecoder {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole frame, or nothing: more bytes are needed, or the stream is malformed.
  std::optional<Reply> next();
  [[nodiscard]] bool malformed() const noexcept { return malformed_; }
  // Bytes of a frame that has begun.
  [[nodiscard]] std::size_t pending() const noexcept { return buffer_.size() - consumed_; }

 private:
  enum class Step : std::uint8_t { whole, more, bad };
  Step parse(std::size_t& at, Reply& reply, unsigned depth);
  Step line(std::size_t& at, std::string_view& text) const;

  std::string buffer_;
  std::size_t consumed_ = 0;
  std::size_t needed_ = 0;  // no use to look again before there are as many
  bool malformed_ = false;
};

}  // namespace baton::sim
