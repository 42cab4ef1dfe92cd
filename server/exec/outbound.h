// Outbound: the way to clients other than by the reply to their command.
#pragma once

#include <string_view>
#include <vector>

namespace baton {

class Client;

class Outbound {
 public:
  // Appends `bytes` to what each client receives, in the order of calls. What the client whose command runs
  // gets this way follows the reply to that command.
  virtual void send(const std::vector<Client*>& clients, std::string_view bytes) = 0;
  // The client whose command runs, when that is of interest to somebody; null: nobody's, or that of a client
  // that is plain().
  [[nodiscard]] virtual const Client* current() const noexcept = 0;

 protected:
  ~Outbound() = default;
};

}  // namespace baton
