// Properties of the hand-off primitives in one thread: random sequences of operations against a reference
// model that is too simple to be wrong. What threads may do to one another is the models' part
// (spsc_ring_model.cc and so on); here long sequences and odd sizes meet the bookkeeping: wrap-around,
// partial batches, elision, nesting.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "queues/chain.h"
#include "queues/doorbell.h"
#include "queues/held.h"
#include "queues/mailbox.h"
#include "queues/pause_gate.h"
#include "queues/spsc_ring.h"
#include "queues/swap_queue.h"

namespace baton {
namespace {

// One operation of a sequence: which, and with what number. Named when a failing sequence is printed.
struct Step {
  int operation;
  std::size_t amount;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "(" << step.operation << ", " << step.amount << ")";
}

rc::Gen<std::vector<Step>> steps(int operations, std::size_t amount_max) {
  return rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
      rc::gen::inRange(0, operations), rc::gen::inRange<std::size_t>(0, amount_max + 1)));
}

// ---- SpscRing

template <std::uint32_t Capacity>
void ring_is_a_bounded_queue() {
  enum Operation { kPush, kPop, kPushBatch, kPopBatch, kRoom, kOperations };
  const auto start = *rc::gen::element<std::uint32_t>(0, 0x7FFFFFFFU, 0xFFFFFFFFU - Capacity, 0xFFFFFFFFU);
  const std::vector<Step> sequence = *steps(kOperations, 2 * Capacity + 1);
  SpscRing<std::uint32_t, Capacity> ring(start);
  std::deque<std::uint32_t> reference;
  std::uint32_t next = 0;
  for (const Step& step : sequence) {
    const std::size_t room = Capacity - reference.size();
    switch (step.operation) {
      case kPush:
        RC_ASSERT(ring.try_push(next) == (room != 0));
        if (room != 0) reference.push_back(next++);
        break;
      case kPop: {
        const auto popped = ring.try_pop();
        RC_ASSERT(popped.has_value() == !reference.empty());
        if (!popped) break;
        RC_ASSERT(*popped == reference.front());
        reference.pop_front();
        break;
      }
      case kPushBatch: {
        std::vector<std::uint32_t> batch(step.amount);
        for (std::uint32_t& value : batch) value = next++;
        const std::size_t pushed = ring.try_push_batch(batch);
        RC_ASSERT(pushed == std::min(step.amount, room));
        reference.insert(reference.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(pushed));
        break;
      }
      case kPopBatch: {
        std::vector<std::uint32_t> out(step.amount);
        const std::size_t popped = ring.try_pop_batch(out);
        RC_ASSERT(popped == std::min(step.amount, reference.size()));
        for (std::size_t i = 0; i < popped; ++i) {
          RC_ASSERT(out[i] == reference.front());
          reference.pop_front();
        }
        break;
      }
      case kRoom: {
        const std::size_t promised = ring.room(step.amount);
        RC_ASSERT(promised <= room);
        RC_ASSERT(promised >= std::min(step.amount, room));
        break;
      }
    }
    RC_ASSERT(ring.size_guess() == reference.size());
  }
}
RC_GTEST_PROP(SpscRingProperty, of_two_is_a_bounded_queue, ()) { ring_is_a_bounded_queue<2>(); }
RC_GTEST_PROP(SpscRingProperty, of_sixteen_is_a_bounded_queue, ()) { ring_is_a_bounded_queue<16>(); }

// ---- SwapQueue

struct Letter : ChainLink<Letter> {
  std::uint64_t number = 0;
};

// Letters by number; those that were handed over keep their address.
class Letters {
 public:
  Held<Letter> next() {
    letters_.push_back(std::make_unique<Letter>());
    letters_.back()->number = letters_.size();
    return Held<Letter>(letters_.back().get());
  }

 private:
  std::vector<std::unique_ptr<Letter>> letters_;
};

RC_GTEST_PROP(SwapQueueProperty, drains_the_joined_batches_in_their_order, ()) {
  enum Operation { kWrite, kJoin, kDrain, kOperations };
  constexpr std::size_t kProducers = 3;
  const std::vector<Step> sequence = *steps(kOperations, kProducers - 1);
  Letters letters;
  SwapQueue<Letter> queue;
  std::array<Chain<Letter>, kProducers> batches;
  std::array<std::vector<std::uint64_t>, kProducers> written;
  std::vector<std::uint64_t> joined;
  auto drain_and_compare = [&] {
    Chain<Letter> drained = queue.drain();
    for (std::uint64_t expected : joined) {
      RC_ASSERT(!drained.empty());
      RC_ASSERT(drained.pop_front().release()->number == expected);
    }
    RC_ASSERT(drained.empty());
    joined.clear();
  };
  for (const Step& step : sequence) {
    Chain<Letter>& batch = batches[step.amount];
    std::vector<std::uint64_t>& numbers = written[step.amount];
    switch (step.operation) {
      case kWrite: {
        Held<Letter> letter = letters.next();
        numbers.push_back(letter->number);
        batch.push_back(std::move(letter));
        break;
      }
      case kJoin:
        queue.join(std::move(batch));
        // A chain that moved is empty: that is promised.
        RC_ASSERT(batch.empty());  // NOLINT(bugprone-use-after-move)
        joined.insert(joined.end(), numbers.begin(), numbers.end());
        numbers.clear();
        break;
      case kDrain:
        drain_and_compare();
        break;
    }
    RC_ASSERT(queue.empty() == joined.empty());
  }
  drain_and_compare();
}

// ---- Mailbox and Doorbell

// What a mailbox and its doorbell should do: three queues and the state of the consumer.
struct MailReference {
  std::deque<std::uint64_t> outbox, queue;
  bool asleep = false, rung = false, posted = false;
  std::uint64_t rings = 0, elided = 0;
};

template <class Queue, std::size_t Capacity>
void mailbox_is_an_outbox_a_queue_and_a_bell() {
  enum Operation { kPost, kFlush, kDrain, kSleep, kWake, kOperations };
  const std::vector<Step> sequence = *steps(kOperations, 5);
  Letters letters;
  Doorbell<> bell;
  Mailbox<Letter, Queue> mail(bell);
  MailReference expected;
  std::uint64_t drained_in_all = 0;
  auto drain = [&](std::size_t max) {
    const std::size_t count = std::min(max, expected.queue.size());
    std::vector<std::uint64_t> numbers;  // compared outside: drain() is noexcept, an assertion throws
    const std::size_t drained =
        mail.drain(max, [&](Held<Letter> letter) { numbers.push_back(letter.release()->number); });
    RC_ASSERT(drained == numbers.size());
    for (std::uint64_t number : numbers) {
      RC_ASSERT(!expected.queue.empty() && expected.queue.front() == number);
      expected.queue.pop_front();
    }
    // A list's inbox hides what was joined after it: it may hand out less, never nothing.
    RC_ASSERT(drained <= count);
    RC_ASSERT((drained == 0) == (count == 0));
    drained_in_all += drained;
  };
  for (const Step& step : sequence) {
    switch (step.operation) {
      case kPost:
        for (std::size_t i = 0; i < step.amount; ++i) {
          Held<Letter> letter = letters.next();
          expected.outbox.push_back(letter->number);
          mail.post(std::move(letter));
        }
        break;
      case kFlush: {
        const std::size_t fits = std::min(expected.outbox.size(), Capacity - expected.queue.size());
        RC_ASSERT(mail.flush() == (fits == expected.outbox.size()));
        for (std::size_t i = 0; i < fits; ++i) {
          expected.queue.push_back(expected.outbox.front());
          expected.outbox.pop_front();
        }
        if (fits == 0) break;
        if (expected.asleep && !expected.rung) {
          expected.rung = expected.posted = true;
          ++expected.rings;
        } else {
          ++expected.elided;
        }
        break;
      }
      case kDrain:
        if (!expected.asleep) drain(step.amount);
        break;
      case kSleep:
        if (expected.asleep) break;
        expected.asleep = bell.prepare_to_sleep([&] { return mail.has_mail(); });
        RC_ASSERT(expected.asleep == expected.queue.empty());
        break;
      case kWake:  // by its own reactor, or by the bell, which then must not block
        if (!expected.asleep) break;
        if (expected.posted) bell.bell().wait();
        bell.woke();
        expected.asleep = expected.rung = expected.posted = false;
        break;
    }
    RC_ASSERT(mail.outbox_empty() == expected.outbox.empty());
    RC_ASSERT(mail.has_mail() == !expected.queue.empty());
    RC_ASSERT(mail.producer_counters().rung == expected.rings);
    RC_ASSERT(mail.producer_counters().elided == expected.elided);
    RC_ASSERT(mail.consumer_counters().drained == drained_in_all);
  }
  expected.queue.insert(expected.queue.end(), expected.outbox.begin(), expected.outbox.end());
  std::deque<std::uint64_t> reclaimed;
  RC_ASSERT(mail.reclaim([&](Held<Letter> letter) { reclaimed.push_back(letter.release()->number); }) ==
            expected.queue.size());
  RC_ASSERT(reclaimed == expected.queue);
  RC_ASSERT(mail.outbox_empty());
}
RC_GTEST_PROP(MailboxProperty, over_a_ring_of_two, ()) {
  mailbox_is_an_outbox_a_queue_and_a_bell<RingQueue<2>, 2>();
}
RC_GTEST_PROP(MailboxProperty, over_a_ring_of_sixteen, ()) {
  mailbox_is_an_outbox_a_queue_and_a_bell<RingQueue<16>, 16>();
}
RC_GTEST_PROP(MailboxProperty, over_a_list, ()) {
  mailbox_is_an_outbox_a_queue_and_a_bell<ListQueue, static_cast<std::size_t>(1) << 60>();
}

// ---- PauseGate

// Both sides of a gate in one thread: while the paused side waits, its backoff plays the requester.
struct ScriptedSync : StdSync {
  struct Backoff {
    void pause() { while_waiting(); }
  };
  static std::uintptr_t this_thread() { return speaker; }

  static inline std::function<void()> while_waiting;
  static inline std::uintptr_t speaker = 0;
};
constexpr std::uintptr_t kRequester = 1;
constexpr std::uintptr_t kPaused = 2;

RC_GTEST_PROP(PauseGateProperty, nests_by_count_and_rests_until_the_last_resume, ()) {
  enum Operation { kRequest, kCheckpoint, kOperations };
  const std::vector<Step> sequence = *steps(kOperations, 6);
  PauseGate<ScriptedSync> gate;
  Doorbell<ScriptedSync> bell;
  int depth = 0;
  std::uint64_t pauses = 0;
  ScriptedSync::speaker = kRequester;
  for (const Step& step : sequence) {
    if (step.operation == kRequest) {
      gate.request(bell);
      ++depth;
    } else {
      bool resting = false;
      ScriptedSync::while_waiting = [&] {
        // The thread rests: confirm, nest a little more, then take every request back.
        ScriptedSync::speaker = kRequester;
        resting = true;
        gate.wait_paused();
        ++pauses;
        for (std::size_t i = 0; i < step.amount; ++i, ++depth) {
          gate.request(bell);
          gate.wait_paused();
        }
        for (; depth > 0; --depth) gate.resume();
        ScriptedSync::speaker = kPaused;
      };
      const bool due = depth != 0;
      ScriptedSync::speaker = kPaused;
      RC_ASSERT(gate.checkpoint() == due);
      RC_ASSERT(resting == due);
      ScriptedSync::speaker = kRequester;
    }
    RC_ASSERT(gate.requested() == (depth != 0));
    RC_ASSERT(gate.pauses() == pauses);
  }
}

}  // namespace
}  // namespace baton
