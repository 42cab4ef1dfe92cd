#include "model/sim/oracle/oracle_fixture.h"

#include <fmt/core.h>

namespace baton::sim {

namespace {

std::string encode_all(char sign, const Reply& reply, std::size_t each) {
  std::string text = fmt::format("{}{}\r\n", sign, reply.items.size() / each);
  for (const Reply& item : reply.items) text += encode(item);
  return text;
}

}  // namespace

std::string encode(const Reply& reply) {
  using Kind = Reply::Kind;
  switch (reply.kind) {
    case Kind::simple:
      return fmt::format("+{}\r\n", reply.text);
    case Kind::error:
      return fmt::format("-{}\r\n", reply.text);
    case Kind::integer:
      return fmt::format(":{}\r\n", reply.integer);
    case Kind::bulk:
      return fmt::format("${}\r\n{}\r\n", reply.text.size(), reply.text);
    case Kind::null_bulk:
      return "$-1\r\n";
    case Kind::null_array:
      return "*-1\r\n";
    case Kind::null:
      return "_\r\n";
    case Kind::array:
    case Kind::unordered:
      return encode_all('*', reply, 1);
    case Kind::map:
      return encode_all('%', reply, 2);
    case Kind::set:
      return encode_all('~', reply, 1);
    case Kind::push:
      return encode_all('>', reply, 1);
    case Kind::real:
      return fmt::format(",{}\r\n", reply.text);
    case Kind::boolean:
      return reply.integer != 0 ? "#t\r\n" : "#f\r\n";
    case Kind::big_number:
      return fmt::format("({}\r\n", reply.text);
    case Kind::verbatim:
      return fmt::format("={}\r\n{}\r\n", reply.text.size(), reply.text);
    case Kind::anything:
    case Kind::any_success:
      return "+OK\r\n";
    case Kind::any_of_size:
      return encode(Reply::bulk(std::string(static_cast<std::size_t>(reply.integer), 'x')));
    case Kind::integer_between:
      return fmt::format(":{}\r\n", reply.integer_max);
    case Kind::one_of:
      return encode(reply.items.front());
  }
  return {};
}

Played PerfectServer::play(const Plan& plan, std::uint64_t seed, Spoil spoil) {
  Played run;
  Reference server;
  Random random(seed);
  std::vector<std::size_t> next(plan.clients.size(), 0);
  std::vector<bool> ended(plan.clients.size(), false);
  std::uint64_t step = 0;
  for (std::size_t c = 0; c < plan.clients.size(); ++c) run.history.opened(c, step);
  std::size_t left = 0;
  for (const ClientPlan& client : plan.clients) left += client.operations.size();
  for (; left > 0; --left) {
    std::size_t c = random.below(plan.clients.size());
    while (next[c] == plan.clients[c].operations.size()) c = (c + 1) % plan.clients.size();
    const Operation& operation = plan.clients[c].operations[next[c]++];
    if (operation.dropped || !operation.is_request() || ended[c]) continue;
    run.history.invoked(c, operation.args, ++step);
    std::vector<Reply> frames;
    if (operation.kind == Operation::Kind::malformed) {
      frames = {Reply::error("ERR Protocol error")};
      ended[c] = true;
    } else {
      const auto now_ms = static_cast<std::int64_t>(1'000'000 + step);
      frames = server.execute(c, operation.args, now_ms);
      run.witness.push_back({c, operation.args, now_ms, ++step});
      ended[c] = server.is_closing(c);
      if (spoil) spoil(run.witness.size() - 1, frames);
    }
    ++step;
    for (const Reply& frame : frames) run.history.heard(c, encode(frame), step);
    if (!ended[c]) continue;
    run.history.closed(c, ++step);
    server.may_close(c);
  }
  return run;
}

}  // namespace baton::sim
