// Parcel: whatever crosses between the executor and an I/O thread.
//
// There are two sorts: a session, which goes to and fro for as long as its client lives, and a message, which
// goes one way and is deleted by its receiver. Both are held in a Held<Parcel> wherever they are, and linked
// intrusively while they are in a queue.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "queues/chain.h"
#include "queues/held.h"
#include "server/platform/sync.h"

namespace baton {

enum class ParcelKind : std::uint8_t { session, kill, delivery, settings, stop };

class Parcel : public ChainLink<Parcel, ServerSync> {
 public:
  virtual ~Parcel() = default;
  [[nodiscard]] ParcelKind kind() const noexcept { return kind_; }

  std::int64_t posted_ns = 0;  // monotonic, set where it is posted: hand-off latency

 protected:
  explicit Parcel(ParcelKind kind) : kind_(kind) {}

 private:
  const ParcelKind kind_;
};

using ParcelChain = Chain<Parcel, ServerSync>;

enum class KillReason : std::uint8_t { asked, output_limit, query_limit };

// Executor to I/O thread: close this connection now, whatever it has to send.
struct KillOrder final : Parcel {
  explicit KillOrder(std::uint64_t id, KillReason reason_ = KillReason::asked)
      : Parcel(ParcelKind::kill), client_id(id), reason(reason_) {}
  std::uint64_t client_id;
  KillReason reason;
};

// Executor to I/O thread: append these bytes to the output of these clients (published messages, MONITOR
// lines).
struct Delivery final : Parcel {
  Delivery() : Parcel(ParcelKind::delivery) {}
  std::vector<std::uint64_t> client_ids;
  std::string bytes;
};

// Executor to I/O thread: send what is queued, close every connection, and end. Whoever has not read its
// replies at `by_ns` (monotonic) is closed all the same.
struct StopOrder final : Parcel {
  explicit StopOrder(std::int64_t by_ns_) : Parcel(ParcelKind::stop), by_ns(by_ns_) {}
  std::int64_t by_ns;
};

}  // namespace baton
