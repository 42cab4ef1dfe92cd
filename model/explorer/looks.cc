#include "model/explorer/looks.h"

#include <algorithm>
#include <utility>

namespace baton::explorer {

void Looks::clear() {
  looks_.clear();
  looks_max_ = kBeforeMerge;
  paused_at_ = 0;
  open_.clear();
}

Looks::Wait Looks::begin() {
  open_.push_back({++last_wait_, looks_.size()});
  return last_wait_;
}

void Looks::end(Wait wait) {
  std::erase_if(open_, [wait](const Open& open) { return open.wait == wait; });
}

std::vector<std::size_t*> Looks::marks() {
  std::vector<std::size_t*> all = {&paused_at_};
  for (Open& open : open_) all.push_back(&open.from);
  std::sort(all.begin(), all.end(), [](const auto* one, const auto* other) { return *one < *other; });
  return all;
}

// A thread that looks and never pauses keeps two entries an object at most, in each part between two marks.
void Looks::merge() {
  std::vector<Look> merged;
  auto merge = [&](std::size_t from, std::size_t to) {
    const std::size_t begin = merged.size();
    for (std::size_t i = from; i < to; ++i) {
      const Look& look = looks_[i];
      std::size_t same = merged.size();
      while (same > begin && merged[same - 1].object != look.object) --same;
      if (same == begin || (merged[same - 1].made && !look.made)) {
        merged.push_back(look);
      } else if (look.made) {
        merged[same - 1].version = look.version;
      }
    }
  };
  std::size_t done = 0;
  for (std::size_t* const mark : marks()) {
    merge(done, *mark);
    done = *mark;
    *mark = merged.size();
  }
  merge(done, looks_.size());
  looks_ = std::move(merged);
  looks_max_ = std::max(kBeforeMerge, 2 * looks_.size());
}

void Looks::collect(std::size_t from) {
  for (std::size_t i = from; i < looks_.size(); ++i) {
    const Look& look = looks_[i];
    auto same = watched_.begin();
    while (same != watched_.end() && same->object != look.object) ++same;
    if (same != watched_.end()) {
      if (look.made) same->version = look.version;
    } else if (!look.made) {
      watched_.push_back({look.object, look.version});
    }
  }
}

bool Looks::watch(Wait wait) {
  watched_.clear();
  for (const Open& open : open_) {
    if (open.wait == wait) collect(open.from);
  }
  if (watched_.empty()) collect(paused_at_);
  return !watched_.empty();
}

void Looks::look_again(Wait wait) {
  paused_at_ = looks_.size();
  for (Open& open : open_) {
    if (open.wait == wait) open.from = looks_.size();
  }
  forget_before_all();
}

void Looks::forget_before_all() {
  std::size_t unused = paused_at_;
  for (const Open& open : open_) unused = std::min(unused, open.from);
  looks_.erase(looks_.begin(), looks_.begin() + static_cast<std::ptrdiff_t>(unused));
  paused_at_ -= unused;
  for (Open& open : open_) open.from -= unused;
  if (looks_.empty()) looks_max_ = kBeforeMerge;
}

void Looks::forget(const Object* object) {
  const auto is_it = [object](const auto& each) { return each.object == object; };
  std::erase_if(watched_, is_it);
  const auto first = std::find_if(looks_.begin(), looks_.end(), is_it);
  if (first == looks_.end()) return;
  std::size_t kept = 0, at = 0;
  for (std::size_t* const mark : marks()) {
    for (; at < *mark; ++at) kept += is_it(looks_[at]) ? 0 : 1;
    *mark = kept;
  }
  std::erase_if(looks_, is_it);
}

}  // namespace baton::explorer
