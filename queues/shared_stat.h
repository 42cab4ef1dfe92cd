// SharedStat: the counters of one thread, read by any thread without stopping it.
//
//   enum class IoStat { kReads, kWrites, kClients, kCount };
//   SharedStat<IoStat> stat;
//   stat.add(IoStat::kReads, 1);              // its writer
//   report(stat.get(IoStat::kReads));         // anybody
//
// Ownership   One thread writes. Readers see each counter at some moment past, and counters of one
//             moment only by luck: sums over several are estimates.
// Memory order
//   All relaxed: a counter guards no data. The writer's add is a load and a store, not a read-modify-write,
//   because nobody else stores.
// Invariant   A counter that its writer only adds to never goes back for a reader.
// Progress    Wait-free. The object fills whole cache lines, so no two writers share one.
// Checked by  queues/shared_stat_test.cc, model/shared_stat_model.h
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "queues/std_sync.h"
#include "queues/sync_policy.h"

namespace baton {

// `Field` is an enumeration whose last name is kCount.
template <class Field, SyncPolicy Sync = StdSync>
class alignas(Sync::kCacheLine) SharedStat {
 public:
  static constexpr std::size_t kFields = static_cast<std::size_t>(Field::kCount);

  SharedStat() noexcept = default;
  SharedStat(const SharedStat&) = delete;
  SharedStat& operator=(const SharedStat&) = delete;

  // ---- the writer
  void add(Field field, std::uint64_t amount) noexcept { set(field, get(field) + amount); }
  void set(Field field, std::uint64_t value) noexcept {
    values_[static_cast<std::size_t>(field)].store(value, std::memory_order_relaxed);
  }

  // ---- any thread
  [[nodiscard]] std::uint64_t get(Field field) const noexcept {
    return values_[static_cast<std::size_t>(field)].load(std::memory_order_relaxed);
  }

 private:
  struct Counter : Sync::template Atomic<std::uint64_t> {
    Counter() noexcept : Sync::template Atomic<std::uint64_t>(0) {}
  };
  std::array<Counter, kFields> values_;
};

}  // namespace baton
