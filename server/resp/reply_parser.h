// ReplyParser: reads replies, RESP2 or RESP3, as a client does; for tests, fuzzing and tools.
//
//   parser.feed(bytes);
//   Reply reply;
//   while (parser.next(reply) == ReplyParser::Outcome::reply) use(reply);
//
// Strict      What a server should not send is an error: a lone CR or LF in a line, numbers that are not
// canonical,
//             unknown types. After an error nothing more is read.
// Resumption  What was read is not read again: n bytes cost O(n), however they are cut.
// Memory      In the measure of what was fed, whatever lengths were announced; nesting is bounded.
// Source      https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

// The first byte on the wire.
enum class ReplyType : char {
  simple_string = '+',
  error = '-',
  integer = ':',
  bulk = '$',
  array = '*',
  null = '_',
  boolean = '#',
  number = ',',
  big_number = '(',
  bulk_error = '!',
  verbatim = '=',
  map = '%',
  attribute = '|',
  set = '~',
  push = '>',
};

struct Reply {
  ReplyType type = ReplyType::null;
  bool absent = false;       // a null: '_', or a bulk or array of length -1
  std::string text;          // of everything but aggregates, as on the wire; a verbatim's without its format
  std::string format;        // of a verbatim: three bytes
  std::int64_t integer = 0;  // also 0 or 1 of a boolean
  double number = 0;
  std::vector<Reply> items;       // of a map: key, value, key, value
  std::vector<Reply> attributes;  // key, value, ... that stood before this reply
};

class ReplyParser {
 public:
  enum class Outcome : std::uint8_t { reply, incomplete, error };

  static constexpr std::size_t kDepthMax = 64;

  void feed(std::string_view bytes);
  // The next whole reply. `reply` is changed on `reply` only.
  [[nodiscard]] Outcome next(Reply& reply);
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  // Nothing of a further reply is held.
  [[nodiscard]] bool at_rest() const noexcept {
    return at_ == bytes_.size() && open_.empty() && !bulk_due_ && attributes_.empty();
  }

 private:
  // An aggregate whose items are being read.
  struct Open {
    Reply reply;
    std::uint64_t items_left = 0;
  };
  enum class Step : std::uint8_t { value, begun, incomplete, error };

  [[nodiscard]] Step read_value(Reply& value);
  [[nodiscard]] Step read_header(char type, std::string_view line, Reply& value);
  [[nodiscard]] Step read_count(std::string_view line, Reply& value);
  [[nodiscard]] Step read_bulk(Reply& value);
  [[nodiscard]] Step open(Reply& value, std::uint64_t items);
  [[nodiscard]] Step take_line(std::string_view& line);
  [[nodiscard]] Step fail(std::string text);
  [[nodiscard]] bool settle(Reply& value);

  std::string bytes_;
  std::size_t at_ = 0;       // read so far, of bytes_
  std::size_t scanned_ = 0;  // before it there is no end of the line under way
  bool bulk_due_ = false;    // the header of bulk_ was read, its bytes were not
  Reply bulk_;
  std::size_t bulk_bytes_ = 0;
  std::vector<Open> open_;         // from the outermost in
  std::vector<Reply> attributes_;  // of the value that comes next
  std::string error_;
};

}  // namespace baton
