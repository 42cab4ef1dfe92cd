#include "queues/mailbox.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace baton {
namespace {

struct Letter : ChainLink<Letter> {
  int number = 0;
};

std::vector<Letter> letters_numbered(int count) {
  std::vector<Letter> letters(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) letters[static_cast<std::size_t>(i)].number = i;
  return letters;
}

template <class Queue>
struct MailboxTest : testing::Test {
  using Box = Mailbox<Letter, Queue>;

  void post(Box& box, int first, int last) {
    for (int i = first; i < last; ++i) box.post(Held<Letter>(&letters[static_cast<std::size_t>(i)]));
  }
  static std::vector<int> drain(Box& box, std::size_t max) {
    std::vector<int> numbers;
    const std::size_t drained =
        box.drain(max, [&](Held<Letter> letter) { numbers.push_back(letter.release()->number); });
    EXPECT_EQ(drained, numbers.size());
    return numbers;
  }

  Doorbell<> bell;
  std::vector<Letter> letters = letters_numbered(400);
};
using Queues = testing::Types<RingQueue<2>, RingQueue<256>, ListQueue>;
TYPED_TEST_SUITE(MailboxTest, Queues);

TYPED_TEST(MailboxTest, what_is_posted_is_seen_only_after_the_flush) {
  typename TestFixture::Box box(this->bell);
  EXPECT_TRUE(box.outbox_empty());
  this->post(box, 0, 2);
  EXPECT_FALSE(box.outbox_empty());
  EXPECT_FALSE(box.has_mail());
  EXPECT_TRUE(this->drain(box, 8).empty());
  EXPECT_TRUE(box.flush());
  EXPECT_TRUE(box.outbox_empty());
  EXPECT_TRUE(box.has_mail());
  EXPECT_EQ(this->drain(box, 8), (std::vector{0, 1}));
  EXPECT_FALSE(box.has_mail());
}

TYPED_TEST(MailboxTest, drains_no_more_than_asked_and_still_has_mail) {
  typename TestFixture::Box box(this->bell);
  this->post(box, 0, 2);
  ASSERT_TRUE(box.flush());
  EXPECT_TRUE(this->drain(box, 0).empty());
  EXPECT_EQ(this->drain(box, 1), (std::vector{0}));
  EXPECT_TRUE(box.has_mail());
  EXPECT_EQ(this->drain(box, 1), (std::vector{1}));
  EXPECT_FALSE(box.has_mail());
}

TYPED_TEST(MailboxTest, mail_that_arrives_behind_a_partial_drain_keeps_its_place) {
  typename TestFixture::Box box(this->bell);
  this->post(box, 0, 2);
  ASSERT_TRUE(box.flush());
  EXPECT_EQ(this->drain(box, 1), (std::vector{0}));
  this->post(box, 2, 3);
  ASSERT_TRUE(box.flush());
  std::vector<int> rest = this->drain(box, 8);
  for (int number : this->drain(box, 8)) rest.push_back(number);
  EXPECT_EQ(rest, (std::vector{1, 2}));
  EXPECT_FALSE(box.has_mail());
}

TYPED_TEST(MailboxTest, rings_a_sleeper_once_a_flush_and_spares_who_is_awake) {
  typename TestFixture::Box box(this->bell);
  ASSERT_TRUE(this->bell.prepare_to_sleep([&] { return box.has_mail(); }));
  EXPECT_TRUE(box.flush());
  EXPECT_EQ(box.producer_counters().flushes, 0U) << "nothing to publish is no flush";
  this->post(box, 0, 2);
  ASSERT_TRUE(box.flush());
  EXPECT_EQ(box.producer_counters().rung, 1U);
  this->bell.bell().wait();
  this->bell.woke();
  EXPECT_EQ(this->drain(box, 8).size(), 2U);
  this->post(box, 2, 3);
  ASSERT_TRUE(box.flush());
  EXPECT_EQ(box.producer_counters().rung, 1U);
  EXPECT_EQ(box.producer_counters().elided, 1U);
  EXPECT_EQ(box.producer_counters().posted, 3U);
  EXPECT_EQ(box.producer_counters().flushes, 2U);
  EXPECT_FALSE(this->bell.prepare_to_sleep([&] { return box.has_mail(); })) << "mail forbids the sleep";
  EXPECT_EQ(this->drain(box, 8).size(), 1U);
  EXPECT_EQ(box.consumer_counters().drained, 3U);
}

TYPED_TEST(MailboxTest, reclaim_hands_out_queue_and_outbox_in_order) {
  typename TestFixture::Box box(this->bell);
  this->post(box, 0, 2);
  ASSERT_TRUE(box.flush());
  EXPECT_EQ(this->drain(box, 1), (std::vector{0}));
  this->post(box, 2, 3);
  ASSERT_TRUE(box.flush());
  this->post(box, 3, 5);
  std::vector<int> numbers;
  EXPECT_EQ(box.reclaim([&](Held<Letter> letter) { numbers.push_back(letter.release()->number); }), 4U);
  EXPECT_EQ(numbers, (std::vector{1, 2, 3, 4}));
  EXPECT_TRUE(box.outbox_empty());
  EXPECT_FALSE(box.has_mail());
  this->post(box, 5, 6);
  ASSERT_TRUE(box.flush());
  EXPECT_EQ(this->drain(box, 8), (std::vector{5})) << "the mailbox lives on";
}

TYPED_TEST(MailboxTest, hands_everything_over_once_in_order_and_wakes_for_all) {
  constexpr int kRounds = 60;
  constexpr int kLetters = 400;
  typename TestFixture::Box to(this->bell);
  Doorbell<> back_bell;
  typename TestFixture::Box back(back_bell);
  // The other thread sends every letter home, sleeping on its doorbell when it has nothing to do.
  Thread other("other", [&] {
    std::size_t seen = 0;
    while (seen < std::size_t{kRounds} * kLetters) {
      seen += to.drain(16, [&](Held<Letter> letter) { back.post(std::move(letter)); });
      const bool flushed = back.flush();
      const bool done = flushed && seen == std::size_t{kRounds} * kLetters;
      if (done || !flushed) continue;
      if (this->bell.prepare_to_sleep([&] { return to.has_mail(); })) this->bell.bell().wait();
      this->bell.woke();
    }
    while (!back.flush()) StdSync::Backoff().pause();
  });
  for (int round = 0; round < kRounds; ++round) {
    this->post(to, 0, kLetters);
    int expected = 0;
    while (expected < kLetters) {
      const bool flushed = to.flush();
      back.drain(7, [&](Held<Letter> letter) { EXPECT_EQ(letter.release()->number, expected++); });
      if (!flushed || expected == kLetters) continue;
      if (back_bell.prepare_to_sleep([&] { return back.has_mail(); })) back_bell.bell().wait();
      back_bell.woke();
    }
  }
  other.join();
  EXPECT_FALSE(to.has_mail());
  EXPECT_FALSE(back.has_mail());
}

TEST(RingMailbox, publishes_what_fits_says_full_and_goes_on_when_there_is_room) {
  Doorbell<> bell;
  Mailbox<Letter, RingQueue<2>> box(bell);
  std::vector<Letter> letters = letters_numbered(5);
  for (Letter& letter : letters) box.post(Held<Letter>(&letter));
  EXPECT_FALSE(box.flush());
  EXPECT_FALSE(box.flush());
  EXPECT_EQ(box.producer_counters().full, 2U);
  EXPECT_EQ(box.producer_counters().flushes, 1U) << "the second published nothing";
  std::vector<int> numbers;
  auto note = [&](Held<Letter> letter) { numbers.push_back(letter.release()->number); };
  EXPECT_EQ(box.drain(8, note), 2U);
  EXPECT_FALSE(box.flush());
  EXPECT_EQ(box.drain(8, note), 2U);
  EXPECT_TRUE(box.flush());
  EXPECT_EQ(box.drain(8, note), 1U);
  EXPECT_EQ(numbers, (std::vector{0, 1, 2, 3, 4}));
}

TEST(MailboxDeathTest, posting_an_object_twice_traps) {
  Doorbell<> bell;
  Mailbox<Letter, ListQueue> box(bell);
  Letter letter;
  box.post(Held<Letter>(&letter));
  EXPECT_DEATH(box.post(Held<Letter>(&letter)), "Chain: node is already in a chain");
  EXPECT_EQ(box.reclaim([](Held<Letter> held) { static_cast<void>(held.release()); }), 1U);
}

}  // namespace
}  // namespace baton
