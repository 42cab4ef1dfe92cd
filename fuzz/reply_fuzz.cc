// Replies: what a handler writes is what a client reads, in both protocols.
//
// Input       One byte of options: the protocol, the size of the block that is lent first, or (highest bit)
// that the
//             rest is a server's stream as it is. Else the rest says what is written: a byte for each call,
//             with the bytes of its value behind it.
// Properties  Every reply is well-formed; the client's parser reads back the same structure, whatever pieces
// the bytes
//             come in; the buffer counts what it holds; what was truncated leaves no trace. The client's
//             parser comes to the same replies or the same refusal however a stream is cut.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "queues/check.h"
#include "server/resp/number.h"
#include "server/resp/reply_buffer.h"
#include "server/resp/reply_parser.h"
#include "server/resp/reply_writer.h"

namespace baton {
namespace {

constexpr std::size_t kStreamByBytesMax = 2 * 1024;  // byte by byte; in larger pieces more

bool same(const Reply& a, const Reply& b);

bool same(const std::vector<Reply>& a, const std::vector<Reply>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Reply& x, const Reply& y) { return same(x, y); });
}

bool same(const Reply& a, const Reply& b) {
  const bool numbers = a.number == b.number || (std::isnan(a.number) && std::isnan(b.number));
  return a.type == b.type && a.absent == b.absent && a.text == b.text && a.format == b.format &&
         a.integer == b.integer && numbers && same(a.items, b.items) && same(a.attributes, b.attributes);
}

struct Read {
  std::vector<Reply> replies;
  std::string error;
  bool at_rest = false;
};

Read read_in_pieces(std::string_view bytes, std::size_t piece) {
  Read read;
  ReplyParser parser;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    parser.feed(bytes.substr(at, piece));
    Reply reply;
    while (parser.next(reply) == ReplyParser::Outcome::reply) read.replies.push_back(std::move(reply));
  }
  read.error = parser.error();
  read.at_rest = parser.at_rest();
  return read;
}

Read read_in_any_pieces(std::string_view bytes) {
  Read whole = read_in_pieces(bytes, std::max<std::size_t>(1, bytes.size()));
  for (std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    if (piece * kStreamByBytesMax < bytes.size()) continue;
    const Read cut = read_in_pieces(bytes, piece);
    check(same(cut.replies, whole.replies) && cut.error == whole.error, "pieces never change the replies");
    check(!whole.error.empty() || cut.at_rest == whole.at_rest, "pieces never change what is left over");
  }
  return whole;
}

// What the input gives, as long as it lasts.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  std::int64_t integer() {
    std::int64_t value = 0;
    const std::size_t n = byte() % 9;
    for (std::size_t i = 0; i < n; ++i)
      value = static_cast<std::int64_t>((static_cast<std::uint64_t>(value) << 8) | byte());
    return value;
  }
  double real() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    return std::bit_cast<double>(bits);
  }
  // At times repeated, so that texts are longer than blocks.
  std::string text() {
    const std::uint8_t length = byte();
    const std::size_t n = std::min<std::size_t>(length % 64, bytes_.size());
    const std::string once(bytes_.substr(0, n));
    bytes_.remove_prefix(n);
    std::string all = once;
    for (int i = 0; i < (length / 64) * (length / 64) * 40; ++i) all += once;
    return all;
  }

 private:
  std::string_view bytes_;
};

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\r', ' ');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// Plays the handlers of one client, and knows what the client should read.
class Handlers {
 public:
  Handlers(Input input, Protocol protocol, std::size_t lent) : input_(input), writer_(buffer_, protocol) {
    if (lent > 0) buffer_.lend(ReplyBlock::allocate(lent));
  }

  void run() {
    for (int i = 0; i < 64 && !input_.empty(); ++i) {
      const std::size_t before = buffer_.size();
      Reply reply = write(0);
      if (input_.byte() % 8 == 7)
        buffer_.truncate(before);
      else
        expected_.push_back(std::move(reply));
    }
  }

  void check_read_back() {
    const std::size_t size = buffer_.size();
    const std::size_t capacity = buffer_.capacity();
    std::string bytes;
    for (ReplyBlock* block = buffer_.take(); block;) {
      check(block->size <= block->capacity, "a block holds what fits");
      bytes.append(block->data(), block->size);
      ReplyBlock::free(std::exchange(block, block->next));
    }
    check(bytes.size() == size && size <= capacity + 1, "the buffer counts what it holds");
    check(buffer_.empty(), "what was taken is gone");
    const Read read = read_in_any_pieces(bytes);
    check(read.error.empty() && read.at_rest, "replies are well-formed and whole");
    check(same(read.replies, expected_), "a client reads what was meant");
    check(writer_.errors() == errors_, "errors are counted");
  }

 private:
  [[nodiscard]] bool resp3() const { return writer_.protocol() == Protocol::resp3; }

  static Reply scalar(ReplyType type, std::string text) {
    Reply reply;
    reply.type = type;
    reply.text = std::move(text);
    return reply;
  }
  static Reply absent(ReplyType type) {
    Reply reply;
    reply.type = type;
    reply.absent = true;
    return reply;
  }
  static Reply integer(std::int64_t value) {
    Reply reply = scalar(ReplyType::integer, std::to_string(value));
    reply.integer = value;
    return reply;
  }

  // Writes a reply and says how it should read.
  Reply write(int depth) {
    const std::uint8_t call = input_.byte();
    if (depth < 6 && (call & 0x40) != 0) return write_aggregate(call, depth);
    switch (call % 12) {
      case 0: {
        const std::string text = one_line(input_.text());
        writer_.simple_string(text);
        return scalar(ReplyType::simple_string, text);
      }
      case 1: {
        const std::string text = input_.text();
        writer_.error(text);
        ++errors_;
        check(writer_.last_error_code().size() <= text.size() + 3,
              "an error's code is the start of it, or ERR");
        return scalar(ReplyType::error, one_line(text));
      }
      case 2: {
        const std::int64_t value = input_.integer();
        writer_.integer(value);
        return integer(value);
      }
      case 3: {
        const std::string text = input_.text();
        writer_.bulk(text);
        return scalar(ReplyType::bulk, text);
      }
      case 4: {
        const std::int64_t value = input_.integer();
        writer_.bulk_integer(value);
        return scalar(ReplyType::bulk, std::to_string(value));
      }
      case 5:
        writer_.null();
        return absent(resp3() ? ReplyType::null : ReplyType::bulk);
      case 6:
        writer_.null_array();
        return absent(resp3() ? ReplyType::null : ReplyType::array);
      case 7:
        return write_boolean((call & 0x80) != 0);
      case 8:
        return write_number(input_.real());
      case 9: {
        const std::string digits = std::to_string(input_.integer());
        writer_.big_number(digits);
        return scalar(resp3() ? ReplyType::big_number : ReplyType::bulk, digits);
      }
      case 10: {
        const std::string text = input_.text();
        writer_.verbatim("txt", text);
        Reply reply = scalar(resp3() ? ReplyType::verbatim : ReplyType::bulk, text);
        if (resp3()) reply.format = "txt";
        return reply;
      }
      default:
        writer_.ok();
        return scalar(ReplyType::simple_string, "OK");
    }
  }

  Reply write_boolean(bool value) {
    writer_.boolean(value);
    if (!resp3()) return integer(value ? 1 : 0);
    Reply reply = scalar(ReplyType::boolean, value ? "t" : "f");
    reply.integer = value ? 1 : 0;
    return reply;
  }

  // The text is the writer's choice, but it must read back as the same number.
  Reply write_number(double value) {
    const std::size_t before = buffer_.size();
    writer_.number(value);
    char text[kDoubleBytesMax];
    Reply reply = scalar(resp3() ? ReplyType::number : ReplyType::bulk, {text, format_double(text, value)});
    check(buffer_.size() > before + reply.text.size(), "a number has a text");
    const double back = std::strtod(reply.text.c_str(), nullptr);
    check(back == value || (std::isnan(back) && std::isnan(value)), "a number reads back exactly");
    if (resp3()) reply.number = value;
    return reply;
  }

  Reply write_aggregate(std::uint8_t call, int depth) {
    using Aggregate = ReplyWriter::Aggregate;
    constexpr ReplyType kTypes[] = {ReplyType::array, ReplyType::map, ReplyType::set, ReplyType::push};
    const auto kind = static_cast<Aggregate>(call % 4);
    const std::size_t count = call / 4 % 4;
    const bool deferred = (call & 0x80) != 0;
    Reply reply;
    reply.type = resp3() ? kTypes[call % 4] : ReplyType::array;
    ReplyWriter::Deferred mark{};
    if (deferred)
      mark = writer_.begin(kind);
    else
      write_header(kind, count);
    for (std::size_t i = 0; i < count * (kind == Aggregate::map ? 2 : 1); ++i)
      reply.items.push_back(write(depth + 1));
    if (deferred) writer_.end(mark, count);
    return reply;
  }

  void write_header(ReplyWriter::Aggregate kind, std::size_t count) {
    using Aggregate = ReplyWriter::Aggregate;
    switch (kind) {
      case Aggregate::array:
        return writer_.array(count);
      case Aggregate::map:
        return writer_.map(count);
      case Aggregate::set:
        return writer_.set(count);
      case Aggregate::push:
        return writer_.push(count);
    }
  }

  Input input_;
  ReplyBuffer buffer_;
  ReplyWriter writer_;
  std::vector<Reply> expected_;
  std::uint64_t errors_ = 0;
};

void run(std::string_view bytes) {
  Input input(bytes);
  const std::uint8_t options = input.byte();
  if (options & 0x80) {
    read_in_any_pieces(bytes.substr(1));
    return;
  }
  constexpr std::size_t kLent[] = {0, 1, 16, 100, 1000, 16 * 1024, 64 * 1024, 7};
  Handlers handlers(input, options & 1 ? Protocol::resp3 : Protocol::resp2, kLent[options / 2 % 8]);
  handlers.run();
  handlers.check_read_back();
}

}  // namespace
}  // namespace baton

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) baton::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
