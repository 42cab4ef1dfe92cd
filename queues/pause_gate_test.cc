#include "queues/pause_gate.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "queues/shared_stat.h"

namespace baton {
namespace {

// A thread that counts in a plain word, sleeps when `sleepy`, and stops when told.
class Worker {
 public:
  explicit Worker(bool sleepy) : thread_("worker", [this, sleepy] { run(sleepy); }) {}
  ~Worker() {
    {
      const PauseTarget<> target = this->target();
      const PausedThreads<> paused({&target, 1});
      stop_ = true;
    }
    doorbell_.ring();
    thread_.join();
  }

  PauseTarget<> target() { return {&gate_, &doorbell_}; }
  PauseGate<>& gate() { return gate_; }
  // Only while the worker is paused.
  std::uint64_t& count() { return count_; }
  std::uint64_t pauses_seen() const { return pauses_seen_; }

 private:
  void run(bool sleepy) {
    gate_.bind();
    while (!stop_) {
      if (gate_.checkpoint()) ++pauses_seen_;
      if (stop_) break;
      ++count_;
      if (!sleepy) continue;
      if (doorbell_.prepare_to_sleep([this] { return gate_.requested(); })) doorbell_.bell().wait();
      doorbell_.woke();
    }
  }

  PauseGate<> gate_;
  Doorbell<> doorbell_;
  std::uint64_t count_ = 0;
  std::uint64_t pauses_seen_ = 0;
  bool stop_ = false;
  Thread thread_;
};

TEST(PauseGate, costs_nothing_to_pass_when_nobody_asked) {
  PauseGate<> gate;
  EXPECT_FALSE(gate.requested());
  EXPECT_FALSE(gate.checkpoint());
  EXPECT_EQ(gate.pauses(), 0U);
}

TEST(PauseGate, a_request_is_seen_by_the_recheck_and_rings_a_sleeper) {
  PauseGate<> gate;
  Doorbell<> doorbell;
  ASSERT_TRUE(doorbell.prepare_to_sleep([&] { return gate.requested(); }));
  Thread requester("requester", [&] {
    gate.request(doorbell);
    gate.wait_paused();
    gate.resume();
  });
  doorbell.bell().wait();
  doorbell.woke();
  EXPECT_TRUE(gate.requested());
  EXPECT_TRUE(gate.checkpoint());
  requester.join();
  EXPECT_FALSE(gate.requested());
  EXPECT_FALSE(gate.checkpoint());
  EXPECT_EQ(gate.pauses(), 1U);
}

TEST(PauseGate, a_paused_thread_rests_and_both_sides_see_each_others_work) {
  for (const bool sleepy : {false, true}) {
    Worker worker(sleepy);
    const PauseTarget<> target = worker.target();
    for (std::uint64_t round = 0; round < 300; ++round) {
      const PausedThreads<> paused({&target, 1});
      EXPECT_FALSE(worker.gate().requested()) << "confirmed, not pending";
      const std::uint64_t before = worker.count();
      worker.count() += 1'000'000;
      ASSERT_EQ(worker.count(), before + 1'000'000);
      ASSERT_LE(worker.pauses_seen(), round);
    }
    EXPECT_EQ(worker.gate().pauses(), 300U);
  }
}

TEST(PauseGate, nests_by_count_and_stays_paused_until_the_last_resume) {
  Worker worker(true);
  const PauseTarget<> target = worker.target();
  worker.gate().request(*target.doorbell);
  worker.gate().wait_paused();
  worker.gate().request(*target.doorbell);
  worker.gate().wait_paused();
  worker.gate().resume();
  const std::uint64_t before = worker.count();
  worker.count() = before + 1;  // A data race, for ThreadSanitizer, if the worker ran.
  {
    const PausedThreads<> inner({&target, 1});
    EXPECT_EQ(worker.count(), before + 1);
  }
  EXPECT_EQ(worker.count(), before + 1);
  worker.gate().resume();
  EXPECT_EQ(worker.gate().pauses(), 1U) << "a nested request is the same pause";
}

TEST(PauseGate, a_second_request_may_follow_a_resume_at_once) {
  Worker worker(false);
  const PauseTarget<> target = worker.target();
  for (int round = 0; round < 2'000; ++round) {
    worker.gate().request(*target.doorbell);
    worker.gate().wait_paused();
    worker.gate().resume();
  }
  EXPECT_EQ(worker.gate().pauses(), 2'000U);
}

TEST(PausedThreads, pauses_a_range_and_lets_all_go) {
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<PauseTarget<>> targets;
  for (const bool sleepy : {true, false, true}) {
    workers.push_back(std::make_unique<Worker>(sleepy));
    targets.push_back(workers.back()->target());
  }
  for (int round = 0; round < 100; ++round) {
    const PausedThreads<> all(targets);
    const PausedThreads<> some(std::span<const PauseTarget<>>(targets).subspan(1));
    for (auto& worker : workers) worker->count() = 0;
    for (auto& worker : workers) ASSERT_EQ(worker->count(), 0U);
  }
  for (auto& worker : workers) EXPECT_EQ(worker->gate().pauses(), 100U);
}

TEST(PauseGateDeathTest, a_thread_that_pauses_itself_traps) {
  EXPECT_DEATH(
      {
        PauseGate<> gate;
        Doorbell<> doorbell;
        gate.bind();
        gate.request(doorbell);
      },
      "PauseGate: a thread cannot pause itself");
}

TEST(PauseGateDeathTest, a_second_requester_traps) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        PauseGate<> gate;
        Doorbell<> doorbell;
        gate.request(doorbell);
        Thread second("second", [&] { gate.request(doorbell); });
        second.join();
      },
      "PauseGate: requested by a second thread");
}

TEST(PauseGateDeathTest, unpaired_calls_trap) {
  EXPECT_DEATH(
      {
        PauseGate<> gate;
        gate.resume();
      },
      "PauseGate: resumed without a request");
  EXPECT_DEATH(
      {
        PauseGate<> gate;
        gate.wait_paused();
      },
      "PauseGate: waited without a request");
  EXPECT_DEATH(
      {
        PauseGate<> gate;
        Doorbell<> doorbell;
        gate.request(doorbell);
        gate.resume();
      },
      "PauseGate: resumed before the pause was confirmed");
}

}  // namespace
}  // namespace baton
