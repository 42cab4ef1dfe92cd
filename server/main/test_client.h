// TestClient: one connection to a server under test.
//
//   TestClient client = server.client();
//   EXPECT_EQ(client.ask("SET key value"), "OK");            // words end at spaces
//   EXPECT_EQ(client.ask({"SET", "key", "two words"}), "OK");
//   client.send("PING\r\n");                                  // any bytes
//   EXPECT_EQ(client.next(), "PONG");
//
// Every wait ends after kPatienceMs at the latest; what did not come in time reads "(nothing)", the end of
// the connection reads "(closed)".
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "server/main/test_reply.h"

namespace baton {

using Words = std::vector<std::string>;

[[nodiscard]] Words split_words(std::string_view line);
// A command as clients send it.
[[nodiscard]] std::string request(const Words& words);

class TestClient {
 public:
  static constexpr int kPatienceMs = 20'000;

  explicit TestClient(int fd) : fd_(fd) {}
  TestClient(TestClient&& other) noexcept;
  TestClient& operator=(TestClient&& other) noexcept;
  ~TestClient();

  // False: the server does not take it (closed or not reading).
  bool send(std::string_view bytes);
  void post(std::string_view line) { send(request(split_words(line))); }
  [[nodiscard]] std::string next() { return next_reply().str(); }
  [[nodiscard]] TestReply next_reply();
  [[nodiscard]] std::string ask(std::string_view line) { return ask(split_words(line)); }
  [[nodiscard]] std::string ask(std::initializer_list<std::string> words) { return ask(Words(words)); }
  [[nodiscard]] std::string ask(const Words& words);
  // The text of a bulk or verbatim reply.
  [[nodiscard]] std::string text_of(std::string_view line);
  // Another reply has come or is on its way within `ms`.
  [[nodiscard]] bool has_reply(int ms = 0);
  // The end of the connection has arrived.
  [[nodiscard]] bool has_ended();
  void half_close();
  // Ends it as a peer does that crashed: unsent and unread bytes are lost, and the server is sent a reset.
  void abort();
  [[nodiscard]] bool closed_by_server() { return next() == "(closed)"; }
  [[nodiscard]] std::string local_address() const;
  [[nodiscard]] std::string peer_address() const;

 private:
  // False: the end, or nothing within `ms`.
  bool receive(int ms);

  int fd_ = -1;
  bool ended_ = false;
  std::string received_;
  std::size_t read_ = 0;  // of received_
};

}  // namespace baton
