#include "server/commands/long_double.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace baton {
namespace {

TEST(DecimalNumber, TakesWhatStrtoldTakes) {
  EXPECT_EQ(decimal_number("1.5"), 1.5L);
  EXPECT_EQ(decimal_number("+1.5"), 1.5L);
  EXPECT_EQ(decimal_number("-1.5e3"), -1500.0L);
  EXPECT_EQ(decimal_number(".5"), 0.5L);
  EXPECT_EQ(decimal_number("5."), 5.0L);
  EXPECT_EQ(decimal_number("0x10"), 16.0L);
  EXPECT_EQ(decimal_number("-inf"), -std::numeric_limits<long double>::infinity());
}

TEST(DecimalNumber, RefusesTheRest) {
  for (const char* text :
       {"", "+", "-", "+-1", "--1", " 1", "1 ", "1x", "nan", "-nan", "abc", "0x", "0x-1", "1e99999"})
    EXPECT_FALSE(decimal_number(text)) << text;
  EXPECT_FALSE(decimal_number(std::string(DecimalText::kBytes, '1')));
}

TEST(PlainDecimal, HasNoTrailingZerosAndNoNegativeZero) {
  DecimalText scratch;
  EXPECT_EQ(plain_decimal(3.0L, scratch), "3");
  EXPECT_EQ(plain_decimal(10.5L, scratch), "10.5");
  EXPECT_EQ(plain_decimal(-0.0L, scratch), "0");
  EXPECT_EQ(plain_decimal(100.0L, scratch), "100");
  EXPECT_EQ(plain_decimal(0.1L, scratch), "0.1");
  EXPECT_EQ(plain_decimal(std::numeric_limits<long double>::max(), scratch).size(), 4933u);
}

}  // namespace
}  // namespace baton
