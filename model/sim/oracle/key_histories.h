// KeyHistories: a run's history taken apart by key, for the judge of linearizability.
//
// A history that is linearizable is so for each key alone, and what a request of several keys does to one of
// them is a request of that key: MSET is a SET of each, MGET a GET of each, DEL of several a DEL whose answer
// is not known, FLUSHDB one of every key, EXEC what was queued. Requests that were refused have done nothing.
//
// What a key's later value depends on in another way (time, another key, a lost SELECT) ends its history:
// from the first such request on it is the witness's to judge. What was said before is a history of its own,
// in which whoever had no answer yet may or may not have been served.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/linearizable.h"

namespace baton::sim {

class KeyHistories {
 public:
  using Name = std::pair<std::size_t, std::string>;  // database and key
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  explicit KeyHistories(const History& history);

  [[nodiscard]] const std::map<Name, std::vector<KeyOperation>>& all() const { return operations_; }
  // In the order of their first bytes, up to where the key's history ends.
  [[nodiscard]] std::vector<KeyOperation> of(const Name& key) const;
  // The step at which it ends; kNever: it is whole.
  [[nodiscard]] std::uint64_t end_of(const std::string& key) const;

 private:
  // One request, or one of a transaction: when it was asked for and answered, and by what, if it was heard.
  struct Heard {
    std::uint64_t invoked, returned;
    const Reply* reply;
  };
  struct Reader;  // of one connection

  void read(const History& history, const History::Connection& connection);
  void apply(std::size_t db, const Arguments& args, const Heard& heard);
  void apply_several(std::size_t db, const Arguments& args, const Heard& heard);
  void apply_conditional(std::size_t db, const Arguments& args, const Heard& heard);
  void add(std::size_t db, Arguments args, const Heard& heard, bool answer_known = true);
  void end(const std::string& key, std::uint64_t step);
  void end_words(const Arguments& args, std::uint64_t step);

  struct Flush {
    std::size_t db;  // kAll: each
    Heard heard;
  };
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  std::map<Name, std::vector<KeyOperation>> operations_;
  std::map<std::string, std::uint64_t> ends_;  // by key, in any database
  std::uint64_t all_end_ = kNever;
  std::vector<Flush> flushes_;
};

}  // namespace baton::sim
