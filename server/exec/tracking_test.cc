#include "server/exec/tracking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <string>

#include "server/store/keyspace.h"

namespace baton {
namespace {

// A pushed invalidation, its keys between brackets; messages are the same with an 'm'.
std::string legible(std::string_view bytes) {
  std::string out(bytes);
  const auto replace = [&out](std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size())
      out.replace(at, from.size(), to);
  };
  replace(">2\r\n$10\r\ninvalidate\r\n", "> ");
  replace("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n", "m ");
  replace("\r\n", " ");
  return out;
}

class TrackingTest : public testing::Test {
 protected:
  struct Sent final : Outbound {
    void send(const std::vector<Client*>& clients, std::string_view bytes) override {
      for (const Client* client : clients) text[client->id] += legible(bytes);
    }
    [[nodiscard]] const Client* current() const noexcept override { return running; }
    std::map<std::uint64_t, std::string> text;
    const Client* running = nullptr;
  };

  Client& add(Protocol protocol = Protocol::resp3) {
    Client& client = clients_.add(0);
    client.protocol = protocol;
    client.authenticated = true;
    client.settle();
    return client;
  }
  Client& tracking_client(const TrackingOptions& options = {},
                          std::initializer_list<std::string_view> prefixes = {}) {
    Client& client = add();
    tracking_.start(client, options, {prefixes.begin(), prefixes.size()});
    return client;
  }
  void read(Client& client, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) tracking_.remember(client, key);
  }
  void change(const Client* changer, std::initializer_list<std::string_view> keys) {
    sent_.running = changer;
    for (const std::string_view key : keys) tracking_.changed(key);
    sent_.running = nullptr;
  }
  std::string told(const Client& client) { return std::exchange(sent_.text[client.id], {}); }
  void work() {
    while (tracking_.has_work()) tracking_.work();
  }

  Keyspace keyspace_{{}};
  ClientRegistry clients_;
  Sent sent_;
  Tracking tracking_{keyspace_, clients_, sent_};
};

TEST_F(TrackingTest, AReaderIsToldOnceOfAChange) {
  Client& reader = tracking_client();
  read(reader, {"k", "k"});
  EXPECT_EQ(tracking_.keys(), 1u);
  EXPECT_EQ(tracking_.readings(), 1u);
  change(nullptr, {"other", "k", "k"});
  EXPECT_EQ(told(reader), "> *1 $1 k ");
  EXPECT_EQ(tracking_.keys(), 0u);
  EXPECT_EQ(tracking_.readings(), 0u);
  read(reader, {"k"});
  change(&reader, {"k"});
  EXPECT_EQ(told(reader), "> *1 $1 k ") << "its own change, too";
}

TEST_F(TrackingTest, EveryReaderOfAKeyIsToldAndNoOther) {
  Client& a = tracking_client();
  Client& b = tracking_client();
  Client& c = tracking_client();
  read(a, {"1", "2"});
  read(b, {"2", "3"});
  read(c, {"2"});
  EXPECT_EQ(tracking_.keys(), 3u);
  EXPECT_EQ(tracking_.readings(), 5u);
  change(nullptr, {"2"});
  for (const Client* client : {&a, &b, &c}) EXPECT_EQ(told(*client), "> *1 $1 2 ");
  change(nullptr, {"3"});
  EXPECT_EQ(told(a) + told(c), "");
  EXPECT_EQ(told(b), "> *1 $1 3 ");
  EXPECT_EQ(tracking_.readings(), 1u);
}

TEST_F(TrackingTest, OneThatWantsNoLoopIsNotToldOfItsOwnChanges) {
  Client& reader = tracking_client({.no_loop = true});
  read(reader, {"k"});
  change(&reader, {"k"});
  EXPECT_EQ(told(reader), "");
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader), "") << "the key was forgotten with the change";
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader), "> *1 $1 k ");
}

TEST_F(TrackingTest, OptInAndOptOutFollowTheWordForTheNextCommand) {
  Client& in = tracking_client({.opt_in = true});
  Client& out = tracking_client({.opt_out = true});
  read(in, {"k"});
  read(out, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(in), "");
  EXPECT_EQ(told(out), "> *1 $1 k ");
  in.tracker->caching = out.tracker->caching = true;
  read(in, {"k"});
  read(out, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(in), "> *1 $1 k ");
  EXPECT_EQ(told(out), "");
}

TEST_F(TrackingTest, BroadcastCollectsByPrefixUntilThereIsTime) {
  Client& client = tracking_client({.broadcast = true}, {"foo", "bar"});
  Client& all = tracking_client({.broadcast = true});
  EXPECT_EQ(tracking_.prefixes(), 3u);
  EXPECT_FALSE(tracking_.has_work());
  change(nullptr, {"foo2", "zoo", "bar", "foo1", "fo", "foo2"});
  EXPECT_EQ(told(client), "");
  work();
  EXPECT_EQ(told(client), "> *1 $3 bar > *2 $4 foo1 $4 foo2 ");
  EXPECT_EQ(told(all), "> *5 $3 bar $2 fo $4 foo1 $4 foo2 $3 zoo ");
  EXPECT_EQ(tracking_.keys(), 0u);
  tracking_.end(client);
  EXPECT_EQ(tracking_.prefixes(), 1u);
  change(nullptr, {"foo"});
  tracking_.end(all);
  work();
  EXPECT_EQ(told(client) + told(all), "");
}

TEST_F(TrackingTest, ABroadcastWithoutLoopLeavesOutWhatTheClientChangedLast) {
  Client& client = tracking_client({.broadcast = true, .no_loop = true}, {"k"});
  Client& other = tracking_client({.broadcast = true}, {"k"});
  change(nullptr, {"k1"});
  change(&client, {"k1", "k2"});
  change(&other, {"k3"});
  work();
  EXPECT_EQ(told(client), "> *1 $2 k3 ");
  EXPECT_EQ(told(other), "> *3 $2 k1 $2 k2 $2 k3 ");
  change(&client, {"k1"});
  work();
  EXPECT_EQ(told(client), "") << "nothing is left to tell";
}

TEST_F(TrackingTest, PrefixesAddUp) {
  Client& client = tracking_client({.broadcast = true}, {"a"});
  tracking_.start(client, {.broadcast = true}, std::array<std::string_view, 1>{"b"});
  EXPECT_EQ(client.tracker->prefixes.size(), 2u);
  change(nullptr, {"a1", "b1", "c1"});
  work();
  EXPECT_EQ(told(client), "> *1 $2 a1 > *1 $2 b1 ");
}

TEST_F(TrackingTest, AFlushIsToldToAllAndForgetsAll) {
  Client& reader = tracking_client({.no_loop = true});
  Client& broadcast = tracking_client({.broadcast = true}, {"k"});
  read(reader, {"k", "l"});
  sent_.running = &reader;
  tracking_.flushed();
  EXPECT_EQ(told(reader), "> _ ");
  EXPECT_EQ(told(broadcast), "> _ ");
  EXPECT_EQ(tracking_.keys(), 0u);
  EXPECT_EQ(tracking_.readings(), 0u);
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader), "");
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader), "> *1 $1 k ");
}

TEST_F(TrackingTest, AResp2ClientHearsThroughASubscribedOne) {
  Client& reader = add(Protocol::resp2);
  Client& listener = add(Protocol::resp2);
  tracking_.start(reader, {.redirect = listener.id}, {});
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader) + told(listener), "") << "not subscribed";
  listener.channels.insert("__redis__:invalidate");
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(listener), "m *1 $1 k ");
  tracking_.flushed();
  EXPECT_EQ(told(listener), "m $-1 ");
  tracking_.start(reader, {}, {});
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader) + told(listener), "") << "RESP2 cannot tell it";
}

TEST_F(TrackingTest, ARedirectedClientIsToldThatItsTargetIsGone) {
  Client& target = add();
  Client& reader = tracking_client({.redirect = target.id});
  read(reader, {"k"});
  change(nullptr, {"k"});
  EXPECT_EQ(told(target), "> *1 $1 k ");
  const std::string id = std::to_string(target.id);
  clients_.remove(target);
  read(reader, {"k"});
  EXPECT_FALSE(reader.tracker->redirect_broken);
  change(nullptr, {"k"});
  EXPECT_EQ(told(reader), ">2 $21 tracking-redir-broken :" + id + " ");
  EXPECT_TRUE(reader.tracker->redirect_broken);
  tracking_.start(reader, {}, {});
  EXPECT_FALSE(reader.tracker->redirect_broken);
}

// Else what it is told could fall into the reply to a command that it runs.
TEST_F(TrackingTest, NeitherATrackingClientNorItsTargetIsPlain) {
  Client& reader = add();
  Client& target = add();
  EXPECT_TRUE(reader.plain() && target.plain());
  tracking_.start(reader, {.redirect = target.id}, {});
  EXPECT_FALSE(reader.plain());
  EXPECT_FALSE(target.plain());
  tracking_.start(reader, {.redirect = reader.id}, {});
  EXPECT_TRUE(target.plain());
  tracking_.end(reader);
  EXPECT_TRUE(reader.plain());
}

TEST_F(TrackingTest, TheTableKeepsItsBoundAndTellsWhatItGivesUp) {
  Client& reader = tracking_client({.no_loop = true});
  tracking_.set_max_keys(2);
  sent_.running = &reader;
  read(reader, {"1", "2", "1", "3"});
  EXPECT_EQ(tracking_.keys(), 2u);
  EXPECT_EQ(told(reader), "> *1 $1 1 ") << "the oldest; and that it reads itself changes nothing";
  tracking_.set_max_keys(1);
  EXPECT_TRUE(tracking_.has_work());
  work();
  EXPECT_EQ(told(reader), "> *1 $1 2 ");
  tracking_.set_max_keys(0);
  read(reader, {"4", "5", "6"});
  EXPECT_EQ(tracking_.keys(), 4u);
  EXPECT_EQ(told(reader), "");
}

TEST_F(TrackingTest, KeysAreGivenUpInTheOrderOfTheirFirstReading) {
  Client& reader = tracking_client();
  read(reader, {"1", "2", "3", "4", "5"});
  change(nullptr, {"5", "3", "1"});
  read(reader, {"6", "2", "7"});
  told(reader);
  tracking_.set_max_keys(1);
  work();
  EXPECT_EQ(told(reader), "> *1 $1 2 > *1 $1 4 > *1 $1 6 ");
}

TEST_F(TrackingTest, AClientThatEndsLeavesNothingBehind) {
  Client& reader = tracking_client();
  Client& stays = tracking_client();
  for (int i = 0; i < 2500; ++i) {
    read(reader, {"key:" + std::to_string(i)});
    if (i % 2 == 0) read(stays, {"key:" + std::to_string(i)});
  }
  tracking_.end(reader);
  EXPECT_EQ(tracking_.readings(), 1250u);
  EXPECT_EQ(tracking_.clients(), 1u);
  tracking_.start(reader, {}, {});
  change(nullptr, {"key:0", "key:1", "key:2499"});
  EXPECT_EQ(told(reader), "") << "what it read before it ended is no business of the one that starts anew";
  EXPECT_EQ(told(stays), "> *1 $5 key:0 ");
  work();
  EXPECT_EQ(tracking_.keys(), 1249u);
  tracking_.end(stays);
  tracking_.end(reader);
  EXPECT_FALSE(tracking_.active());
  work();
  EXPECT_EQ(tracking_.keys(), 0u);
}

TEST_F(TrackingTest, ReadersOfAKeyMayEndInAnyOrder) {
  std::array<unsigned, 3> order = {0, 1, 2};
  do {
    std::array<Client*, 3> readers = {&tracking_client(), &tracking_client(), &tracking_client()};
    for (Client* reader : readers) read(*reader, {"k"});
    for (const unsigned nth : order) {
      tracking_.end(*readers[nth]);
      work();
    }
    ASSERT_EQ(tracking_.keys(), 0u);
    ASSERT_EQ(tracking_.readings(), 0u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(TrackingTest, ExpiryIsSeenWhileSomebodyTracks) {
  AllShards shards = keyspace_.lease_all();
  Database& db = shards.database(0);
  const auto set_due = [&](std::string_view name) {
    keyspace_.set_now_ms(1000);
    db.set_expiry(db.assign_string(keyspace_.hasher().key(name), "v"), 1500);
    keyspace_.set_now_ms(2000);
  };
  Client& reader = tracking_client();
  Client& broadcast = tracking_client({.broadcast = true, .no_loop = true});
  read(reader, {"k"});
  set_due("k");
  sent_.running = &broadcast;
  EXPECT_EQ(db.find(keyspace_.hasher().key("k")), nullptr);
  work();
  EXPECT_EQ(told(reader), "> *1 $1 k ");
  EXPECT_EQ(told(broadcast), "> *1 $1 k ") << "nobody's change";
  tracking_.end(broadcast);
  read(reader, {"k"});
  tracking_.end(reader);
  set_due("k");
  EXPECT_EQ(db.find(keyspace_.hasher().key("k")), nullptr);
  EXPECT_EQ(told(reader), "");
}

}  // namespace
}  // namespace baton
