// Session: the command side of a client, the thing that is handed to and fro.
//
// At home, with the I/O thread, it receives parsed commands. Away, with the executor, it receives replies.
// Whoever does not hold it does not touch it (I1, I4). Apart from it stand the connection (socket side, the
// I/O thread's for ever) and the client (database, user, transaction: the executor's for ever); the session
// carries a pointer to each, and each side follows its own only.
#pragma once

#include <cstdint>

#include "queues/shared_stat.h"
#include "server/config/config.h"
#include "server/io/command_batch.h"
#include "server/io/parcel.h"
#include "server/platform/sync.h"
#include "server/resp/reply_buffer.h"

namespace baton {

class Client;      // executor's
class Connection;  // I/O thread's

// What the socket side of a client counts; written by its I/O thread, read by CLIENT LIST at any time.
enum class SocketStat : std::uint8_t {
  query_bytes,  // unparsed input held
  query_capacity,
  argument_bytes,  // of a command that is not whole yet
  output_bytes,    // waiting to be sent
  output_blocks,
  output_memory,
  net_in,
  net_out,
  reads,
  writes,
  last_active_ms,  // monotonic
  kCount
};
using SocketStats = SharedStat<SocketStat, ServerSync>;

// Why a session travels.
enum class Errand : std::uint8_t {
  adopt,     // to an I/O thread: a new connection, `fd` is yours
  commands,  // to the executor: run the batch; back: replies
  closed,    // to the executor: the connection is gone, forget the client
};

class Session final : public Parcel {
 public:
  Session(std::uint64_t id_, Client* client_) : Parcel(ParcelKind::session), id(id_), client(client_) {}

  const std::uint64_t id;
  Errand errand = Errand::adopt;
  CommandBatch batch;
  ReplyBuffer replies;
  std::uint32_t next_command = 0;  // of the batch: the executor's place when it had to stop in the middle

  // Said by the executor, obeyed by the I/O thread when the session is back.
  bool close_after_replies = false;
  bool authenticated = false;
  ClientClass output_class = ClientClass::normal;  // of client-output-buffer-limit
  bool may_idle = false;                           // it listens: timeout does not end it

  int fd = -1;  // with Errand::adopt
  bool from_unix_socket = false;
  Client* const client;
  Connection* connection = nullptr;
  SocketStats* stats = nullptr;  // the client's, outlives the connection
};

}  // namespace baton
