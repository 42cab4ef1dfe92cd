#include "model/sim/oracle/workload.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "model/sim/oracle/linearizable.h"

namespace baton::sim {

namespace {

constexpr std::uint32_t kData =
    bit(Group::string) | bit(Group::number) | bit(Group::key) | bit(Group::expiry) | bit(Group::database);
constexpr std::uint32_t kAnybody =
    kData | bit(Group::connection) | bit(Group::client) | bit(Group::observe) | bit(Group::wrong);

constexpr std::uint32_t groups_of(Role role) {
  switch (role) {
    case Role::plain:
      return kAnybody | bit(Group::publish);
    case Role::transactor:
      return kData | bit(Group::transaction) | bit(Group::wrong) | bit(Group::publish);
    case Role::subscriber:
      return bit(Group::subscribe) | bit(Group::connection);
    case Role::publisher:
      return bit(Group::publish) | bit(Group::string);
    case Role::operator_:
      return bit(Group::others) | bit(Group::config) | bit(Group::observe) | bit(Group::client) | kData;
    case Role::monitor:
      return bit(Group::monitor) | bit(Group::connection);
    case Role::tracker:
      return kData | bit(Group::tracking);
    case Role::silent:
      return kData | bit(Group::silence);
  }
  return 0;
}

constexpr std::uint64_t kShutdownIn = 10;  // plans

struct Swarm {
  std::uint32_t groups = 0;
  bool single_key = false;  // only what linearizability can be judged by
  bool resp3 = false;
  bool inlined = false;
  bool long_values = false;
  unsigned action_in = 0;  // one operation in so many is an action; 0: none
  unsigned operations = 0;
  unsigned pipeline_max = 1;
  std::vector<Role> roles;
};

Swarm draw_swarm(const WorkloadOptions& options, Random& random) {
  Swarm swarm;
  for (unsigned group = 0; group < kGroups; ++group)
    if (!random.one_in(3)) swarm.groups |= 1u << group;
  swarm.groups |= bit(Group::string) | bit(Group::transaction) | bit(Group::subscribe) | bit(Group::monitor) |
                  bit(Group::tracking) | bit(Group::silence);
  swarm.groups &= ~(options.without | bit(Group::never));
  swarm.single_key = random.one_in(4);
  swarm.resp3 = random.one_in(2);
  swarm.inlined = random.one_in(3);
  swarm.long_values = random.one_in(4);
  swarm.action_in = options.actions && random.one_in(2) ? static_cast<unsigned>(random.between(6, 30)) : 0;
  swarm.operations = static_cast<unsigned>(random.between(1, options.operations_max));
  swarm.pipeline_max = random.one_in(3) ? 1 : static_cast<unsigned>(random.between(1, 16));
  swarm.roles = {Role::plain, Role::plain};
  for (const Role role : {Role::transactor, Role::subscriber, Role::publisher, Role::operator_, Role::monitor,
                          Role::tracker, Role::silent})
    if (random.one_in(2)) swarm.roles.push_back(role);
  if (swarm.single_key) swarm.roles = {Role::plain};
  return swarm;
}

bool allowed(const CatalogueEntry& entry, const Swarm& swarm, Role role, const WorkloadOptions& options) {
  if ((entry.recent && !options.recent_commands) || entry.weight == 0) return false;
  // Its time is the product of two lengths.
  if (entry.name == "lcs" && swarm.long_values) return false;
  if (swarm.single_key)
    return entry.group == Group::string || entry.group == Group::number || entry.group == Group::key;
  return (bit(entry.group) & swarm.groups & groups_of(role)) != 0;
}

const CatalogueEntry* draw_entry(const Swarm& swarm, Role role, const WorkloadOptions& options,
                                 Random& random) {
  std::uint64_t total = 0;
  for (const CatalogueEntry& entry : catalogue())
    if (allowed(entry, swarm, role, options)) total += entry.weight;
  if (total == 0) return nullptr;
  std::uint64_t at = random.below(total);
  for (const CatalogueEntry& entry : catalogue()) {
    if (!allowed(entry, swarm, role, options)) continue;
    if (at < entry.weight) return &entry;
    at -= entry.weight;
  }
  return nullptr;
}

bool fits_a_line(const Arguments& args) {
  return std::all_of(args.begin(), args.end(), [](const std::string& arg) {
    return !arg.empty() && arg.size() < 200 && std::all_of(arg.begin(), arg.end(), [](char c) {
      return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\';
    });
  });
}

Operation draw_action(Random& random) {
  using Kind = Operation::Kind;
  constexpr Kind kKinds[] = {Kind::stall,     Kind::stall, Kind::slow_read,
                             Kind::reconnect, Kind::reset, Kind::half_close};
  Operation operation;
  operation.kind = random.pick(kKinds);
  if (operation.kind == Kind::stall) operation.amount = static_cast<std::uint32_t>(random.between(1, 200));
  if (operation.kind == Kind::slow_read) operation.amount = static_cast<std::uint32_t>(random.below(50));
  return operation;
}

Operation draw_malformed(Random& random) {
  constexpr std::string_view kBytes[] = {"*abc\r\n", "*1\r\n$abc\r\n", "*1\r\n$99999999999\r\n",
                                         "*1\r\n!3\r\nget\r\n", "get \"k0\r\n"};
  Operation operation;
  operation.kind = Operation::Kind::malformed;
  operation.bytes = random.pick(kBytes);
  return operation;
}

void vary_case(std::string& word, Random& random) {
  if (!random.one_in(3)) return;
  for (char& c : word)
    if (c >= 'a' && c <= 'z' && random.one_in(2)) c = static_cast<char>(c - 'a' + 'A');
}

// One operation, or a few that belong together.
void draw_operations(const Swarm& swarm, Role role, const WorkloadOptions& options, Vocabulary& words,
                     Random& random, std::vector<Operation>& out) {
  if (swarm.action_in != 0 && random.one_in(swarm.action_in)) return out.push_back(draw_action(random));
  if ((swarm.groups & bit(Group::wrong)) != 0 && !swarm.single_key && random.one_in(60)) {
    if (random.one_in(3)) return out.push_back(draw_malformed(random));
    Operation unknown;
    unknown.args = {"nosuch", "k0"};
    return out.push_back(unknown);
  }
  const CatalogueEntry* const entry = draw_entry(swarm, role, options, random);
  if (!entry) return;
  // The two that end what a connection is are rare, or little else would be met.
  if ((entry->name == "quit" || entry->name == "reset") && !random.one_in(5)) return;
  Operation operation;
  operation.args = draw_request(*entry, words, random);
  if (swarm.single_key && !is_single_key(operation.args))
    return draw_operations(swarm, role, options, words, random, out);
  // A message of a pipeline may be inline, but not the big or the binary ones.
  if (swarm.inlined && random.one_in(3) && fits_a_line(operation.args))
    operation.kind = Operation::Kind::inline_line;
  vary_case(operation.args[0], random);
  out.push_back(std::move(operation));
}

// A transaction on watched keys: its parts drawn one by one would seldom come in this order.
void draw_watched_transaction(const Swarm& swarm, const WorkloadOptions& options, Vocabulary& words,
                              Random& random, std::vector<Operation>& out) {
  const auto say = [&](Arguments args) {
    Operation operation;
    operation.args = std::move(args);
    out.push_back(std::move(operation));
  };
  const auto watch = std::find_if(catalogue().begin(), catalogue().end(),
                                  [](const CatalogueEntry& entry) { return entry.name == "watch"; });
  say(draw_request(*watch, words, random));
  for (std::uint64_t n = random.below(3); n != 0; --n)
    draw_operations(swarm, Role::plain, options, words, random, out);
  say({"multi"});
  for (std::uint64_t n = random.between(1, 3); n != 0; --n)
    draw_operations(swarm, Role::plain, options, words, random, out);
  say({"exec"});
}

ClientPlan draw_client(Role role, const Swarm& swarm, const WorkloadOptions& options, Vocabulary& words,
                       Random& random) {
  ClientPlan client;
  client.role = role;
  client.pipeline = static_cast<unsigned>(random.between(1, swarm.pipeline_max));
  const auto start_with = [&](Arguments args) {
    Operation operation;
    operation.args = std::move(args);
    client.operations.push_back(std::move(operation));
  };
  if (role == Role::tracker || (swarm.resp3 && random.one_in(2))) start_with({"hello", "3"});
  if (role == Role::tracker && (options.without & bit(Group::tracking)) == 0)
    start_with({"client", "tracking", "on"});
  const bool transacts =
      role == Role::transactor && ((options.without | ~swarm.groups) & bit(Group::transaction)) == 0;
  for (unsigned i = 0; i < swarm.operations; ++i) {
    if (transacts && random.one_in(6))
      draw_watched_transaction(swarm, options, words, random, client.operations);
    draw_operations(swarm, role, options, words, random, client.operations);
  }
  for (std::size_t i = 0; i < client.operations.size(); ++i) client.operations[i].number = i;
  return client;
}

// Somebody ends the server, with others in the middle of what they say.
void draw_shutdown(Plan& plan, Vocabulary& words, Random& random) {
  const auto entry = std::find_if(catalogue().begin(), catalogue().end(),
                                  [](const CatalogueEntry& one) { return one.name == "shutdown"; });
  auto& operations = plan.clients[random.below(plan.clients.size())].operations;
  Operation operation;
  operation.args = draw_request(*entry, words, random);
  const auto at = static_cast<std::ptrdiff_t>(random.below(operations.size() + 1));
  operations.insert(operations.begin() + at, std::move(operation));
  for (std::size_t i = 0; i < operations.size(); ++i) operations[i].number = i;
}

}  // namespace

Plan make_plan(std::uint64_t seed, const WorkloadOptions& options) {
  Random random(seed);
  const Swarm swarm = draw_swarm(options, random);
  Vocabulary words;
  words.keys = static_cast<unsigned>(random.between(1, 8));
  words.databases = static_cast<unsigned>(random.between(1, 3));
  words.clients = static_cast<unsigned>(random.between(1, options.clients_max));
  words.value_bytes_max = swarm.long_values ? options.value_bytes_max : 0;
  words.start_ms = options.start_ms;
  words.short_times = options.short_times;

  Plan plan;
  plan.seed = seed;
  plan.options = fmt::format(
      "{} clients, {} keys, {} databases, groups {:#x}{}{}{}{}", words.clients, words.keys, words.databases,
      swarm.groups, swarm.single_key ? ", single keys only" : "", swarm.inlined ? ", inline" : "",
      swarm.long_values ? ", long values" : "", swarm.action_in != 0 ? ", actions" : "");
  for (unsigned c = 0; c < words.clients; ++c) {
    words.client = c;
    words.message = 0;
    plan.clients.push_back(draw_client(random.pick(swarm.roles), swarm, options, words, random));
  }
  if (options.shutdowns && random.one_in(kShutdownIn)) draw_shutdown(plan, words, random);
  return plan;
}

}  // namespace baton::sim
