// ReplyWriter: appends replies, RESP2 or RESP3, to a ReplyBuffer.
//
// Where the protocols differ the writer chooses: a map is a flat array in RESP2, a null is $-1, a double a
// bulk string, and so on, as Redis answers. Handlers never ask which protocol a client speaks, except where
// Redis itself answers with another shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/resp/reply_buffer.h"

namespace baton {

enum class Protocol : std::uint8_t { resp2 = 2, resp3 = 3 };

class ReplyWriter {
 public:
  ReplyWriter(ReplyBuffer& out, Protocol protocol) : out_(&out), protocol_(protocol) {}

  [[nodiscard]] Protocol protocol() const noexcept { return protocol_; }
  void set_protocol(Protocol protocol) noexcept { protocol_ = protocol; }
  [[nodiscard]] ReplyBuffer& buffer() noexcept { return *out_; }
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }
  // Of the last error reply: "ERR", "WRONGTYPE", ...; "ERR" when it was longer than any code is.
  [[nodiscard]] std::string_view last_error_code() const noexcept { return {error_code_, error_code_bytes_}; }

  void simple_string(std::string_view text);  // without CR and LF
  void ok() { raw("+OK\r\n"); }
  // `text` starts with the code: "ERR no such key". CR and LF inside become spaces.
  void error(std::string_view text);
  void integer(std::int64_t value);
  void bulk(std::string_view bytes);
  void bulk_integer(std::int64_t value);                           // a bulk string of the decimal form
  void null();                                                     // $-1 or _
  void null_array();                                               // *-1 or _
  void boolean(bool value);                                        // :1 :0 or #t #f
  void number(double value);                                       // bulk or ,
  void big_number(std::string_view digits);                        // bulk or (
  void verbatim(std::string_view format3, std::string_view text);  // bulk or =
  void array(std::size_t count);
  void map(std::size_t pairs);        // *2n or %n
  void set(std::size_t count);        // *n or ~n
  void push(std::size_t count);       // *n or >n
  void attribute(std::size_t pairs);  // RESP3 only: the caller asks protocol() first
  void raw(std::string_view bytes);

  // An aggregate whose length is known at its end only.
  enum class Aggregate : std::uint8_t { array, map, set, push };
  struct Deferred {
    std::size_t position;
    Aggregate kind;
  };
  [[nodiscard]] Deferred begin(Aggregate kind);
  void end(Deferred mark, std::size_t count);  // pairs for a map

 private:
  ReplyBuffer* out_;
  Protocol protocol_;
  std::uint64_t errors_ = 0;
  static constexpr std::size_t kErrorCodeBytesMax = 24;
  char error_code_[kErrorCodeBytesMax];
  std::size_t error_code_bytes_ = 0;

  void header(char type, std::int64_t count);
  void line(char type, std::string_view text);
};

}  // namespace baton
