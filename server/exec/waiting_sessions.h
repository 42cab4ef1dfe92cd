// WaitingSessions: sessions that the executor keeps for a reason, in the order in which they came; one of
// them can be taken out whatever its place.
//
// A client waits in one such list at most: Client::waits_at is its place there.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "queues/held.h"
#include "server/exec/client.h"
#include "server/io/session.h"

namespace baton {

class WaitingSessions {
 public:
  [[nodiscard]] bool empty() const noexcept { return sessions_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }

  void push(Held<Session> session) {
    session->client->waits_at = ++last_;
    sessions_.emplace(last_, std::move(session));
  }
  // Empty: the client waits for nothing here.
  [[nodiscard]] Held<Session> take(Client& client) {
    const auto it = sessions_.find(client.waits_at);
    if (it == sessions_.end() || it->second->client != &client) return {};
    client.waits_at = 0;
    Held<Session> session = std::move(it->second);
    sessions_.erase(it);
    return session;
  }
  // Hands all of them to f, oldest first.
  template <class F>
  void take_all(F&& f) {
    std::map<std::uint64_t, Held<Session>> all;
    all.swap(sessions_);
    for (auto& [place, session] : all) {
      session->client->waits_at = 0;
      f(std::move(session));
    }
  }

 private:
  std::map<std::uint64_t, Held<Session>> sessions_;
  std::uint64_t last_ = 0;
};

}  // namespace baton
