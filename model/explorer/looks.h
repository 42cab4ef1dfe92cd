// Looks: what one simulated thread looked at since it last paused, and what its pause waits for.
//
//   looks.begin();                            // a wait begins (Backoff)
//   looks.note(object, version, false);       // it looked at that version; true: it made it
//   looks.watch();                            // it pauses: watched() must change before it goes on
//   looks.clear();                            // it looks again
//
// A pause ends when something that was looked at has changed since. What the thread made itself is no news to
// it. The first look at an object counts, not the last: it may have decided. Checked by
// model/explorer/engine_test.cc, model/explorer/explorer_sync_test.cc
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace baton::explorer {

class Object;

class Looks {
 public:
  struct Watched {
    Object* object;
    std::uint32_t version;
  };

  void clear();
  // The next watch() is for what is looked at from here on; if that is nothing, for all since clear().
  void begin() { looking_from_ = looks_.size(); }
  void note(Object* object, std::uint32_t version, bool made) {
    Look& look = looks_.emplace_back();  // filled in place: a copy of what was just written stalls
    look.object = object;
    look.version = version;
    look.made = made;
    if (looks_.size() >= looks_max_) merge();
  }

  // False: the thread looked at nothing that could change.
  bool watch();
  void unwatch() { watched_.clear(); }
  [[nodiscard]] const std::vector<Watched>& watched() const { return watched_; }

  // The object ends.
  void forget(const Object* object);

 private:
  struct Look {
    Object* object = nullptr;
    std::uint32_t version = 0;
    bool made = false;
  };
  static constexpr std::size_t kBeforeMerge = 256;

  void merge();
  void collect(std::size_t from);

  std::vector<Look> looks_;
  std::size_t looks_max_ = kBeforeMerge;  // then they are merged by object
  std::size_t looking_from_ = 0;          // of the innermost wait
  std::vector<Watched> watched_;
};

}  // namespace baton::explorer
