#include "server/exec/client.h"

#include "server/exec/transaction.h"

namespace baton {

Client::Client(std::uint64_t id_, std::int64_t now_ms) : id(id_), created_ms(now_ms) {}

Client::~Client() = default;

bool Client::is_local() const noexcept {
  return from_unix_socket || address.starts_with("127.") || address.starts_with("[::1]");
}

}  // namespace baton
