#include "model/sim/oracle/admission.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

bool changes_maxclients(const Arguments& args) {
  return args.size() > 2 && ref_is(args[0], "config") && ref_is(args[1], "set") &&
         std::any_of(args.begin() + 2, args.end(),
                     [](const std::string& word) { return ref_is(word, "maxclients"); });
}

// How many connections were opened before that step.
std::size_t opened_before(const History& history, std::uint64_t step) {
  const auto& all = history.connections();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.second.opened < step; }));
}

}  // namespace

Verdict check_admission(const History& history, const std::vector<Executed>& witness,
                        const Admitted& admitted) {
  for (const auto& [number, connection] : history.connections()) {
    if (!connection.turned_away) continue;
    if (connection.denied && !admitted.strangers.contains(number))
      return Verdict::failure(fmt::format("connection {} was denied", number));
    // It is one of those that were opened itself.
    if (!connection.denied &&
        (admitted.clients_max == 0 || opened_before(history, connection.closed) <= admitted.clients_max))
      return Verdict::failure(fmt::format("connection {} was one too many of {}", number,
                                          opened_before(history, connection.closed)));
  }
  std::map<std::uint64_t, std::size_t> last;  // place in the witness
  std::size_t limited = admitted.clients_max == 0 ? 0 : witness.size();
  for (std::size_t place = 0; place < witness.size(); ++place) {
    const Executed& executed = witness[place];
    if (admitted.strangers.contains(executed.connection))
      return Verdict::failure(fmt::format("connection {} is from another machine and was served: {}",
                                          executed.connection, to_text(executed.args)));
    last[executed.connection] = place;
    if (changes_maxclients(executed.args)) limited = std::min(limited, place);
  }
  std::set<std::uint64_t> served;
  for (std::size_t place = 0; place < limited; ++place) {
    const std::uint64_t number = witness[place].connection;
    served.insert(number);
    if (served.size() > admitted.clients_max)
      return Verdict::failure(
          fmt::format("{} clients are served at once, at execution {}", served.size(), place));
    if (last[number] == place) served.erase(number);
  }
  return {.checked = history.connections().size()};
}

}  // namespace baton::sim
