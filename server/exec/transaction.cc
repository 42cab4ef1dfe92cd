#include "server/exec/transaction.h"

#include <algorithm>
#include <cstring>

#include "server/exec/client.h"

namespace baton {

void Transaction::enqueue(const CommandSpec& spec, const CommandSpec* container,
                          std::span<const std::string_view> args, std::span<const std::uint64_t> hashes) {
  QueuedCommand queued{&spec, container, {}, {hashes.begin(), hashes.end()}, nullptr};
  std::size_t bytes = 0;
  for (const std::string_view argument : args) bytes += argument.size();
  queued.text = std::make_unique_for_overwrite<char[]>(bytes);
  char* at = queued.text.get();
  for (const std::string_view argument : args) {
    if (!argument.empty()) std::memcpy(at, argument.data(), argument.size());
    queued.arguments.emplace_back(at, argument.size());
    at += argument.size();
  }
  queued_bytes += bytes;
  queue.push_back(std::move(queued));
}

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
