// ScriptedProgram: scripts (model/scripted_model.h) as programs of the explorer, one after another in one
// room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>

#include "model/explorer/explorer_engine.h"
#include "model/scripted_model.h"
#include "queues/mailbox.h"

namespace baton::explorer {

class ScriptedProgram final : public Program {
 public:
  // `script` stays the caller's, and may change between executions.
  explicit ScriptedProgram(const model::Script& script) : script_(script) {}

  // From the next execution on: by a list under a lock, or by rings of two.
  void set_list(bool list) { list_ = list; }

  [[nodiscard]] unsigned threads() const override { return static_cast<unsigned>(script_.ios) + 1; }
  void construct() override {
    model::Run::current().deferred.forget();
    if (list_) {
      new (room_) List(script_);
    } else {
      new (room_) Ring(script_);
    }
  }
  void thread(unsigned index) override { list_ ? list().thread(index) : ring().thread(index); }
  void after() override { list_ ? list().after() : ring().after(); }
  void destroy() override { list_ ? list().~List() : ring().~Ring(); }

 private:
  using List = model::ScriptedHandoff<ExplorerSync, ListQueue>;
  using Ring = model::ScriptedHandoff<ExplorerSync, RingQueue<2>>;

  List& list() { return *std::launder(reinterpret_cast<List*>(room_)); }
  Ring& ring() { return *std::launder(reinterpret_cast<Ring*>(room_)); }

  const model::Script& script_;
  bool list_ = false;
  alignas(List) alignas(Ring) std::byte room_[std::max(sizeof(List), sizeof(Ring))];
};

}  // namespace baton::explorer
