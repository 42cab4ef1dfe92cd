// Bytes to commands: a client's stream, cut anywhere.
//
// Input       One byte of options (limits, who has authenticated), one byte with the number of cuts, a byte
// for
//             each cut (the size of a piece, used in turn), then the stream.
// Properties  The stream comes to the same commands and the same error whole, byte by byte and in the pieces
// given.
//             Nothing outside is read: each call sees a heap block of exactly the bytes received so far, and
//             the block of the call before is gone (the sanitizers see to that). Arguments are views into
//             these bytes. Memory is in the measure of what has arrived (libFuzzer's limits of memory see to
//             the parser's own).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "queues/check.h"
#include "server/resp/request_parser.h"

namespace baton {
namespace {

constexpr std::size_t kStreamMax = 16 * 1024;
constexpr std::size_t kStreamByBytesMax = 4 * 1024;  // byte by byte costs the square

// What a stream came to.
struct Outcome {
  std::vector<std::vector<std::string>> commands;
  std::size_t nothings = 0;
  std::string error;
  std::size_t left = 0;  // bytes of a command that is not whole; not compared after an error

  bool operator==(const Outcome&) const = default;
};

// The connection's part: keeps what was received and not consumed, and bodies apart.
class Client {
 public:
  Client(std::string_view stream, const RequestLimits& limits) : rest_(stream), limits_(limits) {}

  // `piece` gives the sizes in which the stream arrives.
  template <class Piece>
  Outcome run(Piece piece) {
    while (!rest_.empty() && outcome_.error.empty()) {
      receive(piece());
      while (parse_one()) {
      }
    }
    if (outcome_.error.empty()) outcome_.left = pending_.size() + body_bytes_;
    return std::move(outcome_);
  }

 private:
  void receive(std::size_t bytes) {
    const std::size_t n = std::min(std::max<std::size_t>(1, bytes), rest_.size());
    pending_.append(rest_.substr(0, n));
    rest_.remove_prefix(n);
  }

  // False: more has to be received first.
  bool parse_one() {
    if (pending_.empty()) return false;
    const auto block = std::make_unique<char[]>(pending_.size());
    const std::span<char> exact(block.get(), pending_.size());
    std::memcpy(block.get(), pending_.data(), pending_.size());
    std::vector<std::string_view> args = {"before"};
    const Parsed parsed = parser_.parse(exact, limits_, args);
    check(args.front() == "before", "arguments are appended");
    check(parsed == Parsed::command ? args.size() > 1 : args.size() == 1,
          "arguments come with a command only");
    check(parser_.partial_bytes() <= pending_.size() + body_bytes_, "what is parsed has arrived");
    switch (parsed) {
      case Parsed::incomplete:
        return false;
      case Parsed::error:
        check(parser_.error().starts_with("Protocol error: "), "an error says that it is one");
        outcome_.error = parser_.error();
        return false;
      case Parsed::body:
        return take_body();
      case Parsed::command:
        for (std::size_t i = 1; i < args.size(); ++i) check_place(args[i], exact);
        outcome_.commands.emplace_back(args.begin() + 1, args.end());
        break;
      case Parsed::nothing:
        ++outcome_.nothings;
    }
    check(parser_.consumed() > 0 && parser_.consumed() <= pending_.size(), "what is consumed has arrived");
    pending_.erase(0, parser_.consumed());
    bodies_.clear();
    body_bytes_ = 0;
    return true;
  }

  void check_place(std::string_view arg, std::span<const char> exact) const {
    const auto within = [arg](const char* begin, std::size_t size) {
      return std::greater_equal<>()(arg.data(), begin) &&
             std::less_equal<>()(arg.data() + arg.size(), begin + size);
    };
    for (const auto& body : bodies_)
      if (within(body.get(), arg.size())) return;
    check(within(exact.data(), exact.size()), "an argument lies in what was received");
  }

  // Whether the whole body came.
  bool take_body() {
    const std::size_t offset = parser_.body_offset();
    const std::size_t size = parser_.body_size();
    check(offset <= pending_.size() && size >= limits_.body_min && size <= limits_.bulk_max,
          "a body is where and as big as the limits say");
    const std::size_t here = pending_.size() - offset;
    check(here < size + 2, "a body is asked for when it is not whole");
    const std::size_t rest = size + 2 - here;
    if (rest > rest_.size()) {
      body_bytes_ += rest_.size();
      rest_ = {};
      return false;
    }
    // A block of exactly its size, as the parser and the receiver of the command may see it.
    auto body = std::make_unique<char[]>(size);
    const std::string all = pending_.substr(offset) + std::string(rest_.substr(0, rest));
    std::memcpy(body.get(), all.data(), size);
    rest_.remove_prefix(rest);
    pending_.resize(offset);
    body_bytes_ += size + 2;
    parser_.supply_body({body.get(), size});
    bodies_.push_back(std::move(body));
    return true;
  }

  std::string_view rest_;
  RequestLimits limits_;
  RequestParser parser_;
  std::string pending_;
  std::vector<std::unique_ptr<char[]>> bodies_;  // of the command under way
  std::size_t body_bytes_ = 0;
  Outcome outcome_;
};

RequestLimits limits_of(std::uint8_t options) {
  RequestLimits limits;
  limits.authenticated = (options & 1) == 0;
  if (options & 2) limits.body_min = 16;
  if (options & 4) limits.bulk_max = 200;
  if (options & 8) limits.inline_max = 64;
  return limits;
}

void run(std::span<const std::uint8_t> input) {
  if (input.size() < 2) return;
  const RequestLimits limits = limits_of(input[0]);
  const std::size_t cuts = std::min<std::size_t>(input[1] % 16, input.size() - 2);
  const auto sizes = input.subspan(2, cuts);
  const auto bytes = input.subspan(2 + cuts);
  const std::string_view stream(reinterpret_cast<const char*>(bytes.data()),
                                std::min(bytes.size(), kStreamMax));

  const Outcome whole = Client(stream, limits).run([&] { return stream.size(); });
  if (!sizes.empty()) {
    std::size_t at = 0;
    const Outcome cut = Client(stream, limits).run([&] { return sizes[at++ % sizes.size()]; });
    check(cut == whole, "cuts never change the commands");
  }
  if (stream.size() > kStreamByBytesMax) return;
  check(Client(stream, limits).run([] { return 1; }) == whole, "byte by byte it is the same");
}

}  // namespace
}  // namespace baton

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  baton::run({data, size});
  return 0;
}
