#include "server/exec/pubsub.h"

#include <array>
#include <utility>

#include "server/config/glob.h"

namespace baton {

namespace {

std::unordered_set<std::string>& names_of(Client& client, PubSub::Kind kind) {
  if (kind == PubSub::Kind::channel) return client.channels;
  return kind == PubSub::Kind::pattern ? client.patterns : client.shard_channels;
}

}  // namespace

PubSub::Index& PubSub::index(Kind kind) noexcept {
  if (kind == Kind::channel) return channels_;
  return kind == Kind::pattern ? patterns_ : shard_channels_;
}

bool PubSub::subscribe(Client& client, Kind kind, std::string_view name) {
  if (!names_of(client, kind).emplace(name).second) return false;
  index(kind)[std::string(name)].push_back(&client);
  client.settle();
  return true;
}

bool PubSub::unsubscribe(Client& client, Kind kind, std::string_view name_view) {
  const std::string name(name_view);
  if (names_of(client, kind).erase(name) == 0) return false;
  Index& names = index(kind);
  auto it = names.find(name);
  std::erase(it->second, &client);
  if (it->second.empty()) names.erase(it);
  client.settle();
  return true;
}

void PubSub::forget(Client& client) {
  for (const Kind kind : {Kind::channel, Kind::pattern, Kind::shard_channel}) {
    const auto names = names_of(client, kind);
    for (const std::string& name : names) unsubscribe(client, kind, name);
  }
}

void PubSub::send_message(const std::vector<Client*>& clients, std::string_view kind,
                          std::string_view pattern, std::string_view channel, std::string_view message) {
  std::array<std::vector<Client*>, 2> by_protocol;
  for (Client* client : clients) by_protocol[client->protocol == Protocol::resp3 ? 1 : 0].push_back(client);
  for (const Protocol protocol : {Protocol::resp2, Protocol::resp3}) {
    const auto& group = by_protocol[protocol == Protocol::resp3 ? 1 : 0];
    if (group.empty()) continue;
    std::string bytes;
    const auto bulk = [&bytes](std::string_view text) {
      bytes += '$';
      bytes += std::to_string(text.size());
      bytes += "\r\n";
      bytes += text;
      bytes += "\r\n";
    };
    bytes += protocol == Protocol::resp3 ? '>' : '*';
    bytes += pattern.data() ? "4\r\n" : "3\r\n";
    bulk(kind);
    if (pattern.data()) bulk(pattern);
    bulk(channel);
    bulk(message);
    outbound_.send(group, bytes);
  }
}

std::size_t PubSub::publish(std::string_view channel, std::string_view message) {
  std::size_t receivers = 0;
  if (auto it = channels_.find(std::string(channel)); it != channels_.end()) {
    send_message(it->second, "message", {}, channel, message);
    receivers += it->second.size();
  }
  for (const auto& [pattern, clients] : patterns_) {
    if (!glob_match(pattern, channel)) continue;
    send_message(clients, "pmessage", pattern, channel, message);
    receivers += clients.size();
  }
  return receivers;
}

std::size_t PubSub::publish_shard(std::string_view channel, std::string_view message) {
  auto it = shard_channels_.find(std::string(channel));
  if (it == shard_channels_.end()) return 0;
  send_message(it->second, "smessage", {}, channel, message);
  return it->second.size();
}

std::vector<std::string_view> PubSub::channels(Kind kind, std::string_view pattern) const {
  std::vector<std::string_view> names;
  for (const auto& [name, clients] : index(kind))
    if (pattern.empty() || glob_match(pattern, name)) names.push_back(name);
  return names;
}

std::size_t PubSub::subscribers(Kind kind, std::string_view name) const {
  auto it = index(kind).find(std::string(name));
  return it == index(kind).end() ? 0 : it->second.size();
}

}  // namespace baton
