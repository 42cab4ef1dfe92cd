#include "model/explorer/looks.h"

#include <algorithm>
#include <utility>

namespace baton::explorer {

void Looks::clear() {
  looks_.clear();
  looks_max_ = kBeforeMerge;
  looking_from_ = 0;
}

// A thread that looks and never pauses keeps two entries an object at most, in each of the two parts.
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
  merge(0, looking_from_);
  const std::size_t looking_from = merged.size();
  merge(looking_from_, looks_.size());
  looks_ = std::move(merged);
  looking_from_ = looking_from;
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

bool Looks::watch() {
  watched_.clear();
  collect(looking_from_);
  if (watched_.empty()) collect(0);
  return !watched_.empty();
}

void Looks::forget(const Object* object) {
  const auto looking = looks_.begin() + static_cast<std::ptrdiff_t>(looking_from_);
  looking_from_ -= static_cast<std::size_t>(
      std::count_if(looks_.begin(), looking, [object](const Look& look) { return look.object == object; }));
  std::erase_if(looks_, [object](const Look& look) { return look.object == object; });
  std::erase_if(watched_, [object](const Watched& watched) { return watched.object == object; });
}

}  // namespace baton::explorer
