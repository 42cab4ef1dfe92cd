// Memory of the request parser: in the measure of what has arrived, whatever was announced. The program's
// operator new counts.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "server/resp/request_parser.h"

namespace {

std::size_t bytes_taken = 0;  // ever, by operator new

}  // namespace

// Not inlined: the compiler would see malloc and delete, or new and free, and take them for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  bytes_taken += size;
  void* const memory = std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace baton {
namespace {

std::size_t bytes_taken_by(RequestParser& parser, std::string& pending) {
  std::vector<std::string_view> args;
  const std::size_t before = bytes_taken;
  EXPECT_EQ(parser.parse(pending, {}, args), Parsed::incomplete);
  return bytes_taken - before;
}

TEST(RequestParserMemory, AnAnnouncedCountTakesNothing) {
  RequestParser parser;
  std::string pending = "*2147483647\r\n$1\r\na\r\n";
  EXPECT_LE(bytes_taken_by(parser, pending), 1000u);
}

TEST(RequestParserMemory, AnAnnouncedLengthTakesNothing) {
  RequestParser parser;
  std::string pending = "*2\r\n$3\r\nSET\r\n$32767\r\n";
  EXPECT_LE(bytes_taken_by(parser, pending), 1000u);
}

TEST(RequestParserMemory, ArgumentsTakeInTheMeasureOfTheirBytes) {
  RequestParser parser;
  std::string pending = "*2147483647\r\n";
  for (int i = 0; i < 50'000; ++i) pending += "$0\r\n\r\n";
  // A record for each of the smallest arguments, in a vector that doubles.
  EXPECT_LE(bytes_taken_by(parser, pending), 16 * pending.size());
}

TEST(RequestParserMemory, CommandsThatAreWholeTakeNothing) {
  RequestParser parser;
  std::vector<std::string_view> args;
  args.reserve(10);
  std::string pending = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
  const std::size_t before = bytes_taken;
  EXPECT_EQ(parser.parse(pending, {}, args), Parsed::command);
  EXPECT_EQ(bytes_taken, before);
}

}  // namespace
}  // namespace baton
