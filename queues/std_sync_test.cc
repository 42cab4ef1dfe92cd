#include "queues/std_sync.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <string>
#include <type_traits>

namespace baton {
namespace {

static_assert(std::is_same_v<StdSync::Atomic<int>, std::atomic<int>>, "no wrapper in production");
static_assert(sizeof(PlainCell<long>) == sizeof(long) && std::is_trivially_destructible_v<PlainCell<long>>);

TEST(PlainCell, gives_back_what_was_set_and_starts_at_zero) {
  PlainCell<int> cell;
  EXPECT_EQ(cell.get(), 0);
  cell.set(5);
  EXPECT_EQ(cell.get(), 5);
  EXPECT_EQ(PlainCell<int>(9).get(), 9);
}

TEST(EventBell, wait_returns_at_once_after_a_post_and_consumes_it) {
  EventBell bell;
  ASSERT_GE(bell.fd(), 0);
  bell.post();
  bell.post();
  bell.wait();
  std::uint64_t count = 0;
  EXPECT_LT(::read(bell.fd(), &count, sizeof count), 0) << "both posts are gone";
}

TEST(EventBell, clear_does_not_block_when_nothing_was_posted) {
  EventBell bell;
  bell.clear();
  bell.post();
  bell.clear();
  std::uint64_t count = 0;
  EXPECT_LT(::read(bell.fd(), &count, sizeof count), 0);
}

TEST(EventBell, every_post_is_a_new_edge_though_nobody_reads) {
  EventBell bell;
  const int poller = ::epoll_create1(EPOLL_CLOEXEC);
  ASSERT_GE(poller, 0);
  epoll_event interest{};
  interest.events = EPOLLIN | EPOLLET;
  ASSERT_EQ(::epoll_ctl(poller, EPOLL_CTL_ADD, bell.fd(), &interest), 0);
  epoll_event seen{};
  EXPECT_EQ(::epoll_wait(poller, &seen, 1, 0), 0);
  for (int round = 0; round < 3; ++round) {
    bell.post();
    EXPECT_EQ(::epoll_wait(poller, &seen, 1, 0), 1) << "post " << round;
    EXPECT_EQ(::epoll_wait(poller, &seen, 1, 0), 0) << "one edge a post, " << round;
  }
  ::close(poller);
}

TEST(EventBell, a_post_at_the_end_of_its_count_still_rings) {
  EventBell bell;
  const std::uint64_t most = ~std::uint64_t{0} - 1;
  ASSERT_EQ(::write(bell.fd(), &most, sizeof most), static_cast<ssize_t>(sizeof most));
  bell.post();
  bell.wait();
}

TEST(EventBell, a_post_from_another_thread_ends_a_wait) {
  EventBell asked;
  EventBell answered;
  Thread other("answers", [&] {
    asked.wait();
    answered.post();
  });
  ASSERT_EQ(other.error(), 0);
  asked.post();
  answered.wait();
  other.join();
}

TEST(SpinYieldSleep, may_be_asked_to_pause_for_ever) {
  SpinYieldSleep backoff;
  for (int i = 0; i < 64 + 128 + 3; ++i) backoff.pause();
}

TEST(Thread, runs_its_body_under_its_name) {
  std::string name_seen;
  Thread thread("io_thd_1", [&] {
    char name[16] = {};
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    name_seen = name;
  });
  ASSERT_EQ(thread.error(), 0);
  EXPECT_TRUE(thread.joinable());
  thread.join();
  EXPECT_FALSE(thread.joinable());
  EXPECT_EQ(name_seen, "io_thd_1");
}

TEST(Thread, a_name_longer_than_the_kernel_keeps_is_cut) {
  std::string name_seen;
  Thread thread("a-name-of-more-than-fifteen-bytes", [&] {
    char name[16] = {};
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    name_seen = name;
  });
  thread.join();
  EXPECT_EQ(name_seen, "a-name-of-more-");
}

TEST(Thread, this_thread_tells_living_threads_apart) {
  std::uintptr_t other_id = 0;
  Thread thread("other", [&] { other_id = StdSync::this_thread(); });
  thread.join();
  EXPECT_NE(other_id, 0U);
  EXPECT_NE(StdSync::this_thread(), 0U);
  EXPECT_NE(other_id, StdSync::this_thread());
}

TEST(ThreadDeathTest, destroyed_before_joined_traps) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH({ Thread thread("forgotten", [] {}); }, "Thread: destroyed before it was joined");
}

TEST(ThreadDeathTest, joined_twice_traps) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Thread thread("once", [] {});
        thread.join();
        thread.join();
      },
      "Thread: joined twice");
}

}  // namespace
}  // namespace baton
