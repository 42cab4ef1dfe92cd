#include "model/sim/totals.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace baton::sim {

namespace {

struct Member {
  std::string_view name;
  std::uint64_t Totals::*value;
};
constexpr std::array<Member, 17> kMembers = {{{"runs", &Totals::runs},
                                              {"failures", &Totals::failures},
                                              {"first_failed_seed", &Totals::first_failed_seed},
                                              {"last_seed", &Totals::last_seed},
                                              {"crashes", &Totals::crashes},
                                              {"judged_alive", &Totals::judged_alive},
                                              {"shutdowns", &Totals::shutdowns},
                                              {"turned_away", &Totals::turned_away},
                                              {"refusals", &Totals::refusals},
                                              {"requests", &Totals::requests},
                                              {"replies", &Totals::replies},
                                              {"steps", &Totals::steps},
                                              {"calls", &Totals::calls},
                                              {"virtual_ns", &Totals::virtual_ns},
                                              {"keys_judged", &Totals::keys_judged},
                                              {"keys_in_part", &Totals::keys_in_part},
                                              {"keys_not_decided", &Totals::keys_not_decided}}};

constexpr std::uint64_t kRunsWithKeys = 200;

bool read(std::string_view json, std::string_view name, std::uint64_t& value) {
  const std::string wanted = fmt::format("\"{}\":", name);
  const std::size_t found = json.find(wanted);
  if (found == std::string_view::npos) return false;
  const char* from = json.data() + found + wanted.size();
  const char* const end = json.data() + json.size();
  while (from != end && *from == ' ') ++from;
  return std::from_chars(from, end, value).ec == std::errc();
}

}  // namespace

bool judged_nothing(const Totals& totals) { return totals.runs >= kRunsWithKeys && totals.keys_judged == 0; }

bool overlap(const Part& a, const Part& b) {
  const std::uint64_t common = std::gcd(a.shards, b.shards);
  return common != 0 && a.shard % common == b.shard % common && a.first <= b.last && b.first <= a.last;
}

void add(Totals& totals, std::uint64_t seed, const Outcome& outcome) {
  ++totals.runs;
  totals.last_seed = std::max(totals.last_seed, seed);
  totals.judged_alive += outcome.judged_alive ? 1 : 0;
  totals.shutdowns += outcome.shut_down ? 1 : 0;
  totals.turned_away += outcome.turned_away;
  totals.crashes += outcome.crashed ? 1 : 0;
  totals.refusals += outcome.refused ? 1 : 0;
  totals.requests += outcome.requests;
  totals.replies += outcome.replies;
  totals.steps += outcome.steps;
  totals.calls += outcome.calls;
  totals.virtual_ns += outcome.virtual_ns;
  totals.keys_judged += outcome.keys_judged;
  totals.keys_in_part += outcome.keys_in_part;
  totals.keys_not_decided += outcome.keys_not_decided;
  for (std::size_t i = 0; i < kFaults; ++i) totals.faults[i] += outcome.faults[i];
}

Totals sum_of(std::span<const Totals> parts) {
  Totals sum{};
  for (const Totals& part : parts) {
    std::uint64_t first = sum.first_failed_seed;
    if (part.failures != 0 && (sum.failures == 0 || part.first_failed_seed < first))
      first = part.first_failed_seed;
    const std::uint64_t last = std::max(sum.last_seed, part.last_seed);
    for (const Member& member : kMembers) sum.*member.value += part.*member.value;
    sum.first_failed_seed = first;
    sum.last_seed = last;
    for (std::size_t i = 0; i < kFaults; ++i) sum.faults[i] += part.faults[i];
  }
  return sum;
}

std::string to_json(const Totals& totals, std::span<const Part> parts) {
  std::string text = "{";
  for (const Member& member : kMembers)
    text += fmt::format("\"{}\": {}, ", member.name, totals.*member.value);
  text += "\"faults\": {";
  for (std::size_t i = 0; i < kFaults; ++i)
    text += fmt::format("{}\"{}\": {}", i == 0 ? "" : ", ", name_of(static_cast<Fault>(i)), totals.faults[i]);
  text += "}, \"parts\": [";
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += fmt::format(R"({}{{"first": {}, "last": {}, "shard": {}, "shards": {}}})", i == 0 ? "" : ", ",
                        parts[i].first, parts[i].last, parts[i].shard, parts[i].shards);
  return text + "]}\n";
}

std::optional<std::vector<Part>> parts_of(std::string_view json) {
  const std::size_t begin = json.find("\"parts\": [");
  const std::size_t end = json.find(']', begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  std::vector<Part> parts;
  std::string_view list = json.substr(begin, end - begin);
  for (std::size_t at = list.find('{'); at != std::string_view::npos; at = list.find('{')) {
    list.remove_prefix(at + 1);
    const std::string_view one = list.substr(0, list.find('}'));
    Part part{};
    if (!read(one, "first", part.first) || !read(one, "last", part.last) || !read(one, "shard", part.shard) ||
        !read(one, "shards", part.shards) || part.shards == 0)
      return std::nullopt;
    parts.push_back(part);
  }
  return parts;
}

std::optional<Totals> totals_of(std::string_view json) {
  Totals totals{};
  for (const Member& member : kMembers)
    if (!read(json, member.name, totals.*member.value)) return std::nullopt;
  for (std::size_t i = 0; i < kFaults; ++i)
    if (!read(json, name_of(static_cast<Fault>(i)), totals.faults[i])) return std::nullopt;
  return totals;
}

std::string faults_text(const FaultCounts& faults) {
  std::string text;
  for (std::size_t i = 0; i < kFaults; ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", name_of(static_cast<Fault>(i)), faults[i]);
  return text;
}

}  // namespace baton::sim
