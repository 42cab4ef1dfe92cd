#include "server/exec/outbox.h"

#include "server/config/settings.h"
#include "server/exec/client.h"
#include "server/exec/io_crew.h"
#include "server/platform/log.h"

namespace baton {

void Outbox::send(const std::vector<Client*>& clients, std::string_view bytes) {
  std::vector<Client*> elsewhere;
  for (Client* client : clients) {
    if (client == current_) {
      for_current_ += bytes;
    } else if (client->close_after_reply) {
      continue;  // it has had its last reply: nothing follows that
    } else if (client->held) {
      client->held->replies.append(bytes);
      hold_to_limit(*client->held);
    } else {
      elsewhere.push_back(client);
    }
  }
  if (!elsewhere.empty()) services_.crew.deliver(elsewhere, bytes);
}

void Outbox::hold_long_to_limit(const Session& session) {
  Client& client = *session.client;
  const ClientClass which = client.subscriptions() != 0 ? ClientClass::pubsub : ClientClass::normal;
  const std::uint64_t hard_bytes = services_.settings.values().clients.output_limit(which).hard_bytes;
  if (hard_bytes == 0 || client.killed) return;
  const std::uint64_t waiting = session.replies.size() + client.stats->get(SocketStat::output_memory);
  if (waiting <= hard_bytes) return;
  services_.log.warning("Closing client id={} for overcoming of output buffer limits ({} bytes waiting)",
                        client.id, waiting);
  services_.crew.kill(client, KillReason::output_limit);
  killed_(client);
}

}  // namespace baton
