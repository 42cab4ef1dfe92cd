#include "queues/check.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(Check, passes_what_holds) { check(true, "never printed"); }

TEST(CheckDeathTest, names_what_broke_and_aborts) {
  EXPECT_DEATH(check(false, "the count went below zero"), "broken invariant: the count went below zero");
}

}  // namespace
}  // namespace baton
