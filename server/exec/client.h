// Client: what the executor knows of one client: who it is, what it selected, queued, watches and subscribed
// to.
//
// Ownership   The executor's, from accept until the session came back with Errand::closed. I/O threads carry
// a pointer to it in
//             the session and never follow it. What the socket side counts is in `stats`, which they write.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "server/io/session.h"
#include "server/resp/reply_writer.h"

namespace baton {

struct CommandSpec;
struct Transaction;  // transaction.h
struct Tracker;      // tracking.h

struct CommandStats;

enum class ReplyMode : std::uint8_t { on, off, skip_next, skip };  // CLIENT REPLY

class Client {
 public:
  Client(std::uint64_t id, std::int64_t now_ms);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // --- identity
  const std::uint64_t id;
  const std::int64_t created_ms;  // monotonic
  std::string address;            // "127.0.0.1:5000"
  std::string local_address;
  std::string name;          // CLIENT SETNAME
  std::string library_name;  // CLIENT SETINFO
  std::string library_version;
  int fd = -1;  // for CLIENT LIST only; the socket is the connection's
  bool from_unix_socket = false;
  // Connected from this machine, as enable-debug-command and enable-protected-configs mean it.
  [[nodiscard]] bool is_local() const noexcept;

  // --- where it is
  unsigned slot = 0;        // I/O loop that has its connection
  Session* held = nullptr;  // its session while the executor holds it; null: at home or on its way

  // --- state that commands change
  unsigned db = 0;
  Protocol protocol = Protocol::resp2;
  bool authenticated = false;
  bool no_evict = false;
  bool no_touch = false;
  bool monitor = false;
  ReplyMode reply_mode = ReplyMode::on;
  bool close_after_reply = false;
  bool killed = false;                             // commands that are still queued are dropped
  std::uint64_t killed_by = 0;                     // the client that waits for the end of this one; 0: none
  std::uint64_t waits_at = 0;                      // WaitingSessions' own
  std::size_t victims_left = 0;                    // that it killed and whose connections have not ended
  std::unique_ptr<Transaction> transaction;        // MULTI and WATCH; null: neither
  std::unordered_set<std::string> channels;        // SUBSCRIBE
  std::unordered_set<std::string> patterns;        // PSUBSCRIBE
  std::unordered_set<std::string> shard_channels;  // SSUBSCRIBE
  Tracker* tracker = nullptr;                      // CLIENT TRACKING; null: off
  std::size_t redirected_here = 0;                 // clients whose invalidations this one gets

  // --- counts
  const CommandSpec* last_command = nullptr;
  const CommandSpec* last_container = nullptr;  // "client" of CLIENT LIST
  std::uint64_t commands = 0;
  std::unique_ptr<SocketStats> stats = std::make_unique<SocketStats>();

  [[nodiscard]] std::size_t subscriptions() const noexcept {
    return channels.size() + patterns.size() + shard_channels.size();
  }
  // Nothing stands between this client and a plain data command.
  [[nodiscard]] bool plain() const noexcept { return plain_; }
  // Call after a change of what plain() depends on.
  void settle() noexcept {
    plain_ = authenticated && !transaction && !killed && !monitor && reply_mode == ReplyMode::on &&
             subscriptions() == 0 && !close_after_reply && !tracker && redirected_here == 0;
  }

 private:
  bool plain_ = false;
};

}  // namespace baton
