// Functions whose machine code zero_cost_test.cc compares: each operation on the policy, and the same written
// by hand on std::atomic. Compiled at -O2 in every preset.
#include <atomic>
#include <cstdint>
#include <optional>

#include "queues/pause_gate.h"
#include "queues/spsc_ring.h"

namespace {

constexpr std::uint32_t kCapacity = 1024;
using Ring = baton::SpscRing<long, kCapacity, baton::StdSync>;

struct HandRing {
  alignas(64) std::atomic<std::uint32_t> tail;
  std::uint32_t head_seen;
  alignas(64) std::atomic<std::uint32_t> head;
  std::uint32_t tail_seen;
  alignas(64) long slots[kCapacity];
};
static_assert(sizeof(HandRing) == sizeof(Ring));

struct HandGate {
  alignas(64) std::atomic<std::uint32_t> state;
};

}  // namespace

extern "C" {

bool policy_push(Ring& ring, long value) { return ring.try_push(value); }

bool hand_push(HandRing& ring, long value) {
  const std::uint32_t tail = ring.tail.load(std::memory_order_relaxed);
  if (tail - ring.head_seen == kCapacity) {
    ring.head_seen = ring.head.load(std::memory_order_acquire);
    if (tail - ring.head_seen == kCapacity) return false;
  }
  ring.slots[tail & (kCapacity - 1)] = value;
  ring.tail.store(tail + 1, std::memory_order_release);
  return true;
}

void policy_pop(Ring& ring, std::optional<long>& out) { out = ring.try_pop(); }

void hand_pop(HandRing& ring, std::optional<long>& out) {
  out = [&]() -> std::optional<long> {
    const std::uint32_t head = ring.head.load(std::memory_order_relaxed);
    if (head == ring.tail_seen) {
      ring.tail_seen = ring.tail.load(std::memory_order_acquire);
      if (head == ring.tail_seen) return std::nullopt;
    }
    const long value = ring.slots[head & (kCapacity - 1)];
    ring.head.store(head + 1, std::memory_order_release);
    return value;
  }();
}

bool policy_requested(baton::PauseGate<baton::StdSync>& gate) { return gate.requested(); }
bool hand_requested(HandGate& gate) { return gate.state.load(std::memory_order_seq_cst) == 1; }

// What the test must be able to tell apart: a push with an order too strong and an index loaded every time.
bool costly_push(HandRing& ring, long value) {
  const std::uint32_t tail = ring.tail.load(std::memory_order_relaxed);
  if (tail - ring.head.load(std::memory_order_acquire) == kCapacity) return false;
  ring.slots[tail & (kCapacity - 1)] = value;
  ring.tail.store(tail + 1, std::memory_order_seq_cst);
  return true;
}

void elsewhere(HandRing& ring);
bool calling_push(HandRing& ring, long value) {
  elsewhere(ring);
  return hand_push(ring, value);
}

}  // extern "C"
