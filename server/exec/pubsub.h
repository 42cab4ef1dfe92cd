// PubSub: who listens to which channel and pattern.
//
// Ownership   The executor's. Messages reach clients by Outbound: appended to the reply of a client whose
// session the executor
//             holds, else sent as a message to its I/O loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/exec/client.h"
#include "server/exec/outbound.h"

namespace baton {

class PubSub {
 public:
  enum class Kind : std::uint8_t { channel, pattern, shard_channel };

  explicit PubSub(Outbound& outbound) : outbound_(outbound) {}

  // False: subscribed already (or, for unsubscribe, it was not).
  bool subscribe(Client& client, Kind kind, std::string_view name);
  bool unsubscribe(Client& client, Kind kind, std::string_view name);
  void forget(Client& client);

  // Returns how many clients received it; a client counts once for each channel and pattern that matched.
  std::size_t publish(std::string_view channel, std::string_view message);
  std::size_t publish_shard(std::string_view channel, std::string_view message);

  [[nodiscard]] std::vector<std::string_view> channels(Kind kind,
                                                       std::string_view pattern) const;  // empty: all
  [[nodiscard]] std::size_t subscribers(Kind kind, std::string_view name) const;
  [[nodiscard]] std::size_t patterns() const noexcept { return patterns_.size(); }
  [[nodiscard]] std::size_t channel_count() const noexcept { return channels_.size(); }
  [[nodiscard]] std::size_t shard_channel_count() const noexcept { return shard_channels_.size(); }

 private:
  using Index = std::unordered_map<std::string, std::vector<Client*>>;
  [[nodiscard]] Index& index(Kind kind) noexcept;
  [[nodiscard]] const Index& index(Kind kind) const noexcept {
    return const_cast<PubSub*>(this)->index(kind);
  }
  void send_message(const std::vector<Client*>& clients, std::string_view kind, std::string_view pattern,
                    std::string_view channel, std::string_view message);

  Outbound& outbound_;
  Index channels_;
  Index patterns_;
  Index shard_channels_;
};

}  // namespace baton
