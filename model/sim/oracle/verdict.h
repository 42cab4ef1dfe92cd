// Verdict: what an oracle says of a run: nothing, or the first thing that was wrong.
#pragma once

#include <string>
#include <utility>

namespace baton::sim {

struct Verdict {
  std::string wrong = {};       // empty: all is well
  std::size_t checked = 0;      // requests, keys or messages that were looked at
  std::size_t in_part = 0;      // of those, not to their end
  std::size_t not_decided = 0;  // of those that could not be judged, by a bound or by what is not modelled

  [[nodiscard]] bool ok() const noexcept { return wrong.empty(); }
  static Verdict failure(std::string text) { return {.wrong = std::move(text)}; }
};

}  // namespace baton::sim
