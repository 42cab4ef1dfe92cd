// Looks: what one simulated thread looked at, wait by wait, and what its pause waits for.
//
//   const Looks::Wait wait = looks.begin();   // a wait begins (Backoff),
//   looks.note(object, version, false);       // it looked at that version; true: it made it
//   looks.watch(wait);                        // it pauses: watched() must change before it goes on
//   looks.look_again(wait);
//   looks.end(wait);                          // and ends
//
// A pause ends when something has changed that was looked at since the last pause of the same wait. Waits lie
// in one another: what a wait looked at before one inside of it paused is still what it waits for, and so is
// what the inner one looked at, because that may have led it past a look of its own. At worst a pause ends
// for news that was seen by then, once each. What the thread made itself is no news to it. The first look at
// an object counts, not the last: it may have decided. A wait that looked at nothing, because it was made
// where it pauses, waits for all since any pause of the thread; so a loop around another wait needs a Backoff
// of its own that outlives the loop.
//
// Checked by  model/explorer/looks_test.cc, model/explorer/engine_test.cc, model/explorer/self_check_test.cc
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

  // The name of a wait of this thread, never given twice; kNoWait is of none.
  using Wait = std::uint64_t;
  static constexpr Wait kNoWait = 0;

  void clear();
  [[nodiscard]] Wait begin();
  void end(Wait wait);
  void note(Object* object, std::uint32_t version, bool made) {
    Look& look = looks_.emplace_back();  // filled in place: a copy of what was just written stalls
    look.object = object;
    look.version = version;
    look.made = made;
    if (looks_.size() >= looks_max_) merge();
  }

  // False: the thread looked at nothing that could change.
  bool watch(Wait wait);
  void look_again(Wait wait);
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
  struct Open {
    Wait wait;
    std::size_t from;  // its looks since its last pause begin there
  };
  static constexpr std::size_t kBeforeMerge = 256;

  // All that points into looks_, in ascending order.
  [[nodiscard]] std::vector<std::size_t*> marks();
  void merge();
  void forget_before_all();
  void collect(std::size_t from);

  std::vector<Look> looks_;
  std::size_t looks_max_ = kBeforeMerge;  // then they are merged by object
  std::size_t paused_at_ = 0;             // what was looked at since any pause begins there
  std::vector<Open> open_;                // the innermost last
  Wait last_wait_ = kNoWait;
  std::vector<Watched> watched_;
};

}  // namespace baton::explorer
