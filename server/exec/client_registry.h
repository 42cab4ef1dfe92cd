// ClientRegistry: all clients of the server, by id.
//
// Ownership   The executor's. A client is added when its socket is accepted and removed when its session came
// back closed (I11:
//             both are counted).
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "server/exec/client.h"

namespace baton {

class ClientRegistry {
 public:
  Client& add(std::int64_t now_ms) {
    const std::uint64_t id = ++last_id_;
    ++added_;
    return *clients_.emplace(id, std::make_unique<Client>(id, now_ms)).first->second;
  }
  void remove(Client& client) {
    ++removed_;
    clients_.erase(client.id);
  }
  [[nodiscard]] Client* find(std::uint64_t id) const {
    auto it = clients_.find(id);
    return it == clients_.end() ? nullptr : it->second.get();
  }
  [[nodiscard]] std::size_t size() const noexcept { return clients_.size(); }
  [[nodiscard]] std::uint64_t added() const noexcept { return added_; }
  [[nodiscard]] std::uint64_t removed() const noexcept { return removed_; }

  // In order of id. f must not add or remove clients.
  template <class F>
  void for_each(F&& f) const {
    for (const auto& [id, client] : clients_) f(*client);
  }

 private:
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::uint64_t last_id_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t removed_ = 0;
};

}  // namespace baton
