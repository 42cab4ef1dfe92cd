#include "model/deferred.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace baton::model {
namespace {

TEST(DeferredTest, an_operation_is_carried_out_behind_the_nth_of_its_own_thread) {
  Deferred deferred;
  int done = 0;
  deferred.defer(1, 2, [&done] { ++done; });
  deferred.after_operation(0);
  deferred.after_operation(0);
  deferred.after_operation(1);
  EXPECT_EQ(done, 0);
  deferred.after_operation(1);
  EXPECT_EQ(done, 1);
  deferred.after_operation(1);
  EXPECT_EQ(done, 1);
}

TEST(DeferredTest, the_end_of_the_thread_carries_it_out) {
  Deferred deferred;
  int done = 0;
  deferred.defer(0, 4, [&done] { ++done; });
  EXPECT_TRUE(deferred.waits(0));
  EXPECT_FALSE(deferred.waits(1));
  deferred.finish(0);
  EXPECT_FALSE(deferred.waits(0));
  deferred.finish(0);
  EXPECT_EQ(done, 1);
}

TEST(DeferredTest, a_second_one_carries_out_the_first) {
  Deferred deferred;
  std::string order;
  std::string* const said = &order;
  deferred.defer(0, 4, [said] { *said += "first "; });
  deferred.defer(0, 1, [said] { *said += "second"; });
  EXPECT_EQ(order, "first ");
  deferred.after_operation(0);
  EXPECT_EQ(order, "first second");
}

TEST(DeferredTest, what_it_carries_out_may_defer_and_operate) {
  Deferred deferred;
  int done = 0;
  struct Again {
    Deferred* deferred;
    int* done;
    void operator()() const {
      ++*done;
      deferred->after_operation(0);
    }
  };
  deferred.defer(0, 1, Again{&deferred, &done});
  deferred.after_operation(0);
  EXPECT_EQ(done, 1);
}

TEST(DeferredTest, a_forgotten_one_is_never_carried_out) {
  Deferred deferred;
  int done = 0;
  deferred.defer(0, 1, [&done] { ++done; });
  deferred.forget();
  deferred.after_operation(0);
  deferred.finish(0);
  EXPECT_EQ(done, 0);
}

}  // namespace
}  // namespace baton::model
