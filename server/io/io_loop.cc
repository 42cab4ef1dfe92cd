#include "server/io/io_loop.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "queues/check.h"
#include "server/io/settings_order.h"

namespace baton {

namespace {

constexpr std::int64_t kTickMs = 1000;

Session& as_session(Parcel& parcel) { return static_cast<Session&>(parcel); }

}  // namespace

IoLoop::IoLoop(const Parts& parts, const IoLimits& limits) : parts_(parts), limits_(limits) {}

IoLoop::~IoLoop() { check(connections_.empty(), "io loop: destroyed with connections"); }

// --- from the executor ---

std::size_t IoLoop::take_mail(std::size_t max) {
  ParcelChain mail;
  const std::size_t n = parts_.channel.drain_from_executor(max, mail);
  if (n == 0) return 0;
  std::int64_t waited_sum = 0;
  std::int64_t waited_max = static_cast<std::int64_t>(stats().get(IoStat::handoff_ns_max));
  while (!mail.empty()) {
    Held<Parcel> parcel = mail.pop_front();
    const std::int64_t waited = std::max<std::int64_t>(0, now_ns_ - parcel->posted_ns);
    waited_sum += waited;
    waited_max = std::max(waited_max, waited);
    take(std::move(parcel));
  }
  stats().add(IoStat::handoffs_in, n);
  stats().add(IoStat::handoff_ns, static_cast<std::uint64_t>(waited_sum));
  stats().set(IoStat::handoff_ns_max, static_cast<std::uint64_t>(waited_max));
  return n;
}

void IoLoop::take(Held<Parcel> parcel) {
  if (parcel->kind() == ParcelKind::session) {
    Held<Session> session(&as_session(*parcel.release()));
    if (session->errand == Errand::adopt) return adopt(std::move(session));
    Connection& connection = *session->connection;
    check(connection.belongs_to(*this), "io loop: a session came to a loop that has not its connection");
    return connection.come_home(std::move(session));
  }
  const std::unique_ptr<Parcel> message(parcel.release());
  switch (message->kind()) {
    case ParcelKind::session:
      break;
    case ParcelKind::kill:
      kill(static_cast<KillOrder&>(*message));
      break;
    case ParcelKind::delivery:
      deliver(static_cast<Delivery&>(*message));
      break;
    case ParcelKind::settings:
      set_limits(static_cast<SettingsOrder&>(*message).limits);
      break;
    case ParcelKind::stop:
      stopping_ = true;
      stop_by_ns_ = static_cast<StopOrder&>(*message).by_ns;
      for (auto& [id, connection] : connections_) connection->wind_down();
      break;
  }
}

void IoLoop::kill(const KillOrder& order) {
  auto it = connections_.find(order.client_id);
  if (it == connections_.end()) return;
  if (order.reason == KillReason::output_limit) stats().add(IoStat::output_limit_closed, 1);
  if (order.reason == KillReason::query_limit) stats().add(IoStat::query_limit_closed, 1);
  it->second->close();
}

void IoLoop::adopt(Held<Session> session) {
  auto connection = std::make_unique<Connection>(*this, std::move(session));
  Connection& added = *connection;
  connections_.emplace(added.id(), std::move(connection));
  stats().set(IoStat::clients, connections_.size());
  if (added.open() < 0)
    added.close();
  else if (stopping_)
    added.wind_down();
}

void IoLoop::deliver(const Delivery& delivery) {
  for (const std::uint64_t id : delivery.client_ids)
    if (auto it = connections_.find(id); it != connections_.end()) it->second->deliver(delivery.bytes);
}

void IoLoop::set_limits(const IoLimits& limits) {
  limits_ = limits;
  limits_changed_ = true;
  for (auto& [id, connection] : connections_) connection->apply_limits();
}

// --- to the executor ---

void IoLoop::post(Held<Session> session, Errand errand) {
  session->errand = errand;
  session->posted_ns = now_ns_;
  parts_.channel.to_executor(Held<Parcel>(session.release()));
}

void IoLoop::schedule_flush(Connection& connection) {
  if (connection.flush_scheduled) return;
  connection.flush_scheduled = true;
  flush_list_.push_back(&connection);
}

void IoLoop::schedule_next_turn(Connection& connection) {
  if (connection.flush_scheduled) return;
  connection.flush_scheduled = true;
  next_turn_.push_back(&connection);
}

bool IoLoop::flush() {
  flush_list_.insert(flush_list_.end(), next_turn_.begin(), next_turn_.end());
  next_turn_.clear();
  // A connection that finds its end of stream here is scheduled once more, to send the rest and close.
  while (!flush_list_.empty()) {
    flushing_.swap(flush_list_);
    for (Connection* connection : flushing_) {
      connection->flush_scheduled = false;
      connection->flush_and_continue();
    }
    flushing_.clear();
  }
  // One that was closed after it had sent its share is deleted below.
  std::erase_if(next_turn_, [](const Connection* connection) { return connection->closed(); });
  buried_.clear();
  const bool all = parts_.channel.flush_to_executor();
  const ChannelStats sent = parts_.channel.stats_to_executor();
  stats().set(IoStat::posted, sent.posted);
  stats().set(IoStat::rung, sent.rung);
  stats().set(IoStat::elided, sent.elided);
  return all;
}

void IoLoop::bury(Connection& connection) {
  auto it = connections_.find(connection.id());
  check(it != connections_.end(), "io loop: an unknown connection is buried");
  Held<Session> session = connection.part_from_session();
  session->connection = nullptr;
  post(std::move(session), Errand::closed);
  buried_.push_back(std::move(it->second));
  connections_.erase(it);
  stats().set(IoStat::clients, connections_.size());
}

void IoLoop::close_all() {
  std::vector<Connection*> open;
  for (auto& [id, connection] : connections_) open.push_back(connection.get());
  for (Connection* connection : open) connection->close();
}

// --- time ---

int IoLoop::tick_timeout_ms() const noexcept {
  if (connections_.empty()) return -1;
  if (limits_changed_) return 0;
  if (limits_.timeout_seconds == 0 && above_soft_limit_ == 0) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(next_tick_ms_ - now_ms(), 0, kTickMs));
}

int IoLoop::stop_timeout_ms() const noexcept {
  if (!stopping_ || stop_is_due()) return -1;
  constexpr std::int64_t kNsPerMs = 1'000'000;
  const std::int64_t left_ms = (stop_by_ns_ - now_ns_ + kNsPerMs - 1) / kNsPerMs;
  return static_cast<int>(std::min<std::int64_t>(left_ms, std::numeric_limits<int>::max()));
}

void IoLoop::tick_if_due() {
  if (tick_timeout_ms() != 0) return;
  limits_changed_ = false;
  next_tick_ms_ = now_ms() + kTickMs;
  std::vector<Connection*> all;
  all.reserve(connections_.size());
  for (auto& [id, connection] : connections_) all.push_back(connection.get());
  for (Connection* connection : all) connection->tick(now_ms());
}

// --- at rest ---

std::vector<std::uint64_t> IoLoop::client_ids() const {
  std::vector<std::uint64_t> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  return ids;
}

void IoLoop::take_at_rest(ParcelChain& parcels) {
  while (!parcels.empty()) take(parcels.pop_front());
}

void IoLoop::move_to(std::span<IoLoop* const> targets, std::size_t count) {
  std::size_t next = 0;
  for (auto it = connections_.begin(); it != connections_.end() && next < count;) {
    IoLoop& target = *targets[next++ % targets.size()];
    Connection& moved = *it->second;
    target.connections_.insert(connections_.extract(it++));
    if (moved.move_to(target) < 0) moved.close();
  }
  for (auto* list : {&flush_list_, &next_turn_})
    std::erase_if(*list, [this](const Connection* connection) { return !connection->belongs_to(*this); });
  for (IoLoop* target : targets) target->stats().set(IoStat::clients, target->connections_.size());
  stats().set(IoStat::clients, connections_.size());
}

}  // namespace baton
