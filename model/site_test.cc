#include "model/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baton::model {
namespace {

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
  EXPECT_THAT(names(table), UnorderedElementsAre("a.h:f:load:seq_cst->acquire",
                                                 "a.h:f:store:release->relaxed", "a.h:f:store:release->drop",
                                                 "a.h:f:cas:acq_rel->acquire", "a.h:f:cas:acq_rel->release",
                                                 "a.h:f:cas:acq_rel->split", "a.h:f:lock->drop"));
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
