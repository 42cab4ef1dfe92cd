// The generator has nothing to say about a right server and names what a wrong one did.
#include "stress/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "stress/fake_server.h"

namespace baton {
namespace {

struct Talk {
  explicit Talk(std::uint64_t connection, int protocol = 2, std::uint64_t seed = 1) : session(store) {
    ConversationSettings settings;
    settings.connection = connection;
    settings.seed = seed;
    settings.protocol = protocol;
    settings.publisher = true;
    conversation.emplace(settings, ledger);
    std::string out;
    conversation->open(out);
    EXPECT_FALSE(hear(session.feed(out)));
  }

  std::vector<std::string> ask(std::uint32_t commands) {
    std::string out;
    conversation->ask(commands, out);
    return session.feed(out);
  }

  std::optional<Fault> hear(const std::vector<std::string>& replies) {
    std::string bytes;
    for (const std::string& reply : replies) bytes += reply;
    return conversation->hear(bytes);
  }

  Ledger ledger{"run"};
  FakeStore store;
  FakeSession session;
  std::optional<Conversation> conversation;
};

bool names_its_command(const std::string& reply) {
  return reply.front() == '$' && reply.find("<c") != std::string::npos;
}

// Two neighbours that name their commands, differ, and cannot be taken for one another.
std::size_t neighbours_in(const std::vector<std::string>& replies) {
  for (std::size_t i = 10; i + 1 < replies.size(); ++i) {
    if (names_its_command(replies[i]) && names_its_command(replies[i + 1]) && replies[i] != replies[i + 1]) {
      return i;
    }
  }
  ADD_FAILURE() << "no such neighbours";
  return 0;
}

TEST(Conversation, IsContentWithARightServerHoweverTheBytesAreCut) {
  for (const int protocol : {2, 3}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Talk talk(7, protocol, seed);
      Random random(seed);
      for (int burst = 0; burst < 20; ++burst) {
        std::string bytes;
        for (const std::string& reply : talk.ask(50)) bytes += reply;
        for (std::size_t at = 0; at < bytes.size();) {
          const std::size_t piece = random.between(1, 100);
          const auto fault = talk.conversation->hear(std::string_view(bytes).substr(at, piece));
          ASSERT_FALSE(fault) << fault->text() << " protocol " << protocol << " seed " << seed;
          at += piece;
        }
        ASSERT_EQ(talk.conversation->outstanding(), 0U);
      }
      std::string out;
      talk.conversation->ask_much(3, out);
      talk.conversation->close(true, out);
      ASSERT_FALSE(talk.hear(talk.session.feed(out)));
      EXPECT_EQ(talk.conversation->outstanding(), 0U);
      const auto left =
          std::count_if(talk.store.values.begin(), talk.store.values.end(),
                        [](const auto& entry) { return entry.first.find(":7:") != entry.first.npos; });
      EXPECT_EQ(left, 0) << "private keys are removed at the end";
    }
  }
}

TEST(Conversation, AsksTheSameCommandsForTheSameSeed) {
  std::string first;
  std::string second;
  std::string other;
  Talk(3, 2, 5).conversation->ask(500, first);
  Talk(3, 2, 5).conversation->ask(500, second);
  Talk(3, 2, 6).conversation->ask(500, other);
  EXPECT_EQ(first, second);
  EXPECT_NE(first, other);
}

TEST(Conversation, FindsALostReply) {
  Talk talk(1);
  std::vector<std::string> replies = talk.ask(300);
  replies.erase(replies.begin() + static_cast<std::ptrdiff_t>(neighbours_in(replies)));
  const auto fault = talk.hear(replies);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kLost) << fault->text();
}

TEST(Conversation, FindsTheLastReplyLost) {
  Talk talk(1);
  std::vector<std::string> replies = talk.ask(300);
  replies.pop_back();
  EXPECT_FALSE(talk.hear(replies));
  EXPECT_EQ(talk.conversation->outstanding(), 1U);
}

TEST(Conversation, FindsADoubledReply) {
  Talk talk(1);
  std::vector<std::string> replies = talk.ask(300);
  const std::size_t at = neighbours_in(replies);
  replies.insert(replies.begin() + static_cast<std::ptrdiff_t>(at), replies[at]);
  const auto fault = talk.hear(replies);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kDoubled) << fault->text();
}

TEST(Conversation, FindsAReplyDoubledWhenNoneIsDue) {
  Talk talk(1);
  std::string out;
  talk.conversation->ask_much(1, out);
  std::vector<std::string> replies = talk.session.feed(out);
  replies.push_back(replies.back());
  const auto fault = talk.hear(replies);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kDoubled) << fault->text();
}

TEST(Conversation, FindsReorderedReplies) {
  Talk talk(1);
  std::vector<std::string> replies = talk.ask(300);
  const std::size_t at = neighbours_in(replies);
  std::swap(replies[at], replies[at + 1]);
  const auto fault = talk.hear(replies);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kReordered) << fault->text();
}

TEST(Conversation, FindsAForeignReply) {
  Talk talk(1);
  Talk other(2);
  std::vector<std::string> replies = talk.ask(300);
  std::vector<std::string> others = other.ask(300);
  replies[neighbours_in(replies)] = others[neighbours_in(others)];
  const auto fault = talk.hear(replies);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kForeign) << fault->text();
  EXPECT_EQ(fault->connection, 1U);
}

TEST(Conversation, FindsAWrongByteInAnyReply) {
  for (std::size_t at = 0; at < 200; ++at) {
    Talk talk(1);
    std::vector<std::string> replies = talk.ask(200);
    ASSERT_LT(at, replies.size());
    // Not the first of a published count, which may be any number.
    std::string& reply = replies[at];
    if (reply.front() == ':') continue;
    reply[reply.size() / 2] ^= 1;
    EXPECT_TRUE(talk.hear(replies)) << at << ": " << reply;
  }
}

TEST(Conversation, FindsAReplyThatNobodyAsked) {
  Talk talk(1);
  const auto fault = talk.conversation->hear("+OK\r\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kUnasked);
}

TEST(Conversation, FindsBytesThatAreNoReply) {
  Talk talk(1);
  std::string out;
  talk.conversation->ask(1, out);
  const auto fault = talk.conversation->hear("hello\r\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kMalformed);
}

TEST(Ledger, TellsACounterValueGivenTwice) {
  Ledger ledger("run");
  for (int i = 0; i < 3; ++i) ledger.counter_asked();
  EXPECT_TRUE(ledger.counter_told(1));
  EXPECT_TRUE(ledger.counter_told(3));
  EXPECT_FALSE(ledger.counter_told(3));
  EXPECT_FALSE(ledger.counter_told(4)) << "more than was asked";
}

// A subscriber that has subscribed, and messages as a server would send them.
struct Subscriber : Talk {
  explicit Subscriber() : Talk(9) {
    ConversationSettings settings;
    settings.connection = 9;
    settings.subscriber = true;
    ledger.channel(5).issued = 10;
    ledger.channel(5).acknowledged = 10;
    conversation.emplace(settings, ledger);
    std::string out;
    conversation->open(out);
    EXPECT_FALSE(hear(session.feed(out)));
  }
  std::optional<Fault> message(int publisher, int number) {
    const std::string channel = ledger.channel_prefix() + std::to_string(publisher);
    return conversation->hear(
        session.message(channel, std::to_string(publisher) + ":" + std::to_string(number)));
  }
};

TEST(Subscriber, AcceptsMessagesInOrderFromWhereItSubscribed) {
  Subscriber subscriber;
  EXPECT_FALSE(subscriber.message(5, 11));
  EXPECT_FALSE(subscriber.message(6, 1));
  EXPECT_FALSE(subscriber.message(5, 12));
}

TEST(Subscriber, FindsALostMessage) {
  Subscriber subscriber;
  EXPECT_FALSE(subscriber.message(5, 11));
  const auto fault = subscriber.message(5, 13);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kLost);
}

TEST(Subscriber, FindsTheFirstMessageLost) {
  Subscriber subscriber;
  const auto fault = subscriber.message(6, 2);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kLost);
}

TEST(Subscriber, FindsTheLastMessageLost) {
  Subscriber subscriber;
  subscriber.ledger.channel(5).acknowledged = 12;
  EXPECT_FALSE(subscriber.message(5, 11));
  EXPECT_TRUE(subscriber.conversation->message_missing());
  EXPECT_FALSE(subscriber.message(5, 12));
  EXPECT_FALSE(subscriber.conversation->message_missing());
}

TEST(Subscriber, FindsMessagesDoubledAndReordered) {
  Subscriber subscriber;
  EXPECT_FALSE(subscriber.message(5, 11));
  EXPECT_FALSE(subscriber.message(5, 12));
  const auto doubled = subscriber.message(5, 12);
  ASSERT_TRUE(doubled);
  EXPECT_EQ(doubled->kind, FaultKind::kDoubled);
  const auto reordered = subscriber.message(5, 11);
  ASSERT_TRUE(reordered);
  EXPECT_EQ(reordered->kind, FaultKind::kReordered);
}

}  // namespace
}  // namespace baton
