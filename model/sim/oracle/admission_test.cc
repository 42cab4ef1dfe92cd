#include "model/sim/oracle/admission.h"

#include <gtest/gtest.h>

namespace baton::sim {
namespace {

// Connections 1 to n, opened at steps 1 to n.
History opened(std::uint64_t connections) {
  History history;
  for (std::uint64_t i = 1; i <= connections; ++i) history.opened(i, i);
  return history;
}

Executed ping(std::uint64_t connection, std::uint64_t step) { return {connection, {"ping"}, 0, step}; }

TEST(Admission, AsManyAsAllowedMayOverlap) {
  const std::vector<Executed> witness = {ping(1, 10), ping(2, 11), ping(1, 12), ping(3, 13), ping(2, 14)};
  EXPECT_TRUE(check_admission(opened(3), witness, {.clients_max = 2}).ok());
}

TEST(Admission, OneMoreAtOnceIsWrong) {
  const std::vector<Executed> witness = {ping(1, 10), ping(2, 11), ping(3, 12), ping(1, 13), ping(2, 14)};
  EXPECT_FALSE(check_admission(opened(3), witness, {.clients_max = 2}).ok());
  EXPECT_TRUE(check_admission(opened(3), witness, {.clients_max = 3}).ok());
}

TEST(Admission, AfterTheBoundWasChangedItIsNotJudged) {
  std::vector<Executed> witness = {ping(1, 10), ping(2, 11), ping(3, 12), ping(1, 13), ping(2, 14)};
  witness[1].args = {"CONFIG", "SET", "maxclients", "100"};
  EXPECT_TRUE(check_admission(opened(3), witness, {.clients_max = 2}).ok());
}

TEST(Admission, WhoIsTurnedAwayMustHaveFoundTheServerFull) {
  History history = opened(2);
  history.heard(2, "-ERR max number of clients reached\r\n", 20);
  history.closed(2, 21);
  EXPECT_TRUE(check_admission(history, {}, {.clients_max = 1}).ok());
  EXPECT_FALSE(check_admission(history, {}, {.clients_max = 2}).ok());
  EXPECT_FALSE(check_admission(history, {}, {}).ok());
}

TEST(Admission, OnlyStrangersAreDenied) {
  History history = opened(2);
  history.heard(2, "-DENIED go away\r\n", 20);
  history.closed(2, 21);
  EXPECT_TRUE(check_admission(history, {}, {.strangers = {2}}).ok());
  EXPECT_FALSE(check_admission(history, {}, {.strangers = {1}}).ok());
}

TEST(Admission, StrangersAreNotServed) {
  const std::vector<Executed> witness = {ping(1, 10)};
  EXPECT_TRUE(check_admission(opened(2), witness, {.strangers = {2}}).ok());
  EXPECT_FALSE(check_admission(opened(2), witness, {.strangers = {1}}).ok());
}

}  // namespace
}  // namespace baton::sim
