// ControlClient: one blocking connection, for the commands that harnesses give beside the load.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

class ControlClient {
 public:
  ControlClient() = default;
  ~ControlClient();
  ControlClient(ControlClient&& other) noexcept;
  ControlClient& operator=(ControlClient&& other) noexcept;

  // False if nobody listens.
  [[nodiscard]] bool connect(const std::string& host, int port, int timeout_seconds = 30);
  [[nodiscard]] bool connected() const { return fd_ >= 0; }

  // The bytes of the reply; nothing if the connection ended or the time is over. Closes then.
  std::optional<std::string> ask(const std::vector<std::string>& words);
  // The same without waiting for a reply, and the next reply or message.
  [[nodiscard]] bool send(std::string_view bytes);
  std::optional<std::string> next_reply();
  void close();

 private:
  int fd_ = -1;
  std::string unread_;
};

// The text of a bulk string, of a verbatim string or of one line.
[[nodiscard]] std::string reply_text(std::string_view reply);
// `field:` of an INFO text; empty if it has none.
[[nodiscard]] std::string info_field(std::string_view info, std::string_view field);

}  // namespace baton
