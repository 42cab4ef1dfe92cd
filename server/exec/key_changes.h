// KeyChanges: tells those who wait for changes of keys (WATCH, CLIENT TRACKING) what a write changed.
//
//   if (changes.observed() && writes) changes.before(call);
//   effect = run(call);
//   if (changes.observed() && writes) changes.after(call, effect.dirty != 0, failed);
//
// A command says in its Effect that it changed something; which of its keys those are follows from the table
// (keys that it only reads are not among them) and, where keys are deleted, from which were there before.
// Which watched keys lose by a database that is emptied or swapped is found out before that happens, and told
// if it did.
//
// Ownership   The executor's. One call is under way at a time: no command that changes keys runs another one.
// Cost        observed() is one flag, settled when watches or trackers come and go.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/exec/services.h"

namespace baton {

class Client;
struct CommandSpec;

class KeyChanges {
 public:
  struct Call {
    const CommandSpec& spec;
    std::span<const std::string_view> args;
    unsigned db;  // the selected one
  };

  explicit KeyChanges(Services& services) : services_(services) {}

  [[nodiscard]] bool observed() const noexcept { return observed_; }
  // Call after what may have changed who watches or tracks.
  void settle();

  void before(const Call& call);
  void after(const Call& call, bool changed, bool failed);

 private:
  void collect_watched(unsigned db);
  void collect_watched_of_swapped(const Call& call);
  // MOVE and COPY: the database that the key they write is in.
  [[nodiscard]] static unsigned target_database(const Call& call);

  Services& services_;
  bool observed_ = false;
  std::vector<std::string_view> deleted_;               // by the command under way, if it deletes its keys
  std::vector<std::pair<unsigned, std::string>> lost_;  // watched, if it empties or swaps databases
};

}  // namespace baton
