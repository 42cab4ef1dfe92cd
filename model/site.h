// Call sites: which line of a primitive an operation comes from, and how to weaken that one operation.
//
// A model policy's operations take a defaulted CallSite as their last argument, so the primitive's source
// stays as it is in production and every atomic access, lock and bell post still has an identity of its own.
// A recording run collects them (OperationTable); weakenings_of() lists what can be taken away from each:
//
//   order       one step down: seq_cst to acquire, release or acq_rel; acq_rel to either half; those to
//               relaxed
//   drop        a store or fence is not made, a lock not taken, a bell not posted, waited for or
//               acknowledged, a spin does not pause
//   split       a read-modify-write becomes a load and a store
//   delayN      a store, a post, or the unlock of a lock comes after the thread's next 1, 2 or 4 operations
//               (model/deferred.h)
//   duplicate   a store or a post is made twice
//
// One weakening at a time is active, and only at run time: a variant costs no compilation.
// Everything here is fixed storage: it is written inside a simulation, where Relacy owns operator new.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>
#if !defined(__clang__)
#include <source_location>
#endif

namespace baton::model {

struct CallSite {
  const char* file;
  const char* function;
  unsigned line;
  unsigned column;

  // Used as a default argument, it is the outermost call. clang 14 has no std::source_location, g++ 12 no
  // __builtin_COLUMN.
#if defined(__clang__)
  static constexpr CallSite here(const char* file = __builtin_FILE(),
                                 const char* function = __builtin_FUNCTION(),
                                 unsigned line = __builtin_LINE(), unsigned column = __builtin_COLUMN()) {
    return {file, function, line, column};
  }
#else
  static constexpr CallSite here(std::source_location at = std::source_location::current(),
                                 const char* function = __builtin_FUNCTION()) {
    return {at.file_name(), function, at.line(), at.column()};
  }
#endif

  bool operator==(const CallSite& other) const;
};

enum class Kind : std::uint8_t {
  kLoad,
  kStore,
  kExchange,
  kFetchAdd,
  kCas,
  kFence,
  kLock,
  kPost,
  kWait,
  kClear,
  kPause,
};
enum class Change : std::uint8_t { kNone, kOrder, kDrop, kSplit, kDelay, kDuplicate };

const char* name_of(Kind kind);
// Whether operations of this kind are given a memory order.
bool has_order(Kind kind);
const char* name_of(std::memory_order order);

// An operation of the source, as met in a run.
struct Operation {
  CallSite site;
  Kind kind;
  std::memory_order order;

  bool operator==(const Operation& other) const { return kind == other.kind && site == other.site; }
};

class OperationTable {
 public:
  void add(const Operation& operation);
  std::size_t size() const { return size_; }
  const Operation* begin() const { return operations_; }
  const Operation* end() const { return operations_ + size_; }
  bool contains(const Operation& operation) const;

 private:
  static constexpr std::size_t kOperationsMax = 256;
  Operation operations_[kOperationsMax];
  std::size_t size_ = 0;
};

struct Weakening {
  Operation operation{};
  Change change = Change::kNone;
  std::memory_order to = std::memory_order_seq_cst;  // of kOrder
  unsigned delay = 0;                                // of kDelay: own operations that come before it
};

// A weakening with the name under which it is reported and listed: file:function:kind:order->change, the
// change being an order, drop, split, delay1, delay2, delay4 or duplicate, with #2, #3 after the kind where a
// function has several operations of that kind and order.
struct NamedWeakening {
  Weakening weakening;
  std::string name;
};

// Everything that can be taken away from the operations of `table` whose source's path has `where` in it.
std::vector<NamedWeakening> weakenings_of(const OperationTable& table, const char* where = "queues/");

}  // namespace baton::model
