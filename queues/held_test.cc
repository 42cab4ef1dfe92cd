#include "queues/held.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <utility>

namespace baton {
namespace {

struct Thing {
  int value = 7;
};

static_assert(!std::is_copy_constructible_v<Held<Thing>> && !std::is_copy_assignable_v<Held<Thing>>);
static_assert(std::is_nothrow_move_constructible_v<Held<Thing>>);
static_assert(sizeof(Held<Thing>) == sizeof(void*));

TEST(Held, reaches_the_object_it_holds) {
  Thing thing;
  Held<Thing> held(&thing);
  EXPECT_TRUE(static_cast<bool>(held));
  EXPECT_EQ(held->value, 7);
  EXPECT_EQ(&*held, &thing);
  EXPECT_EQ(held.get(), &thing);
  EXPECT_EQ(held.release(), &thing);
  EXPECT_FALSE(static_cast<bool>(held));
}

TEST(Held, is_empty_after_it_moved) {
  Thing thing;
  Held<Thing> first(&thing);
  Held<Thing> second(std::move(first));
  EXPECT_FALSE(static_cast<bool>(first));  // NOLINT(bugprone-use-after-move): the promise under test
  Held<Thing> third;
  third = std::move(second);
  EXPECT_FALSE(static_cast<bool>(second));  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(third.release(), &thing);
}

TEST(HeldDeathTest, use_after_move_traps) {
  Thing thing;
  EXPECT_DEATH(
      {
        Held<Thing> first(&thing);
        Held<Thing> second(std::move(first));
        ++first->value;  // NOLINT(bugprone-use-after-move)
      },
      "Held: used while empty");
}

TEST(HeldDeathTest, release_twice_traps) {
  Thing thing;
  EXPECT_DEATH(
      {
        Held<Thing> held(&thing);
        static_cast<void>(held.release());
        static_cast<void>(held.release());
      },
      "Held: released while empty");
}

TEST(HeldDeathTest, dropping_the_object_traps) {
  Thing thing;
  EXPECT_DEATH({ Held<Thing> held(&thing); }, "Held: destroyed with an object inside");
}

TEST(HeldDeathTest, assignment_over_an_object_traps) {
  Thing one;
  Thing two;
  EXPECT_DEATH(
      {
        Held<Thing> held(&one);
        held = Held<Thing>(&two);
      },
      "Held: assigned over an object");
}

TEST(HeldDeathTest, a_null_object_traps) {
  EXPECT_DEATH({ Held<Thing> held(nullptr); }, "Held: null object");
}

}  // namespace
}  // namespace baton
