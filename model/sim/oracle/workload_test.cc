#include "model/sim/oracle/workload.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sim/oracle/reference.h"
#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {
namespace {

constexpr WorkloadOptions kOptions{.start_ms = 1'700'000'000'000};

std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::set<std::string> names_of_the_server() {
  std::ifstream file(BATON_SIM_COMMANDS);
  std::set<std::string> names;
  for (std::string line; std::getline(file, line);) names.insert(line);
  return names;
}

// "client|id" of {"CLIENT", "ID", ...}, as far as the server has such a name.
std::string name_of_request(const Arguments& args, const std::set<std::string>& known) {
  std::string name;
  for (std::size_t i = 0; i < std::min<std::size_t>(args.size(), 2); ++i) {
    std::string longer = name + (i == 0 ? "" : "|") + args[i];
    for (char& c : longer)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (i == 0 || known.contains(longer)) name = longer;
  }
  return name;
}

TEST(Catalogue, HoldsTheCommandsOfTheServerAndNoOthers) {
  std::set<std::string> ours;
  for (const CatalogueEntry& entry : catalogue()) ours.insert(std::string(entry.name));
  std::set<std::string> theirs = names_of_the_server();
  ASSERT_GT(theirs.size(), 100u);
  // What only holds subcommands is no request; COMMAND is both.
  for (const char* container : {"client", "config", "latency", "memory", "object", "pubsub", "slowlog"})
    theirs.erase(container);
  EXPECT_THAT(ours, testing::ContainerEq(theirs));
}

TEST(Catalogue, EveryGrammarHasARequestThatTheReferenceAccepts) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.group == Group::wrong || entry.group == Group::never) continue;
    Random random(7);
    Vocabulary words;
    bool accepted = false;
    for (int i = 0; i < 400 && !accepted; ++i) {
      Reference reference;
      for (const char* text : {"k0", "k1", "k2", "k3"}) reference.execute(1, {"set", text, "5"}, 1);
      if (entry.name == "exec" || entry.name == "discard") reference.execute(1, {"multi"}, 1);
      const auto frames = reference.execute(1, draw_request(entry, words, random), 1);
      accepted = frames.empty() || !frames[0].is_error();
    }
    EXPECT_TRUE(accepted) << entry.name << ": " << entry.grammar;
  }
}

TEST(Workload, ASeedGivesTheSamePlanEverywhere) {
  // The number is this catalogue's, written down so that every compiler and library must find it too.
  const Plan plan = make_plan(42, kOptions);
  EXPECT_EQ(to_text(plan), to_text(make_plan(42, kOptions)));
  EXPECT_NE(to_text(plan), to_text(make_plan(43, kOptions)));
  std::string all;
  for (std::uint64_t seed = 0; seed < 50; ++seed) all += to_text(make_plan(seed, kOptions));
  EXPECT_EQ(fingerprint(all), 17'168'358'277'555'853'581u);
}

TEST(Workload, TheSwarmMeetsEveryCommandActionAndRole) {
  std::set<std::string> missed;
  for (const CatalogueEntry& entry : catalogue())
    if (entry.weight != 0) missed.insert(std::string(entry.name));
  const std::set<std::string> known = names_of_the_server();
  std::set<Operation::Kind> kinds;
  std::set<Role> roles;
  std::size_t bytes_max = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    const Plan plan = make_plan(seed, kOptions);
    ASSERT_GE(plan.clients.size(), 1u);
    ASSERT_LE(plan.clients.size(), 8u);
    for (const ClientPlan& client : plan.clients) {
      roles.insert(client.role);
      for (const Operation& operation : client.operations) {
        kinds.insert(operation.kind);
        if (!operation.args.empty()) missed.erase(name_of_request(operation.args, known));
        for (const std::string& arg : operation.args) bytes_max = std::max(bytes_max, arg.size());
      }
    }
  }
  EXPECT_THAT(missed, testing::IsEmpty());
  EXPECT_EQ(kinds.size(), 8u);
  EXPECT_EQ(roles.size(), 8u);
  EXPECT_GT(bytes_max, 65'536u);
}

TEST(Workload, AClientThatSubscribesOrIsSilentHasNoTransactions) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    for (const ClientPlan& client : make_plan(seed, kOptions).clients) {
      bool transacts = false, changes_frames = false;
      for (const Operation& operation : client.operations) {
        if (operation.args.empty()) continue;
        transacts |= ref_is(operation.args[0], "multi");
        changes_frames |= ref_is(operation.args[0], "subscribe") || ref_is(operation.args[0], "psubscribe") ||
                          (ref_is(operation.args[0], "client") && operation.args.size() > 1 &&
                           ref_is(operation.args[1], "reply"));
      }
      EXPECT_FALSE(transacts && changes_frames) << seed;
    }
  }
}

TEST(Plan, CutsAreWrittenAndReadBack) {
  std::uint64_t seed = 0;
  Plan plan = make_plan(seed, kOptions);
  while (plan.clients.size() < 3 || plan.clients[0].operations.size() < 10)
    plan = make_plan(++seed, kOptions);
  const Plan smaller = plan.without_client(1).without_operations(0, 2, 4).without_operations(0, 7, 7);
  EXPECT_EQ(smaller.cuts(), "0:2-4,0:7,c1");
  EXPECT_EQ(smaller.size(), plan.size() - plan.clients[1].operations.size() - 4);
  Plan again = make_plan(seed, kOptions);
  EXPECT_TRUE(again.apply_cuts(smaller.cuts()));
  EXPECT_EQ(to_text(again), to_text(smaller));
}

TEST(Plan, WhatIsNoListOfCutsIsRefusedAndChangesNothing) {
  Plan plan = make_plan(1, kOptions);
  const std::string before = to_text(plan);
  for (const std::string_view bad : {"c", "c99", "x", "0", "0:", "0:5-1", "0:9999", "0:0-9999", "0:0,", ",",
                                     "0:0 ", "0:0;", "c0,c", "-1:0"})
    EXPECT_FALSE(plan.apply_cuts(bad)) << bad;
  EXPECT_EQ(to_text(plan), before);
  EXPECT_TRUE(plan.apply_cuts(""));
}

TEST(Plan, RequestsAreWrittenAsTheProtocolHasThem) {
  Operation operation;
  operation.args = {"client", "kill", "id", "@id:2"};
  const auto id = [](unsigned client) { return std::uint64_t{70} + client; };
  EXPECT_EQ(operation.wire(id), "*4\r\n$6\r\nclient\r\n$4\r\nkill\r\n$2\r\nid\r\n$2\r\n72\r\n");
  operation.kind = Operation::Kind::inline_line;
  EXPECT_EQ(operation.wire(id), "client kill id 72\r\n");
  operation.kind = Operation::Kind::reset;
  EXPECT_EQ(operation.wire(id), "");
}

TEST(Plan, ShrinkingKeepsWhatTheFailureNeeds) {
  std::uint64_t seed = 0;
  Plan plan = make_plan(seed, kOptions);
  while (plan.clients.size() < 4 || plan.clients[2].operations.size() < 30 ||
         plan.clients[3].operations.size() < 20)
    plan = make_plan(++seed, kOptions);
  const auto fails = [](const Plan& candidate) {
    return !candidate.clients[2].operations[17].dropped && !candidate.clients[3].operations[4].dropped;
  };
  const Plan small = shrink(plan, fails, 1'000);
  EXPECT_TRUE(fails(small));
  EXPECT_EQ(small.size(), 2u);
  EXPECT_TRUE(fails(shrink(plan, fails, 3)));  // also when it has to stop early
}

}  // namespace
}  // namespace baton::sim
