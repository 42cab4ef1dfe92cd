#include "server/main/expire_cycle.h"

#include <algorithm>

namespace baton {

std::int64_t ExpireCycle::run_slice() {
  const auto begin = static_cast<std::int64_t>(clock_.monotonic_ns());
  const std::int64_t until = begin + std::min(left_ns_, kSliceNs);
  std::int64_t now = begin;
  unsigned idle = 0;  // databases in a row that have nothing due
  while (idle < shards_.count() && now < until) {
    const bool more = shards_.database(next_).expire_due(kRun) == kRun;
    idle = more ? 0 : idle + 1;
    next_ = (next_ + 1) % shards_.count();
    if (more) now = static_cast<std::int64_t>(clock_.monotonic_ns());
  }
  now = static_cast<std::int64_t>(clock_.monotonic_ns());
  left_ns_ = idle == shards_.count() ? 0 : left_ns_ - (now - begin);
  return now - begin;
}

}  // namespace baton
