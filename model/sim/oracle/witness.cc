#include "model/sim/oracle/witness.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace baton::sim {

namespace {

std::string describe(std::size_t place, const Executed& executed) {
  return fmt::format("execution {} (step {}, connection {}: {})", place, executed.step, executed.connection,
                     to_text(executed.args));
}

// What was heard of it, in order; a connection that ended may have missed the rest.
std::string compare(const std::vector<Reply>& expected, const History::Request& request) {
  for (std::size_t i = 0; i < request.frames.size(); ++i) {
    if (i == expected.size()) return fmt::format("heard {} beyond its answer", to_text(request.frames[i]));
    if (!matches(expected[i], request.frames[i]))
      return fmt::format("expected {}, heard {}", to_text(expected[i]), to_text(request.frames[i]));
  }
  if (request.answered() && request.frames.size() < expected.size())
    return fmt::format("expected {} too", to_text(expected[request.frames.size()]));
  return {};
}

}  // namespace

Verdict check_witness(const History& history, const std::vector<Executed>& witness, bool at_rest) {
  Reference reference;
  for (const auto& [number, connection] : history.connections())
    if (!at_rest || connection.closed != History::kNever) reference.may_close(number);

  std::map<std::uint64_t, std::size_t> next;  // of a connection's requests
  std::uint64_t step = 0;
  for (std::size_t place = 0; place < witness.size(); ++place) {
    const Executed& executed = witness[place];
    const auto wrong = [&](const std::string& what) {
      return Verdict::failure(fmt::format("{}: {}", describe(place, executed), what));
    };
    const auto connection = history.connections().find(executed.connection);
    if (connection == history.connections().end()) return wrong("nobody is known by that number");
    if (executed.step < step) return wrong("the steps of the witness go back");
    step = executed.step;
    std::size_t& at = next[executed.connection];
    if (at == connection->second.requests.size()) return wrong("was executed, and not asked for any more");
    const History::Request& request = history.requests()[connection->second.requests[at++]];
    if (request.args != executed.args)
      return wrong(fmt::format("its next request was {}", to_text(request.args)));
    if (executed.step < request.invoked) return wrong("was executed before it was asked for");
    if (request.first_heard < executed.step) return wrong("was answered before it was executed");
    if (executed.refused) {
      reference.refuse(executed.connection);
      if (!request.frames.empty() && !request.frames[0].is_error())
        return wrong(fmt::format("was refused, and answered by {}", to_text(request.frames[0])));
      continue;
    }
    const auto expected = reference.execute(executed.connection, executed.args, executed.now_ms);
    if (const std::string what = compare(expected, request); !what.empty()) return wrong(what);
  }
  for (const auto& [number, connection] : history.connections()) {
    for (std::size_t i = next[number]; i < connection.requests.size(); ++i) {
      const History::Request& request = history.requests()[connection.requests[i]];
      if (!request.frames.empty() && !request.malformed())
        return Verdict::failure(fmt::format("connection {}: {} was answered by {} and never executed", number,
                                            to_text(request.args), to_text(request.frames[0])));
    }
  }
  return {.checked = witness.size()};
}

}  // namespace baton::sim
