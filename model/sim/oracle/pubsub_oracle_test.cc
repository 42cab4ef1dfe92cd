#include "model/sim/oracle/pubsub_oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/sim/oracle/oracle_fixture.h"

namespace baton::sim {
namespace {

using testing::HasSubstr;

// Connection 1 listens, connection 2 publishes; both answer as a test has them.
class PubsubOracle : public testing::Test {
 protected:
  PubsubOracle() {
    history_.opened(1, 0);
    history_.opened(2, 0);
  }
  void ask(std::uint64_t connection, Arguments args) {
    history_.invoked(connection, std::move(args), ++step_);
  }
  void hear(std::uint64_t connection, const Reply& reply) {
    history_.heard(connection, encode(reply), ++step_);
  }
  void subscribe() {
    ask(1, {"subscribe", "c"});
    hear(1, words({"subscribe", "c"}, 1));
  }
  void publish(const std::string& message, std::int64_t told) {
    ask(2, {"publish", "c", message});
    hear(2, Reply::of(told));
  }
  void message(const std::string& text, const std::string& channel = "c") {
    hear(1,
         Reply::list(Reply::Kind::array, {Reply::bulk("message"), Reply::bulk(channel), Reply::bulk(text)}));
  }
  static Reply words(std::initializer_list<const char*> texts, std::int64_t last) {
    std::vector<Reply> items;
    for (const char* text : texts) items.push_back(Reply::bulk(text));
    items.push_back(Reply::of(last));
    return Reply::list(Reply::Kind::array, std::move(items));
  }
  std::string verdict() {
    EXPECT_TRUE(history_.check().ok()) << history_.check().wrong;
    return check_pubsub(history_, true).wrong;
  }

  History history_;
  std::uint64_t step_ = 0;
};

TEST_F(PubsubOracle, MessagesInOrderAreAccepted) {
  subscribe();
  publish("m1", 1);
  publish("m2", 1);
  message("m1");
  message("m2");
  EXPECT_EQ(verdict(), "");
}

TEST_F(PubsubOracle, AMessageThatArrivesTwiceIsFound) {
  subscribe();
  publish("m1", 2);
  message("m1");
  message("m1");
  EXPECT_THAT(verdict(), HasSubstr("twice"));
}

TEST_F(PubsubOracle, AMessageThatOvertakesIsFound) {
  subscribe();
  publish("m1", 1);
  publish("m2", 1);
  message("m2");
  message("m1");
  EXPECT_THAT(verdict(), HasSubstr("overtaken"));
}

TEST_F(PubsubOracle, ALostMessageIsFoundWhenTheRunIsAtRest) {
  subscribe();
  publish("m1", 1);
  EXPECT_THAT(verdict(), HasSubstr("lost"));
  EXPECT_TRUE(check_pubsub(history_, false).ok());
  history_.closed(1, ++step_);
  EXPECT_EQ(verdict(), "");
}

TEST_F(PubsubOracle, AMessageWithoutASubscriptionIsFound) {
  subscribe();
  ask(1, {"unsubscribe", "c"});
  hear(1, words({"unsubscribe", "c"}, 0));
  publish("m1", 1);
  message("m1");
  EXPECT_THAT(verdict(), HasSubstr("without a subscription"));
}

TEST_F(PubsubOracle, AMessageOfAnotherChannelOrOfNobodyIsFound) {
  subscribe();
  publish("m1", 1);
  message("m1", "d");
  EXPECT_THAT(verdict(), HasSubstr("elsewhere"));
  PubsubOracle::history_ = {};
  history_.opened(1, 0);
  subscribe();
  message("m9");
  EXPECT_THAT(verdict(), HasSubstr("never published"));
}

TEST_F(PubsubOracle, MoreCopiesThanWereToldAreFound) {
  subscribe();
  publish("m1", 0);
  message("m1");
  EXPECT_THAT(verdict(), HasSubstr("told 0 times"));
}

TEST_F(PubsubOracle, WhatWasPublishedWhileASubscriptionEndedMayBeMissing) {
  subscribe();
  ask(1, {"unsubscribe", "c"});
  publish("m1", 0);
  hear(1, words({"unsubscribe", "c"}, 0));
  EXPECT_EQ(verdict(), "");
}

TEST_F(PubsubOracle, PatternsAreSubscriptionsOfTheirOwn) {
  subscribe();
  ask(1, {"psubscribe", "c*"});
  hear(1, words({"psubscribe", "c*"}, 2));
  publish("m1", 2);
  message("m1");
  EXPECT_THAT(verdict(), HasSubstr("pmessage c*"));
  hear(1, Reply::list(Reply::Kind::array,
                      {Reply::bulk("pmessage"), Reply::bulk("c*"), Reply::bulk("c"), Reply::bulk("m1")}));
  EXPECT_EQ(verdict(), "");
}

}  // namespace
}  // namespace baton::sim
