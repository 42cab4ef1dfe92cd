#include "server/resp/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

namespace baton {
namespace {

std::string formatted(std::int64_t value) {
  char text[20];
  return {text, format_int64(text, value)};
}

std::string formatted(double value) {
  char text[kDoubleBytesMax];
  return {text, format_double(text, value)};
}

TEST(Number, CanonicalIntegersAreRead) {
  EXPECT_EQ(parse_int64("0"), 0);
  EXPECT_EQ(parse_int64("-1"), -1);
  EXPECT_EQ(parse_int64("1234567890"), 1234567890);
  EXPECT_EQ(parse_int64("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_int64("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(Number, OtherSpellingsOfIntegersAreRefused) {
  for (const char* text : {"", "-", "+1", " 1", "1 ", "01", "-0", "-01", "00", "1.0", "1e3", "0x1", "--1",
                           "1-", "9223372036854775808", "-9223372036854775809", "99999999999999999999999"})
    EXPECT_FALSE(parse_int64(text)) << text;
  EXPECT_FALSE(parse_int64(std::string_view("1\0", 2)));
}

TEST(Number, IntegersAreWritten) {
  EXPECT_EQ(formatted(std::int64_t{0}), "0");
  EXPECT_EQ(formatted(std::int64_t{-10}), "-10");
  EXPECT_EQ(formatted(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(Number, WholeTextsAreReadAsDoubles) {
  EXPECT_EQ(parse_double("3.0"), 3.0);
  EXPECT_EQ(parse_double("+.5"), 0.5);
  EXPECT_EQ(parse_double("-1e-3"), -0.001);
  for (const char* text : {"inf", "+inf", "Infinity", "INF"}) EXPECT_EQ(parse_double(text), HUGE_VAL) << text;
  EXPECT_EQ(parse_double("-inf"), -HUGE_VAL);
}

TEST(Number, OtherTextsAreNoDoubles) {
  for (const char* text :
       {"", "+", "-", " 1", "1 ", "1x", "nan", "-nan", "NaN", "+-1", "++1", "1e999", "1e-999"})
    EXPECT_FALSE(parse_double(text)) << text;
}

TEST(Number, WholeDoublesHaveAllTheirDigits) {
  EXPECT_EQ(formatted(0.0), "0");
  EXPECT_EQ(formatted(-0.0), "-0");
  EXPECT_EQ(formatted(3.0), "3");
  EXPECT_EQ(formatted(-100000.0), "-100000");
  EXPECT_EQ(formatted(1e17), "100000000000000000");
  EXPECT_EQ(formatted(4611686018427387904.0), "4611686018427387904");
}

TEST(Number, DoublesAreAsShortAsTheyReadBack) {
  EXPECT_EQ(formatted(0.1), "0.1");
  EXPECT_EQ(formatted(-1.5), "-1.5");
  EXPECT_EQ(formatted(1234.56789), "1234.56789");
  EXPECT_EQ(formatted(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(formatted(0.000001), "0.000001");
  EXPECT_EQ(formatted(0.00025), "0.00025");
}

TEST(Number, VeryLargeAndVerySmallDoublesHaveAnExponent) {
  EXPECT_EQ(formatted(1e20), "1e+20");
  EXPECT_EQ(formatted(1.5e300), "1.5e+300");
  EXPECT_EQ(formatted(-1e-7), "-1e-7");
  EXPECT_EQ(formatted(5e-324), "5e-324");
  EXPECT_EQ(formatted(1.234567890123e25), "1.234567890123e+25");
  EXPECT_EQ(formatted(1.234567890123e20), "1.234567890123e+20");
  EXPECT_EQ(formatted(1.2345678901234e20), "123456789012340000000");
}

TEST(Number, InfiniteDoublesAndNanHaveNames) {
  EXPECT_EQ(formatted(HUGE_VAL), "inf");
  EXPECT_EQ(formatted(-HUGE_VAL), "-inf");
  EXPECT_EQ(formatted(std::nan("")), "nan");
  EXPECT_EQ(formatted(-std::nan("")), "nan");
}

TEST(Number, EveryMagnitudeOfDoublesReadsBackAndFits) {
  for (double digits : {1.0, 1.7976931348623157, 2.2250738585072014, 9.999999999999999, 3.14}) {
    for (int exponent = -323; exponent <= 308; ++exponent) {
      const double value =
          -std::strtod((std::to_string(digits) + "e" + std::to_string(exponent)).c_str(), nullptr);
      const double exact = value * digits / 3;
      for (double each : {value, exact}) {
        if (!std::isfinite(each)) continue;
        const std::string text = formatted(each);
        EXPECT_LE(text.size(), kDoubleBytesMax);
        EXPECT_EQ(std::strtod(text.c_str(), nullptr), each) << text;
      }
    }
  }
}

}  // namespace
}  // namespace baton
