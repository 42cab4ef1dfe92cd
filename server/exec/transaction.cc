#include "server/exec/transaction.h"

#include <algorithm>

#include "server/exec/client.h"

namespace baton {

bool WatchIndex::watch(Client& client, unsigned db, const Key& key, bool absent) {
  std::vector<Client*>& clients = keys_[{db, std::string(key.text)}];
  if (std::find(clients.begin(), clients.end(), &client) != clients.end()) return false;
  clients.push_back(&client);
  client.transaction->watched.push_back({db, std::string(key.text), key.hash, absent});
  return true;
}

void WatchIndex::unwatch_all(Client& client) {
  if (!client.transaction) return;
  for (const WatchedKey& watched : client.transaction->watched) {
    auto it = keys_.find({watched.db, watched.key});
    if (it == keys_.end()) continue;
    std::erase(it->second, &client);
    if (it->second.empty()) keys_.erase(it);
  }
  client.transaction->watched.clear();
}

void WatchIndex::touch(unsigned db, std::string_view key) {
  if (keys_.empty()) return;
  if (auto it = keys_.find({db, std::string(key)}); it != keys_.end()) invalidate(it->second);
}

void WatchIndex::invalidate(const std::vector<Client*>& clients) {
  for (Client* client : clients) client->transaction->invalidated = true;
}

}  // namespace baton
