#include "model/sim/oracle/plan.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/core.h>

namespace baton::sim {

namespace {

constexpr std::string_view kIdMark = "@id:";

bool read_number(std::string_view& text, std::size_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool skip(std::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool apply_cut(Plan& plan, std::string_view cut) {
  std::size_t client = 0, first = 0;
  if (skip(cut, 'c')) {
    if (!read_number(cut, client) || !cut.empty() || client >= plan.clients.size()) return false;
    plan = plan.without_client(client);
    return true;
  }
  if (!read_number(cut, client) || !skip(cut, ':') || !read_number(cut, first)) return false;
  std::size_t last = first;
  if (skip(cut, '-') && !read_number(cut, last)) return false;
  if (!cut.empty() || client >= plan.clients.size() || first > last) return false;
  if (last >= plan.clients[client].operations.size()) return false;
  plan = plan.without_operations(client, first, last);
  return true;
}

}  // namespace

std::string_view name_of(Role role) {
  constexpr std::string_view kNames[] = {"plain",    "transactor", "subscriber", "publisher",
                                         "operator", "monitor",    "tracker",    "silent"};
  return kNames[static_cast<std::size_t>(role)];
}

Arguments Operation::resolved(const IdOf& id_of) const {
  Arguments result = args;
  for (std::string& arg : result) {
    if (!arg.starts_with(kIdMark)) continue;
    std::string_view digits = std::string_view(arg).substr(kIdMark.size());
    std::size_t client = 0;
    if (read_number(digits, client)) arg = std::to_string(id_of ? id_of(static_cast<unsigned>(client)) : 0);
  }
  return result;
}

std::string Operation::wire(const IdOf& id_of) const {
  if (kind == Kind::malformed) return bytes;
  std::string text;
  const Arguments words = resolved(id_of);
  if (kind == Kind::inline_line) {
    for (const std::string& word : words) {
      if (!text.empty()) text += ' ';
      text += word;
    }
    return text += "\r\n";
  }
  if (kind != Kind::command) return {};
  text = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) {
    text += fmt::format("${}\r\n", word.size());
    text += word;
    text += "\r\n";
  }
  return text;
}

std::size_t Plan::size() const {
  std::size_t count = 0;
  for (const ClientPlan& client : clients) {
    if (client.dropped) continue;
    count += static_cast<std::size_t>(std::count_if(client.operations.begin(), client.operations.end(),
                                                    [](const Operation& o) { return !o.dropped; }));
  }
  return count;
}

Plan Plan::without_client(std::size_t client) const {
  Plan smaller = *this;
  smaller.clients[client].dropped = true;
  for (Operation& operation : smaller.clients[client].operations) operation.dropped = true;
  return smaller;
}

Plan Plan::without_operations(std::size_t client, std::size_t first, std::size_t last) const {
  Plan smaller = *this;
  auto& operations = smaller.clients[client].operations;
  for (std::size_t i = first; i <= last && i < operations.size(); ++i) operations[i].dropped = true;
  return smaller;
}

std::string Plan::cuts() const {
  std::string text;
  const auto add = [&](const std::string& cut) {
    if (!text.empty()) text += ',';
    text += cut;
  };
  for (std::size_t c = 0; c < clients.size(); ++c) {
    if (clients[c].dropped) {
      add(fmt::format("c{}", c));
      continue;
    }
    const auto& operations = clients[c].operations;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (!operations[i].dropped) continue;
      const std::size_t first = i;
      while (i + 1 < operations.size() && operations[i + 1].dropped) ++i;
      add(first == i ? fmt::format("{}:{}", c, i) : fmt::format("{}:{}-{}", c, first, i));
    }
  }
  return text;
}

bool Plan::apply_cuts(std::string_view text) {
  if (text.empty()) return true;
  Plan smaller = *this;
  for (;;) {
    const std::size_t comma = text.find(',');
    if (!apply_cut(smaller, text.substr(0, comma))) return false;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  *this = std::move(smaller);
  return true;
}

std::string to_text(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::command:
      return to_text(operation.args);
    case Operation::Kind::inline_line:
      return "(inline) " + to_text(operation.args);
    case Operation::Kind::malformed:
      return fmt::format("(malformed) \"{}\"", printable(operation.bytes));
    case Operation::Kind::half_close:
      return "(half close)";
    case Operation::Kind::reset:
      return "(reset)";
    case Operation::Kind::stall:
      return fmt::format("(stall {} ms)", operation.amount);
    case Operation::Kind::slow_read:
      return fmt::format("(read {} bytes a turn)", operation.amount);
    case Operation::Kind::reconnect:
      return "(reconnect)";
  }
  return "?";
}

std::string to_text(const Plan& plan) {
  std::string text =
      fmt::format("plan of seed {}: {} operations; {}\n", plan.seed, plan.size(), plan.options);
  for (std::size_t c = 0; c < plan.clients.size(); ++c) {
    const ClientPlan& client = plan.clients[c];
    if (client.dropped) continue;
    text += fmt::format("client {} ({}, pipeline {})\n", c, name_of(client.role), client.pipeline);
    for (const Operation& operation : client.operations)
      if (!operation.dropped) text += fmt::format("  {:>3} {}\n", operation.number, to_text(operation));
  }
  return text;
}

Plan shrink(Plan plan, const std::function<bool(const Plan&)>& fails, std::size_t runs_max) {
  std::size_t runs = 0;
  const auto keep_if_fails = [&](Plan candidate) {
    if (runs == runs_max || candidate.size() == plan.size()) return false;
    ++runs;
    if (!fails(candidate)) return false;
    plan = std::move(candidate);
    return true;
  };
  bool smaller = true;
  while (smaller && runs < runs_max) {
    smaller = false;
    for (std::size_t c = 0; c < plan.clients.size(); ++c)
      if (!plan.clients[c].dropped) smaller |= keep_if_fails(plan.without_client(c));
    for (std::size_t c = 0; c < plan.clients.size(); ++c) {
      if (plan.clients[c].dropped) continue;
      const std::size_t count = plan.clients[c].operations.size();
      for (std::size_t piece = std::max<std::size_t>(count / 2, 1);; piece /= 2) {
        // From the end: what comes last seldom matters to a failure, and what comes first often does.
        for (std::size_t end = count; end > 0; end = end > piece ? end - piece : 0)
          smaller |= keep_if_fails(plan.without_operations(c, end > piece ? end - piece : 0, end - 1));
        if (piece == 1) break;
      }
    }
  }
  return plan;
}

}  // namespace baton::sim
