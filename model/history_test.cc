#include "model/history.h"

#include <gtest/gtest.h>

namespace baton::model {
namespace {

TEST(HistoryTest, keeps_the_steps_between_construction_and_the_listing_by_thread) {
  const char* const relacy =
      "DEADLOCK (deadlock detected)\n"
      "[0] 0: [CTOR BEGIN], in fiber_proc_impl, /usr/include/relacy/context.hpp(457)\n"
      "[1] 0: <0xa0> store, value=0, in Chain, /x/queues/chain.h(46)\n"
      "[2] 0: [BEFORE END], in fiber_proc_impl, /usr/include/relacy/context.hpp(457)\n"
      "[3] 1: <0xb0> atomic store, value=1, (prev value=0), order=release, in publish<A, B>, "
      "/x/queues/mailbox.h(70)\n"
      "[4] 0: <0xb0> atomic load, value=0 [NOT CURRENT], order=seq_cst, in has_mail, "
      "/x/queues/mailbox.h(91)\n"
      "\n"
      "thread 0:\n"
      "[4] 0: <0xb0> atomic load, value=0 [NOT CURRENT], order=seq_cst, in has_mail, "
      "/x/queues/mailbox.h(91)\n";
  EXPECT_EQ(readable_history(relacy),
            "    3  thread 1  mailbox.h:70 publish                 #1 atomic store, 1, (prev 0), release\n"
            "    4  thread 0  mailbox.h:91 has_mail                #1 atomic load, 0 STALE, seq_cst\n");
}

}  // namespace
}  // namespace baton::model
