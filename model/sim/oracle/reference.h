// Reference: a sequential server in memory, to say what each request must be answered.
//
//   Reference reference;
//   std::vector<Reply> frames = reference.execute(connection, {"SET", "k", "v"}, now_ms);
//
// Independent  Nothing of the server is used: std::map for a table, std::strtold for numbers. It is slow and
// plain. Time         Given with every request. A key past its time is absent, but may still be counted by
// DBSIZE until a
//              server has noticed; so such counts are expected within bounds.
// Environment  What depends on it (INFO, SCAN, CLIENT LIST, ...) is expected as Reply::Kind::anything.
// Frames       A request has one, but for SUBSCRIBE and its kin (one a name) and for CLIENT REPLY (none).
// What is
//              pushed (messages, invalidations, lines of MONITOR) is no answer and is not told here.
// Errors       Their first word is what counts; the rest is for people.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/sim/oracle/reference_store.h"
#include "model/sim/oracle/reply.h"

namespace baton::sim {

struct RefClient {
  enum class Replies : std::uint8_t { on, off, skip_next, skip };
  // Its database and key, and whether it was there.
  struct Watched {
    std::size_t db;
    std::string key;
    bool present;
  };

  std::size_t db = 0;
  bool resp3 = false;
  std::string name;
  Replies replies = Replies::on;
  bool multi = false;
  bool refused = false;  // a command could not be queued
  bool touched = false;  // a watched key was changed
  bool may_be_gone = false;
  bool closing = false;  // QUIT was answered
  std::vector<Arguments> queue;
  std::vector<Watched> watched;
  RefNames channels, patterns, shard_channels;

  [[nodiscard]] bool subscribed() const {
    return !channels.empty() || !patterns.empty() || !shard_channels.empty();
  }
  [[nodiscard]] Reply null() const {
    return Reply::plain(resp3 ? Reply::Kind::null : Reply::Kind::null_bulk);
  }
  [[nodiscard]] Reply null_array() const {
    return Reply::plain(resp3 ? Reply::Kind::null : Reply::Kind::null_array);
  }
};

class Reference {
 public:
  struct Options {
    std::size_t databases = 16;
    std::int64_t tolerance_ms = 0;  // how much later than told the server may have executed
  };
  Reference() : Reference(Options{}) {}
  explicit Reference(Options options);

  std::vector<Reply> execute(std::uint64_t connection, const Arguments& args, std::int64_t now_ms);
  // Refused for a reason that is no matter of the data (out of memory): nothing was done or queued.
  void refuse(std::uint64_t connection);
  void closed(std::uint64_t connection);
  // It ends at some time: it may or may not be counted by PUBLISH.
  void may_close(std::uint64_t connection) { client(connection).may_be_gone = true; }

  // After QUIT nothing of this connection is executed any more.
  [[nodiscard]] bool is_closing(std::uint64_t connection) { return client(connection).closing; }
  RefClient& client(std::uint64_t connection) { return clients_[connection]; }
  [[nodiscard]] RefStore& store() noexcept { return store_; }
  [[nodiscard]] const std::map<std::uint64_t, RefClient>& clients() const noexcept { return clients_; }

 private:
  friend struct RefCall;
  std::vector<Reply> run(RefClient& client, const Arguments& args, std::int64_t now_ms);
  std::vector<Reply> run_one(RefClient& client, const Arguments& args, std::int64_t now_ms);
  std::vector<Reply> exec(RefClient& client, std::int64_t now_ms);
  void touch();

  Options options_;
  RefStore store_;
  std::map<std::uint64_t, RefClient> clients_;
};

// What a command of the reference is given.
struct RefCall {
  Reference& server;
  RefClient& client;
  const Arguments& args;  // args[0] is the name in lower case
  std::int64_t now_ms;
  std::int64_t tolerance_ms;

  [[nodiscard]] RefStore& store() const { return server.store(); }
  // The value of a key of the client's database; null: it is not there.
  [[nodiscard]] RefValue* find(const std::string& key) const { return store().find(client.db, key, now_ms); }
  void set(const std::string& key, std::string value, std::int64_t expires_ms = RefValue::kNever) const {
    store().set(client.db, key, std::move(value), expires_ms);
  }
  // The value of a key as it was, now another one: the expiry stays.
  void change(const std::string& key, std::string value) const {
    const RefValue* const held = find(key);
    set(key, std::move(value), held ? held->expires_ms : RefValue::kNever);
  }
};

using RefHandler = std::vector<Reply> (*)(RefCall&);
struct RefCommand {
  RefHandler run;
  int arity;  // with the name; negative: at least
};
using RefTable = std::map<std::string, RefCommand, std::less<>>;

void add_string_commands(RefTable& table);
void add_number_commands(RefTable& table);
void add_key_commands(RefTable& table);
void add_client_commands(RefTable& table);
void add_pubsub_commands(RefTable& table);
// Those whose replies depend on what the reference does not know.
void add_environment_commands(RefTable& table);

}  // namespace baton::sim
