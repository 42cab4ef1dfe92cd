// Outbox: what clients are sent beside the replies to their commands, and the bound on what waits for them.
//
// A client whose session the executor holds gets it with its replies, in the order of things; every other
// client by a message to the I/O loop that has its connection. What the client whose command runs is sent
// waits until that command's reply is whole.
//
// Ownership   The executor's.
// I12         Output held in a session counts towards the client's hard limit like what waits for its socket.
//             Soft limits are for the I/O thread, which has a clock for them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/exec/outbound.h"
#include "server/exec/services.h"
#include "server/io/session.h"

namespace baton {

class Outbox final : public Outbound {
 public:
  // `killed` hears of clients that passed their limit: their sessions have nothing to wait for any more.
  Outbox(Services& services, std::function<void(Client&)> killed)
      : services_(services), killed_(std::move(killed)) {}

  // Around a command; its reply is whole, and shortened as CLIENT REPLY wants, when it ends.
  void begin(Client& client) noexcept { current_ = &client; }
  void end(Session& session) {
    current_ = nullptr;
    if (!for_current_.empty()) session.replies.append(std::exchange(for_current_, {}));
  }
  // The client whose command runs is not shown what has been sent to it since.
  void drop_for(const Client& client) {
    if (&client == current_) for_current_.clear();
  }

  [[nodiscard]] Client* current() const noexcept override { return current_; }
  void send(const std::vector<Client*>& clients, std::string_view bytes) override;

  // Call when replies were added to a session.
  void hold_to_limit(const Session& session) {
    if (session.replies.size() > kLongReplies) hold_long_to_limit(session);
  }

 private:
  // Replies of less are not worth a look at the limits.
  static constexpr std::size_t kLongReplies = 16 * 1024;

  void hold_long_to_limit(const Session& session);

  Services& services_;
  std::function<void(Client&)> killed_;
  Client* current_ = nullptr;
  std::string for_current_;
};

}  // namespace baton
