// FakeServer: a server small enough to be trusted, that can be told to misbehave.
//
// It knows the commands that conversations ask and keeps everything in one map. Tests use it to show that the
// load generator has nothing to say about a right server, and finds each thing a wrong one may do.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace baton {

struct FakeStore {
  std::map<std::string, std::string> values;  // "<database>/<key>"
  std::map<std::string, int> versions;        // of the same keys: WATCH compares them
};

// One client's side of the server: bytes in, replies out, one string each.
class FakeSession {
 public:
  explicit FakeSession(FakeStore& store) : store_(store) {}

  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

  [[nodiscard]] bool subscribed() const { return !pattern_.empty(); }
  [[nodiscard]] bool has_quit() const { return quit_; }
  // The message as this session would hear it.
  [[nodiscard]] std::string message(const std::string& channel, const std::string& payload) const;
  // Messages published since the last call: channel, payload.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> take_published();

 private:
  using Words = std::vector<std::string>;
  std::string answer(const Words& words);
  std::string transaction(const Words& words);
  std::string execute(const Words& words);
  std::string on_strings(const Words& words);
  std::string connection_command(const Words& words);
  std::string address(const std::string& key) const { return std::to_string(database_) + "/" + key; }
  void set(const std::string& key, std::string value);
  std::string get(const std::string& key) const;

  FakeStore& store_;
  std::string unread_;
  bool resp3_ = false;
  bool skip_ = false;
  bool quit_ = false;
  int database_ = 0;
  std::string pattern_;
  bool in_transaction_ = false;
  bool refused_in_transaction_ = false;
  std::vector<Words> queued_;
  std::map<std::string, int> watched_;
  std::vector<std::pair<std::string, std::string>> published_;
};

enum class Sin : std::uint8_t {
  kNone,
  kLosesReply,
  kDoublesReply,
  kSwapsReplies,
  kAnswersAnother,
  kClosesEarly,
  kStalls,
  kForgetsAtHalfClose,  // a client that stops sending gets no more replies
  kLosesMessage,
  kRepeatsCounter,
};

// The same over a loopback socket, for one thread; it stops when it is destroyed.
class FakeServer {
 public:
  explicit FakeServer(Sin sin);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  [[nodiscard]] int port() const { return port_; }

 private:
  struct Client {
    std::unique_ptr<FakeSession> session;
    std::string out;
    bool ended = false;  // it sends no more
  };

  void run();
  bool hear(int fd, Client& client);
  bool reply(int fd, Client& client);
  void sin_on(std::vector<std::string>& replies, Client& client);
  void deliver(FakeSession& publisher);

  Sin sin_;
  int listener_;
  int wake_[2];
  int port_ = 0;
  std::uint64_t replies_ = 0;
  std::uint64_t messages_ = 0;
  FakeStore store_;
  std::map<int, Client> clients_;
  std::thread thread_;
};

}  // namespace baton
