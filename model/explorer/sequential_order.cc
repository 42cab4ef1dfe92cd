#include "model/explorer/sequential_order.h"

#include <algorithm>

namespace baton::explorer {

void SequentialOrder::clear() {
  if (nodes_count_ != 0 || words_used_ != 0) {
    for (Thread& thread : threads_) {
      thread.nodes.clear();
      thread.fences.clear();
      thread.passed.clear();
    }
  }
  nodes_count_ = fences_count_ = 0;
  words_used_ = 0;
}

SequentialOrder::Word* SequentialOrder::make_word() {
  if (words_used_ == words_.size()) words_.push_back(std::make_unique<Word>());
  Word* const word = words_[words_used_++].get();
  *word = {};
  return word;
}

Clock SequentialOrder::strongly_before(unsigned thread, const Clock& now) const {
  Clock frontier;
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    const std::vector<Node>& nodes = threads_[i].nodes;
    std::size_t count = nodes.size();
    if (i != thread) {
      while (count > 0 && nodes[count - 1].strongly_at > now[i]) --count;
    }
    frontier.set(i, static_cast<std::uint32_t>(count));
  }
  return frontier;
}

Clock SequentialOrder::fences_before(const Clock& now) const {
  Clock frontier;
  if (fences_count_ == 0) return frontier;
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    const std::vector<Fence>& fences = threads_[i].fences;
    std::size_t count = fences.size();
    while (count > 0 && fences[count - 1].now[i] > now[i]) --count;
    if (count > 0) frontier.set(i, fences[count - 1].node);
  }
  return frontier;
}

void SequentialOrder::close(Clock& frontier) const {
  Clock closed;  // whose nodes' predecessors are in
  for (bool grew = true; grew;) {
    grew = false;
    for (unsigned i = 0; i < kThreadsMax; ++i) {
      const std::uint32_t last = frontier[i];
      if (last <= closed[i]) continue;
      closed.set(i, last);
      frontier.join(threads_[i].nodes[last - 1].before);
      grew = true;
    }
  }
}

bool SequentialOrder::fence_after(unsigned thread, std::uint32_t at, const Clock& frontier) const {
  if (fences_count_ == 0) return false;
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    const std::vector<Fence>& fences = threads_[i].fences;
    for (std::size_t count = fences.size(); count > 0; --count) {
      const Fence& fence = fences[count - 1];
      if (fence.node > frontier[i]) continue;
      if (fence.now[thread] >= at) return true;
      break;  // those before it know less
    }
  }
  return false;
}

std::uint32_t SequentialOrder::add_access(unsigned thread, const Clock& before, std::uint32_t strongly_at) {
  std::vector<Node>& nodes = threads_[thread].nodes;
  Node made{before, strongly_at};
  if (!nodes.empty()) made.before.join(nodes.back().before);  // so that close() need not walk the thread
  nodes.push_back(made);
  ++nodes_count_;
  return static_cast<std::uint32_t>(nodes.size());
}

void SequentialOrder::add_fence(unsigned thread, const Clock& before, const Clock& now) {
  Clock frontier = strongly_before(thread, before);
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    const std::vector<Passed>& passed = threads_[i].passed;
    std::size_t count = passed.size();
    while (count > 0 && passed[count - 1].at > now[i]) --count;
    if (count > 0) frontier.join(passed[count - 1].sources);
  }
  const std::uint32_t node = add_access(thread, frontier, now[thread] + 1);
  threads_[thread].fences.push_back({node, now});
  ++fences_count_;
}

void SequentialOrder::order(const Clock& sources, unsigned thread, std::uint32_t node) {
  std::vector<Node>& nodes = threads_[thread].nodes;
  for (std::size_t i = node - 1; i < nodes.size(); ++i) nodes[i].before.join(sources);
}

void SequentialOrder::order_before_fences(const Clock& sources, unsigned thread, std::uint32_t at) {
  std::vector<Passed>& passed = threads_[thread].passed;
  std::size_t first = passed.size();
  while (first > 0 && passed[first - 1].at >= at) --first;
  if (first == passed.size() || passed[first].at != at) {
    const Clock so_far = first > 0 ? passed[first - 1].sources : Clock{};
    passed.insert(passed.begin() + static_cast<std::ptrdiff_t>(first), {at, so_far});
  }
  for (std::size_t i = first; i < passed.size(); ++i) passed[i].sources.join(sources);
  if (fences_count_ == 0) return;
  for (unsigned i = 0; i < kThreadsMax; ++i) {
    for (const Fence& fence : threads_[i].fences) {
      if (fence.now[thread] < at) continue;
      order(sources, i, fence.node);
      break;
    }
  }
}

}  // namespace baton::explorer
