// Location: one atomic word of the simulated machine.
//
// The order of stores to a word is the order in which they were executed (its modification order). A load may
// return an older store, up to MachineOptions::stale of them back, unless C++20 forbids it:
//   coherence        never older than what this thread read or wrote there, or than any store or read of a
//   newer
//                    store that happens before the load
//   seq_cst          never so that the single order of all seq_cst operations, fences among them, would have
//   a
//                    cycle (sequential_order.h); and never past the last seq_cst store to the word that was
//                    executed, but on a machine with mixed accesses
//   release, acquire a load synchronises with the release sequence of the store that it reads: that store and
//                    the read-modify-writes that follow it (C++20; with C++11 also later stores of its
//                    thread)
//   fences           a release fence before a relaxed store, an acquire fence after a relaxed load
// A compare_exchange may fail on an older store too, if that differs from what it expects.
//
// Stronger than the standard, so that behaviours are missed: loads are executed in program order (no load
// buffering), and modification order is execution order (no 2+2W). Without MachineOptions::mixed, seq_cst
// accesses to one word are in the order in which they were executed: that leaves out what differs only where
// a word has seq_cst and weaker accesses (Z6.U), and is a search several times as short. Checked by
// model/explorer/axioms_test.cc: equal outcomes with an enumeration from the axioms; model/litmus.h
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "model/explorer/engine.h"
#include "model/explorer/sequential_order.h"
#include "model/site.h"

namespace baton::explorer {

class Location : public Object {
 public:
  // `addresses`: its values are pointers, which differ between processes: the hash of a trace has the places
  // of the stores instead, so that a schedule replays elsewhere.
  explicit Location(std::uint64_t initial, bool addresses = false);
  ~Location() override;

  std::uint64_t load(std::memory_order order, const model::CallSite& site);
  void store(std::uint64_t value, std::memory_order order, const model::CallSite& site);
  // f(old) -> new; returns old.
  template <class F>
  std::uint64_t modify(F&& f, std::memory_order order, const model::CallSite& site) {
    const std::uint64_t old = begin_modify(site);
    const std::uint64_t value = f(old);
    end_modify(value, order);
    return old;
  }
  // `weak`: may fail without a cause.
  bool compare_exchange(std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                        std::memory_order failure, bool weak, const model::CallSite& site);

  // Counts the stores that changed the value: what a spinning exchange writes back is no news to the others.
  [[nodiscard]] std::uint32_t version() const override { return stores_[newest_ % kKept].version; }
  void look_past(unsigned thread, std::uint32_t version) override {
    // Not back: a wait inside of this one may have looked past a newer version.
    look_past_[thread] = std::max(look_past_[thread], version + 1);
  }

 private:
  static constexpr std::uint32_t kKept = SequentialOrder::kStores;  // stores remembered

  struct Store {
    std::uint64_t value = 0;
    Clock release;         // what synchronises with whoever acquires it
    std::uint32_t at = 0;  // the storing thread's clock; 0: before the threads began
    std::uint32_t thread = 0;
    std::uint32_t version = 0;
    Clock read_at;  // each thread's clock when it first read this store; 0: not yet
  };

  Store& store_at(std::uint32_t index) { return stores_[index % kKept]; }
  // At the head of an operation: the announcement, and what must hold before it.
  void begin(Event event, const model::CallSite& site);
  // The oldest store that the running thread may read.
  std::uint32_t oldest_visible(std::memory_order order);
  // The oldest from `oldest` on that leaves the seq_cst operations an order.
  std::uint32_t oldest_in_order(std::uint32_t oldest, std::memory_order order);
  // What the order of the seq_cst operations learns from an operation that was just done. `before`: the
  // thread's clock until then.
  void order_read(std::uint32_t index, std::memory_order order, const Clock& before);
  void order_write(std::memory_order order, const Clock& before);
  void read(std::uint32_t index, std::memory_order order);
  void append(std::uint64_t value, std::memory_order order, bool modifies);
  std::uint64_t begin_modify(const model::CallSite& site);
  void end_modify(std::uint64_t value, std::memory_order order);
  void trace(std::memory_order order, std::uint64_t value, std::uint32_t read_index, bool reads, bool writes,
             bool failed = false);

  bool addresses_;
  std::uint32_t maker_ = 0;
  std::uint32_t made_at_ = 0;  // the making thread's clock; 0: before the threads began
  std::uint32_t newest_ = 0;
  std::uint32_t last_sequential_ = 0;
  std::array<std::uint32_t, kThreadsMax> seen_{};       // the store that each thread read or wrote last
  std::array<std::uint32_t, kThreadsMax> look_past_{};  // after a pause: at least this version, if there is
  std::array<Store, kKept> stores_;
  std::array<int, kKept> steps_{};            // of the trace: where each store was made
  Engine::ReleaseHeads* heads_ = nullptr;     // kept for C++11's rule only
  SequentialOrder::Word* ordered_ = nullptr;  // kept once a seq_cst operation has to do with this word
};

}  // namespace baton::explorer
