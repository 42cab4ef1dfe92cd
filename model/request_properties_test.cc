// Properties of the request parser: what is encoded is parsed, and how the bytes are cut never changes what
// comes out.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "server/resp/request_parser.h"

namespace baton {
namespace {

using Command = std::vector<std::string>;

// What a stream of bytes came to.
struct Outcome {
  std::vector<Command> commands;
  std::string error;
  std::size_t left = 0;  // bytes of a command that is not whole; not compared after an error

  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  rc::show(outcome.commands, out);
  return out << " error '" << outcome.error << "' left " << outcome.left;
}

// Small limits, so that short streams meet them.
RequestLimits small_limits() {
  RequestLimits limits;
  limits.bulk_max = 500;
  limits.inline_max = 120;
  limits.body_min = 32;
  return limits;
}

// Plays the connection: receives `bytes` in pieces of the given sizes (repeated), each time in another block,
// keeps big arguments apart as the parser asks.
Outcome parse(std::string_view bytes, const std::vector<std::size_t>& cuts, const RequestLimits& limits) {
  RequestParser parser;
  Outcome outcome;
  std::vector<char> pending;
  std::deque<std::string> bodies;
  std::size_t body_bytes = 0;
  std::size_t received = 0;
  for (std::size_t cut = 0; received < bytes.size(); ++cut) {
    const std::size_t size =
        std::min(std::max<std::size_t>(1, cuts[cut % cuts.size()]), bytes.size() - received);
    std::vector<char> block(pending);
    block.insert(block.end(), bytes.begin() + static_cast<std::ptrdiff_t>(received),
                 bytes.begin() + static_cast<std::ptrdiff_t>(received + size));
    pending.swap(block);
    std::fill(block.begin(), block.end(), '?');  // who kept a pointer into the old block reads this
    received += size;
    for (;;) {
      std::vector<std::string_view> args;
      const Parsed parsed = parser.parse(pending, limits, args);
      if (parsed == Parsed::incomplete) break;
      if (parsed == Parsed::error) {
        outcome.error = parser.error();
        return outcome;
      }
      if (parsed == Parsed::body) {
        const std::size_t offset = parser.body_offset();
        const std::size_t whole = parser.body_size() + 2;
        std::string body(pending.begin() + static_cast<std::ptrdiff_t>(offset), pending.end());
        const std::size_t rest = std::min(whole - body.size(), bytes.size() - received);
        body += bytes.substr(received, rest);
        received += rest;
        pending.resize(offset);
        if (body.size() < whole) {
          outcome.left = body_bytes + offset + body.size();
          return outcome;
        }
        body_bytes += whole;
        body.resize(parser.body_size());
        bodies.push_back(body);
        parser.supply_body(bodies.back());
        continue;
      }
      if (parsed == Parsed::command) outcome.commands.emplace_back(args.begin(), args.end());
      pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(parser.consumed()));
      bodies.clear();
      body_bytes = 0;
      if (pending.empty()) break;
    }
  }
  outcome.left = body_bytes + pending.size();
  return outcome;
}

std::string encode(const Command& command) {
  std::string bytes = "*" + std::to_string(command.size()) + "\r\n";
  for (const std::string& argument : command) {
    bytes += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
  }
  return bytes;
}

rc::Gen<std::string> any_bytes(int most) {
  return rc::gen::mapcat(rc::gen::inRange(0, most + 1), [](int size) {
    return rc::gen::container<std::string>(static_cast<std::size_t>(size), rc::gen::arbitrary<char>());
  });
}

// Mostly short, at times beyond body_min.
rc::Gen<std::string> argument() {
  return rc::gen::weightedOneOf<std::string>({{4, any_bytes(8)}, {1, any_bytes(90)}});
}

rc::Gen<Command> command() {
  return rc::gen::nonEmpty(rc::gen::resize(6, rc::gen::container<Command>(argument())));
}

rc::Gen<std::vector<std::size_t>> cuts() {
  return rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 40)));
}

const std::vector<std::size_t> kWhole = {static_cast<std::size_t>(-1)};

RC_GTEST_PROP(RequestProperty, what_is_encoded_is_parsed_however_it_is_cut, ()) {
  const auto commands = *rc::gen::container<std::vector<Command>>(command());
  std::string bytes;
  for (const Command& each : commands) bytes += encode(each);
  const Outcome expected = {commands, "", 0};
  RC_ASSERT(parse(bytes, *cuts(), small_limits()) == expected);
  RC_ASSERT(parse(bytes, {1}, small_limits()) == expected);
  RC_ASSERT(parse(bytes, kWhole, small_limits()) == expected);
}

RC_GTEST_PROP(RequestProperty, a_command_cut_short_is_not_executed, ()) {
  const Command only = *command();
  const std::string bytes = encode(only);
  const std::size_t length = *rc::gen::inRange<std::size_t>(0, bytes.size());
  const Outcome expected = {{}, "", length};
  RC_ASSERT(parse(std::string_view(bytes).substr(0, length), *cuts(), small_limits()) == expected);
}

RC_GTEST_PROP(RequestProperty, inline_words_are_split_and_quotes_unescaped, ()) {
  // Words as a person quotes them: every byte in hexadecimal, or plain letters.
  const auto words = *rc::gen::nonEmpty(rc::gen::resize(5, rc::gen::container<Command>(any_bytes(5))));
  const bool quoted = *rc::gen::arbitrary<bool>();
  std::string line;
  Command expected;
  for (const std::string& word : words) {
    std::string written;
    std::string meant;
    if (quoted) {
      written = "\"";
      for (char c : word) {
        char text[8];
        std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        written += text;
      }
      written += "\"";
      meant = word;
    } else {
      for (char c : word) meant += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
      meant += "w";
      written = meant;
    }
    line += (line.empty() ? "" : " ") + written;
    expected.push_back(meant);
  }
  RequestLimits limits = small_limits();
  limits.inline_max = 1000;
  const Outcome outcome = {{expected}, "", 0};
  RC_ASSERT(parse(line + "\r\n", *cuts(), limits) == outcome);
  RC_ASSERT(parse(line + "\n", *cuts(), limits) == outcome);
}

// Commands, lines, oddities and noise in one stream: whatever it means, it means it in any pieces.
RC_GTEST_PROP(RequestProperty, cuts_never_change_the_outcome_of_any_stream, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::weightedOneOf<std::string>(
      {{6, rc::gen::map(command(), encode)},
       {2, rc::gen::element<std::string>("PING\r\n", "SET a b\n", "\r\n", "*0\r\n", "*-1\r\n",
                                         "GET \"a b\"\r\n")},
       {1, rc::gen::element<std::string>("*1\r\n$501\r\n", "*1\r\n$-1\r\n", "*x\r\n", "*2\r\n:1\r\n",
                                         "\"\r\n", "*01\r\n", "*1\r\n$007\r\n1234567\r\n",
                                         "*1\r\n$3\r\nabcde", "*99999999999\r\n")},
       {1, any_bytes(20)},
       {1, rc::gen::map(rc::gen::inRange<std::size_t>(100, 140),
                        [](std::size_t n) { return std::string(n, 'x'); })}}));
  std::string bytes;
  for (const std::string& piece : pieces) bytes += piece;
  RequestLimits limits = small_limits();
  limits.authenticated = *rc::gen::arbitrary<bool>();
  const Outcome whole = parse(bytes, kWhole, limits);
  RC_ASSERT(parse(bytes, {1}, limits) == whole);
  RC_ASSERT(parse(bytes, *cuts(), limits) == whole);
}

}  // namespace
}  // namespace baton
