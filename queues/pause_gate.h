// PauseGate: bring a running thread to rest, know that it rests, and let it go on.
//
//   PauseGate<> gate;                                  // one for each thread that can be paused
//   if (gate.checkpoint()) note_pause();               // that thread, where it holds nothing shared
//   bell.prepare_to_sleep([&] { return gate.requested() || mail.has_mail(); });
//
//   gate.request(bell);                                // the requester: ask,
//   gate.wait_paused();                                // be sure,
//   gate.resume();                                     // let go
//   { PausedThreads<> all(targets); touch(); }         // or many, whose pauses overlap
//
// Ownership
//   state_   UNPAUSED -> PAUSING by the requester, -> PAUSED by the paused thread, -> RESUMING by the
//            requester, -> UNPAUSED by the paused thread: each step has one writer, who saw the last one
//   depth_, confirmed_, pauses_   the requester's. One thread at a time; if the role passes on, something
//            else orders the two (a join, a mailbox)
//   Everything that the paused thread owns is the requester's from wait_paused() to resume().
//
// Memory order
//   [A] state_ PAUSED release -> state_ acquire     What the thread did is seen by the requester.
//   [B] state_ RESUMING release -> state_ acquire   What the requester did is seen by the thread.
//   [C] state_ PAUSING seq_cst -> state_ seq_cst    With Doorbell's [A]: request, then look whether it
//       sleeps, against announce sleep, then look whether it is requested. One of the two sees the other.
//   checkpoint()'s first look and the UNPAUSED step are relaxed: nothing is touched on their strength.
//   requester_ and paused_ are relaxed: they feed traps and order nothing.
//
// Invariant   I6: between wait_paused() and resume() the paused thread is inside checkpoint().
//             I7: requests nest by count and pair; a resume without a confirmed request traps, and so does a
//             request by the paused thread itself or by a second requester. resume() does not wait: the next
//             request() waits for the thread to have left.
// Progress    Both sides wait by Backoff: brief spin, yield, sleep. A pause ends if its thread reaches
//             checkpoint(), so the thread must be running its loop.
// Checked by  queues/pause_gate_test.cc, model/pause_gate_model.h
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "queues/check.h"
#include "queues/doorbell.h"
#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

template <SyncPolicy Sync = StdSync>
class PauseGate {
 public:
  PauseGate() noexcept : state_(kUnpaused), paused_(0), requester_(0) {}
  PauseGate(const PauseGate&) = delete;
  PauseGate& operator=(const PauseGate&) = delete;

  // ---- the requester

  // Asks for a pause and wakes the thread if it sleeps. Does not wait for it; a nested request only counts.
  void request(Doorbell<Sync>& wake) noexcept {
    const std::uintptr_t me = Sync::this_thread();
    check(paused_.load(std::memory_order_relaxed) != me, "PauseGate: a thread cannot pause itself");
    std::uintptr_t nobody = 0;
    const bool first =
        requester_.compare_exchange_strong(nobody, me, std::memory_order_relaxed, std::memory_order_relaxed);
    check(first || nobody == me, "PauseGate: requested by a second thread");
    if (!first) {
      ++depth_;
      return;
    }
    depth_ = 1;
    typename Sync::Backoff backoff;
    while (state_.load(std::memory_order_relaxed) != kUnpaused) backoff.pause();
    state_.store(kPausing, std::memory_order_seq_cst);  // [C]
    wake.ring();
  }

  // Returns when the thread rests.
  void wait_paused() noexcept {
    check(depth_ != 0, "PauseGate: waited without a request");
    if (confirmed_) return;
    typename Sync::Backoff backoff;
    while (state_.load(std::memory_order_acquire) != kPaused) backoff.pause();  // [A]
    confirmed_ = true;
    ++pauses_;
  }

  // Takes back one request; the last lets the thread go on.
  void resume() noexcept {
    check(depth_ != 0, "PauseGate: resumed without a request");
    check(confirmed_, "PauseGate: resumed before the pause was confirmed");
    if (--depth_ != 0) return;
    confirmed_ = false;
    requester_.store(0, std::memory_order_relaxed);
    state_.store(kResuming, std::memory_order_release);  // [B]
  }

  // Confirmed pauses so far; a nested one is not counted again.
  [[nodiscard]] std::uint64_t pauses() const noexcept { return pauses_; }

  // ---- the paused thread

  // Says who will be paused here, so that its own request traps before its first pause. Optional.
  void bind() noexcept { paused_.store(Sync::this_thread(), std::memory_order_relaxed); }

  // The recheck before a sleep.
  [[nodiscard]] bool requested() const noexcept {
    return state_.load(std::memory_order_seq_cst) == kPausing;  // [C]
  }

  // Rests here if a pause is requested, until it is resumed; returns whether it did. One relaxed load if not.
  bool checkpoint() noexcept {
    if (state_.load(std::memory_order_relaxed) != kPausing) [[likely]]
      return false;
    rest();
    return true;
  }

 private:
  static constexpr std::uint32_t kUnpaused = 0;
  static constexpr std::uint32_t kPausing = 1;
  static constexpr std::uint32_t kPaused = 2;
  static constexpr std::uint32_t kResuming = 3;

  void rest() noexcept {
    bind();
    state_.store(kPaused, std::memory_order_release);  // [A]
    typename Sync::Backoff backoff;
    while (state_.load(std::memory_order_acquire) != kResuming) backoff.pause();  // [B]
    state_.store(kUnpaused, std::memory_order_relaxed);
  }

  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uint32_t> state_;
  typename Sync::template Atomic<std::uintptr_t> paused_;
  alignas(Sync::kCacheLine) typename Sync::template Atomic<std::uintptr_t> requester_;
  std::uint32_t depth_ = 0;
  bool confirmed_ = false;
  std::uint64_t pauses_ = 0;
};

template <SyncPolicy Sync = StdSync>
struct PauseTarget {
  PauseGate<Sync>* gate;
  Doorbell<Sync>* doorbell;
};

// Many threads at rest, for the length of a scope. The targets outlive it. Nests, over any mix of targets.
template <SyncPolicy Sync = StdSync>
class [[nodiscard]] PausedThreads {
 public:
  explicit PausedThreads(std::span<const PauseTarget<Sync>> targets) noexcept : targets_(targets) {
    for (const PauseTarget<Sync>& target : targets_) target.gate->request(*target.doorbell);
    for (const PauseTarget<Sync>& target : targets_) target.gate->wait_paused();
  }
  PausedThreads(const PausedThreads&) = delete;
  PausedThreads& operator=(const PausedThreads&) = delete;
  ~PausedThreads() {
    for (const PauseTarget<Sync>& target : targets_) target.gate->resume();
  }

 private:
  std::span<const PauseTarget<Sync>> targets_;
};

}  // namespace baton
