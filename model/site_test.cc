#include "model/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baton::model {
namespace {

using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

std::vector<std::string> names(const OperationTable& table) {
  std::vector<std::string> all;
  for (const NamedWeakening& weakening : weakenings_of(table)) all.push_back(weakening.name);
  return all;
}

CallSite called(CallSite site = CallSite::here()) { return site; }

TEST(CallSiteTest, is_where_the_defaulted_argument_is_left_out) {
  const CallSite site = called();
  EXPECT_EQ(site.line, static_cast<unsigned>(__LINE__ - 1));
  EXPECT_STREQ(site.function, "TestBody");
}

TEST(CallSiteTest, differs_for_two_calls_on_one_line) {
  const CallSite both[] = {called(), called()};
  EXPECT_EQ(both[0].line, both[1].line);
  EXPECT_FALSE(both[0] == both[1]);
}

TEST(WeakeningTest, takes_one_step_from_each_order) {
  OperationTable table;
  table.add({{"/x/queues/a.h", "f", 1, 1}, Kind::kLoad, std::memory_order_seq_cst});
  table.add({{"/x/queues/a.h", "f", 2, 1}, Kind::kStore, std::memory_order_release});
  table.add({{"/x/queues/a.h", "f", 3, 1}, Kind::kCas, std::memory_order_acq_rel});
  table.add({{"/x/queues/a.h", "f", 4, 1}, Kind::kLock, std::memory_order_seq_cst});
  EXPECT_THAT(names(table), IsSupersetOf({"a.h:f:load:seq_cst->acquire", "a.h:f:store:release->relaxed",
                                          "a.h:f:cas:acq_rel->acquire", "a.h:f:cas:acq_rel->release"}));
}

TEST(WeakeningTest, drops_splits_delays_and_repeats_what_can_be) {
  OperationTable table;
  table.add({{"/x/queues/a.h", "f", 1, 1}, Kind::kStore, std::memory_order_relaxed});
  table.add({{"/x/queues/a.h", "f", 2, 1}, Kind::kCas, std::memory_order_relaxed});
  table.add({{"/x/queues/a.h", "f", 3, 1}, Kind::kLock, std::memory_order_seq_cst});
  table.add({{"/x/queues/a.h", "f", 4, 1}, Kind::kPost, std::memory_order_seq_cst});
  table.add({{"/x/queues/a.h", "f", 5, 1}, Kind::kPause, std::memory_order_seq_cst});
  EXPECT_THAT(names(table),
              UnorderedElementsAre(
                  "a.h:f:store:relaxed->drop", "a.h:f:store:relaxed->delay1", "a.h:f:store:relaxed->delay2",
                  "a.h:f:store:relaxed->delay4", "a.h:f:store:relaxed->duplicate", "a.h:f:cas:relaxed->split",
                  "a.h:f:lock->drop", "a.h:f:lock->delay1", "a.h:f:lock->delay2", "a.h:f:lock->delay4",
                  "a.h:f:post->drop", "a.h:f:post->delay1", "a.h:f:post->delay2", "a.h:f:post->delay4",
                  "a.h:f:post->duplicate", "a.h:f:pause->drop"));
}

TEST(WeakeningTest, numbers_like_operations_of_a_function_by_line_and_drops_template_arguments) {
  OperationTable table;
  table.add({{"/x/queues/a.h", "f<int>", 9, 1}, Kind::kLoad, std::memory_order_acquire});
  table.add({{"/x/queues/a.h", "f<char>", 3, 1}, Kind::kLoad, std::memory_order_acquire});
  EXPECT_THAT(names(table),
              testing::ElementsAre("a.h:f:load:acquire->relaxed", "a.h:f:load#2:acquire->relaxed"));
}

TEST(WeakeningTest, leaves_relaxed_loads_and_code_outside_queues_alone) {
  OperationTable table;
  table.add({{"/x/queues/a.h", "f", 1, 1}, Kind::kLoad, std::memory_order_relaxed});
  table.add({{"/x/model/b.cc", "g", 1, 1}, Kind::kStore, std::memory_order_release});
  EXPECT_TRUE(names(table).empty());
}

}  // namespace
}  // namespace baton::model
