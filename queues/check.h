// check: a broken invariant of our own stops the process, in release builds too.
//
//   check(count_ > 0, "PauseGate: resume without a request");
//
// Use it for our own mistakes only. A full queue, a lost peer or a bad byte is a returned value.
// The condition looks at values that the thread already holds: a check that loads shared memory for its own
// sake would synchronise, and hide what it is there to find.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace baton {

// Where a broken invariant goes first. Null in a server. A checker that runs many schedules in one process
// ends the schedule here, and does not return.
inline void (*broken_invariant_handler)(const char* what) = nullptr;

[[noreturn, gnu::cold, gnu::noinline]] inline void fail_check(const char* what) noexcept {
  if (broken_invariant_handler != nullptr) broken_invariant_handler(what);
  std::fprintf(stderr, "baton: broken invariant: %s\n", what);
  std::fflush(stderr);
  std::abort();
}

// Returns if `condition` holds; else prints `what` to stderr and aborts.
inline void check(bool condition, const char* what) noexcept {
  if (!condition) [[unlikely]]
    fail_check(what);
}

}  // namespace baton
