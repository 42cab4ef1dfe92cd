// Litmus: small programs whose outcomes tell one memory model from another, and which outcomes C++20 allows.
//
// Written once, run under every engine. An outcome is the digits of r[0], r[1], ... after both threads have
// ended. `allowed` is exact: a result outside it is a fault of the engine, and so is one of it that the
// engine does not show, unless the engine's own list of what it misses says so (litmus_table.cc). Where the
// order of the program or of the stores is weaker than any engine here goes (load buffering, 2+2W), that list
// is where a reader learns what a model of ours cannot find.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

namespace baton::model {

template <class Sync>
struct LitmusState {
  using Word = typename Sync::template Atomic<int>;
  Word x{0}, y{0}, z{0};
  typename Sync::Mutex mutex;
  typename Sync::Bell bell;
  std::array<int, 4> r{};
};

template <class Sync>
struct LitmusProgram {
  const char* name;
  unsigned threads;
  unsigned results;  // how many of r are part of the outcome
  void (*thread)(LitmusState<Sync>&, unsigned);
  void (*after)(LitmusState<Sync>&) = nullptr;
};

// One bit for each outcome: r[0] is its highest octal digit.
using Outcomes = std::bitset<4096>;

template <class Sync>
std::size_t outcome_of(const LitmusState<Sync>& state, unsigned results) {
  std::size_t outcome = 0;
  for (unsigned i = 0; i < results; ++i) outcome = outcome * 8 + static_cast<std::size_t>(state.r[i]);
  return outcome;
}

// What the standard allows, and what each engine is known to leave out, by name of the program. Outcomes are
// words of `results` digits.
struct LitmusExpectation {
  const char* name;
  const char* allowed;             // C++20
  const char* sequential;          // of it, without stale reads: what interleaving alone shows
  const char* explorer_misses;     // of `allowed`, with stale reads
  const char* relacy_misses;       // of `allowed`, by its full search
  const char* explorer_adds = "";  // beyond `allowed`
  const char* relacy_adds = "";    // beyond `allowed`
};
[[nodiscard]] const std::vector<LitmusExpectation>& litmus_table();
[[nodiscard]] Outcomes parse_outcomes(const std::string& words);
[[nodiscard]] std::string words_of(const Outcomes& outcomes, unsigned results);

template <class Sync>
std::vector<LitmusProgram<Sync>> litmus_programs() {
  using S = LitmusState<Sync>;
  constexpr auto rlx = std::memory_order_relaxed;
  constexpr auto acq = std::memory_order_acquire;
  constexpr auto rel = std::memory_order_release;
  constexpr auto acq_rel = std::memory_order_acq_rel;
  constexpr auto sc = std::memory_order_seq_cst;
  return {
      // ---- store buffering: each stores to its own word and reads the other's
      {"SB relaxed", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, rlx);
         s.r[me] = (me == 0 ? s.y : s.x).load(rlx);
       }},
      {"SB release acquire", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, rel);
         s.r[me] = (me == 0 ? s.y : s.x).load(acq);
       }},
      {"SB seq_cst", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(sc);
       }},
      {"SB seq_cst fences", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, rlx);
         Sync::fence(sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(rlx);
       }},
      {"SB one fence", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, rlx);
         if (me == 0) Sync::fence(sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(rlx);
       }},
      {"SB exchange acq_rel", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).exchange(1, acq_rel);
         s.r[me] = (me == 0 ? s.y : s.x).load(acq);
       }},
      {"SB one seq_cst load is acquire", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(me == 0 ? acq : sc);
       }},
      {"SB access against fence", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, me == 0 ? sc : rlx);
         if (me == 1) Sync::fence(sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(me == 0 ? sc : rlx);
       }},
      {"SB relaxed load against fence", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, me == 0 ? sc : rlx);
         if (me == 1) Sync::fence(sc);
         s.r[me] = (me == 0 ? s.y : s.x).load(rlx);
       }},
      // ---- a seq_cst fence in one thread, seq_cst accesses in another
      {"R fence against accesses", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           Sync::fence(sc);
           s.y.store(1, rlx);
         } else {
           s.y.store(2, sc);
           s.r[0] = s.x.load(sc);
         }
       },
       [](S& s) { s.r[1] = s.y.load(rlx); }},
      {"S fence against accesses", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(2, rlx);
           Sync::fence(sc);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(sc);
           s.x.store(1, sc);
         }
       },
       [](S& s) { s.r[1] = s.x.load(rlx); }},
      {"W+RWC fence against accesses", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
         } else if (me == 1) {
           s.r[0] = s.y.load(acq);
           Sync::fence(sc);
           s.r[1] = s.z.load(rlx);
         } else {
           s.z.store(1, sc);
           s.r[2] = s.x.load(sc);
         }
       }},
      {"W+RWC relaxed, fence against accesses", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rlx);
         } else if (me == 1) {
           s.r[0] = s.y.load(rlx);
           Sync::fence(sc);
           s.r[1] = s.z.load(rlx);
         } else {
           s.z.store(1, sc);
           s.r[2] = s.x.load(sc);
         }
       }},
      // ---- message passing: data, then flag; flag, then data
      {"MP relaxed", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(rlx);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"MP release acquire", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
         } else {
           s.r[0] = s.y.load(acq);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"MP release, not acquired", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
         } else {
           s.r[0] = s.y.load(rlx);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"MP fences", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           Sync::fence(rel);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(rlx);
           Sync::fence(acq);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"MP mutex", 2, 2,
       [](S& s, unsigned me) {
         typename Sync::Lock lock(s.mutex);
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(rlx);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"MP bell that orders nothing", 2, 1,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.bell.post();
         } else {
           s.bell.wait();
           s.r[0] = s.x.load(rlx);
         }
       }},
      // ---- load buffering: each reads the other's word and stores to its own
      {"LB relaxed", 2, 2,
       [](S& s, unsigned me) {
         s.r[me] = (me == 0 ? s.x : s.y).load(rlx);
         (me == 0 ? s.y : s.x).store(1, rlx);
       }},
      {"LB acquire release", 2, 2,
       [](S& s, unsigned me) {
         s.r[me] = (me == 0 ? s.x : s.y).load(acq);
         (me == 0 ? s.y : s.x).store(1, rel);
       }},
      // ---- coherence of one word
      {"CoRR", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.x.store(2, rlx);
         } else {
           s.r[0] = s.x.load(rlx);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"CoWR", 2, 1,
       [](S& s, unsigned me) {
         s.x.store(static_cast<int>(me) + 1, rlx);
         if (me == 0) s.r[0] = s.x.load(rlx);
       }},
      {"additions are atomic", 2, 2, [](S& s, unsigned me) { s.r[me] = s.x.fetch_add(1, rlx); }},
      {"old values", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           for (int value = 1; value <= 5; ++value) s.x.store(value, rlx);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(rlx);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"a failing exchange reads an old value", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rlx);
         } else {
           s.r[0] = s.y.load(rlx);
           int expected = 2;
           s.x.compare_exchange_strong(expected, 3, rlx, rlx);
           s.r[1] = expected;
         }
       }},
      {"2+2W", 2, 2,
       [](S& s, unsigned me) {
         (me == 0 ? s.x : s.y).store(1, rlx);
         (me == 0 ? s.y : s.x).store(2, rlx);
       },
       [](S& s) {
         s.r[0] = s.x.load(rlx);
         s.r[1] = s.y.load(rlx);
       }},
      // ---- release sequences
      {"release sequence through an addition", 3, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
         } else if (me == 1) {
           s.y.fetch_add(1, rlx);
         } else {
           s.r[0] = s.y.load(acq);
           s.r[1] = s.x.load(rlx);
         }
       }},
      {"release sequence and a later store", 2, 2,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
           s.y.store(2, rlx);
         } else {
           s.r[0] = s.y.load(acq);
           s.r[1] = s.x.load(rlx);
         }
       }},
      // ---- three and four threads
      {"WRC", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
         } else if (me == 1) {
           s.r[0] = s.x.load(acq);
           s.y.store(1, rel);
         } else {
           s.r[1] = s.y.load(acq);
           s.r[2] = s.x.load(rlx);
         }
       }},
      {"WRC relaxed", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
         } else if (me == 1) {
           s.r[0] = s.x.load(rlx);
           s.y.store(1, rlx);
         } else {
           s.r[1] = s.y.load(rlx);
           s.r[2] = s.x.load(rlx);
         }
       }},
      {"WRC seq_cst loads", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
         } else if (me == 1) {
           s.r[0] = s.x.load(sc);
           s.y.store(1, rlx);
         } else {
           s.r[1] = s.y.load(rlx);
           s.r[2] = s.x.load(sc);
         }
       }},
      {"ISA2", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, rlx);
           s.y.store(1, rel);
         } else if (me == 1) {
           s.r[0] = s.y.load(acq);
           s.z.store(1, rel);
         } else {
           s.r[1] = s.z.load(acq);
           s.r[2] = s.x.load(rlx);
         }
       }},
      {"IRIW release acquire", 4, 4,
       [](S& s, unsigned me) {
         if (me < 2) {
           (me == 0 ? s.x : s.y).store(1, rel);
         } else {
           s.r[me == 2 ? 0 : 2] = (me == 2 ? s.x : s.y).load(acq);
           s.r[me == 2 ? 1 : 3] = (me == 2 ? s.y : s.x).load(acq);
         }
       }},
      {"IRIW seq_cst", 4, 4,
       [](S& s, unsigned me) {
         if (me < 2) {
           (me == 0 ? s.x : s.y).store(1, sc);
         } else {
           s.r[me == 2 ? 0 : 2] = (me == 2 ? s.x : s.y).load(sc);
           s.r[me == 2 ? 1 : 3] = (me == 2 ? s.y : s.x).load(sc);
         }
       }},
      {"IRIW seq_cst loads", 4, 4,
       [](S& s, unsigned me) {
         if (me < 2) {
           (me == 0 ? s.x : s.y).store(1, rlx);
         } else {
           s.r[me == 2 ? 0 : 2] = (me == 2 ? s.x : s.y).load(sc);
           s.r[me == 2 ? 1 : 3] = (me == 2 ? s.y : s.x).load(sc);
         }
       }},
      {"IRIW seq_cst fences", 4, 4,
       [](S& s, unsigned me) {
         if (me < 2) {
           (me == 0 ? s.x : s.y).store(1, rlx);
         } else {
           s.r[me == 2 ? 0 : 2] = (me == 2 ? s.x : s.y).load(rlx);
           Sync::fence(sc);
           s.r[me == 2 ? 1 : 3] = (me == 2 ? s.y : s.x).load(rlx);
         }
       }},
      {"Z6.U", 3, 3,
       [](S& s, unsigned me) {
         if (me == 0) {
           s.x.store(1, sc);
           s.y.store(1, rel);
         } else if (me == 1) {
           s.r[0] = s.y.fetch_add(1, sc);
           s.r[1] = s.y.load(rlx);
         } else {
           s.y.store(3, sc);
           s.r[2] = s.x.load(sc);
         }
       }},
  };
}

}  // namespace baton::model
