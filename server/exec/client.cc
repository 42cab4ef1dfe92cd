#include "server/exec/client.h"

#include "server/exec/transaction.h"

namespace baton {

Client::Client(std::uint64_t id_, std::int64_t now_ms) : id(id_), created_ms(now_ms) {}

Client::~Client() = default;

}  // namespace baton
