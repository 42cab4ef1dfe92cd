// Channel: the two ways between the executor and one I/O loop.
//
// With its own thread the I/O loop is reached through mailboxes (queues/mailbox.h) over rings or mutex lists,
// as io-threads-handoff says; in the executor's own thread through plain lists: no atomics are paid.
//
// I3   Either way keeps the order of posting.
// H20  Nobody waits for room: what does not fit stays in the poster's outbox, and the poster does not sleep
// on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "queues/doorbell.h"
#include "server/io/parcel.h"
#include "server/platform/sync.h"

namespace baton {

using Bell = Doorbell<ServerSync>;

struct ChannelStats {
  std::uint64_t posted = 0;
  std::uint64_t rung = 0;
  std::uint64_t elided = 0;
};

class Channel {
 public:
  enum class Kind : std::uint8_t { local, ring, mutex };

  virtual ~Channel() = default;

  // Executor's end.
  virtual void to_io(Held<Parcel> parcel) = 0;
  virtual bool flush_to_io() = 0;  // false: something did not fit, flush again before you sleep
  virtual std::size_t drain_from_io(std::size_t max, ParcelChain& out) = 0;
  [[nodiscard]] virtual bool mail_from_io() = 0;
  [[nodiscard]] virtual ChannelStats stats_to_io() const = 0;

  // I/O loop's end.
  virtual void to_executor(Held<Parcel> parcel) = 0;
  virtual bool flush_to_executor() = 0;
  virtual std::size_t drain_from_executor(std::size_t max, ParcelChain& out) = 0;
  [[nodiscard]] virtual bool mail_from_executor() = 0;
  [[nodiscard]] virtual ChannelStats stats_to_executor() const = 0;

  // For whoever holds both ends at rest: everything on its way, outboxes included, in order.
  virtual void reclaim_to_io(ParcelChain& out) = 0;
  virtual void reclaim_to_executor(ParcelChain& out) = 0;
};

// The bells are those of the consumers; for a local channel they are not used and may be null.
[[nodiscard]] std::unique_ptr<Channel> make_channel(Channel::Kind kind, Bell* executor_bell, Bell* io_bell);

}  // namespace baton
