#include "server/exec/io_crew.h"

#include <algorithm>
#include <map>
#include <utility>

#include "queues/check.h"
#include "server/io/settings_order.h"

namespace baton {

IoCrew::IoCrew(const Parts& parts, const IoLimits& limits)
    : parts_(parts),
      limits_(limits),
      stats_(std::make_unique<std::array<IoStats, kThreadsMax>>()),
      local_channel_(make_channel(Channel::Kind::local, nullptr, nullptr)),
      local_(std::make_unique<IoLoop>(
          IoLoop::Parts{parts.platform.sockets, parts.platform.clock, parts.log, parts.reactor,
                        *local_channel_, parts.resolver, (*stats_)[0]},
          limits)) {}

IoCrew::~IoCrew() {
  join();
  // Orders that nobody took: before a start that failed, or behind the order to stop.
  for (unsigned slot = 0; slot <= threads_.size(); ++slot) {
    ParcelChain left;
    channel(slot).reclaim_to_io(left);
    while (!left.empty()) const std::unique_ptr<Parcel> order(left.pop_front().release());
  }
}

Channel& IoCrew::channel(unsigned slot) noexcept {
  return slot == 0 ? *local_channel_ : threads_[slot - 1]->channel();
}

IoLoop& IoCrew::loop_at_rest(unsigned slot) noexcept {
  return slot == 0 ? *local_ : threads_[slot - 1]->loop_at_rest();
}

std::vector<PauseTarget<ServerSync>> IoCrew::pause_targets() {
  std::vector<PauseTarget<ServerSync>> targets;
  for (auto& thread : threads_) targets.push_back({&thread->gate(), &thread->bell()});
  return targets;
}

std::string IoCrew::resize(unsigned io_threads) {
  const auto before = static_cast<unsigned>(threads_.size());
  const unsigned after = io_threads - 1;
  if (before == after) return {};
  if (stopping_) return "the server is shutting down";  // its threads may have ended already
  std::string error;
  while (threads_.size() < after) {
    const auto number = static_cast<unsigned>(threads_.size()) + 1;
    auto thread = IoThread::start(
        {parts_.platform, parts_.log, parts_.resolver, (*stats_)[number], parts_.bell, parts_.handoff},
        limits_, number, error);
    if (!thread) break;
    threads_.push_back(std::move(thread));
  }
  const unsigned kept = error.empty() ? after : before;
  const auto move = [&] {
    // Slots whose connections leave: those of threads that end, and the executor's own when threads take
    // over.
    std::vector<unsigned> leaving;
    if (before == 0 && kept > 0) leaving.push_back(0);
    for (unsigned slot = kept + 1; slot <= threads_.size(); ++slot) leaving.push_back(slot);
    std::vector<IoLoop*> targets;
    for (unsigned slot = kept == 0 ? 0 : 1; slot <= kept; ++slot) targets.push_back(&loop_at_rest(slot));
    for (const unsigned slot : leaving) {
      move_from(slot, targets, static_cast<std::size_t>(-1));
      retire(slot);
    }
    if (before > 0 && kept > before) spread(before, kept);
    recount(leaving, kept);
  };
  at_rest(move);
  while (threads_.size() > kept) {
    threads_.back()->join();
    threads_.pop_back();
  }
  return error;
}

// All loops are at rest. What is on its way to the loop arrives before its connections leave, since it may be
// for them.
void IoCrew::move_from(unsigned slot, std::span<IoLoop* const> targets, std::size_t count) {
  ParcelChain on_its_way;
  channel(slot).reclaim_to_io(on_its_way);
  IoLoop& loop = loop_at_rest(slot);
  loop.take_at_rest(on_its_way);
  loop.move_to(targets, count);
}

// A loop without connections, at rest: what it sent is taken, and its thread will end.
void IoCrew::retire(unsigned slot) {
  ParcelChain sent;
  channel(slot).reclaim_to_executor(sent);
  while (!sent.empty()) {
    reclaimed_.push_back(sent.pop_front());
    ++reclaimed_count_;
  }
  if (slot == 0) return;
  const ChannelStats stats = threads_[slot - 1]->channel().stats_to_io();
  sent_by_retired_.posted += stats.posted;
  sent_by_retired_.rung += stats.rung;
  sent_by_retired_.elided += stats.elided;
  threads_[slot - 1]->retire();
}

// Threads `before` + 1 to `kept` are new: each older one gives them what is above an even share.
void IoCrew::spread(unsigned before, unsigned kept) {
  std::size_t clients = 0;
  for (unsigned slot = 1; slot <= before; ++slot) clients += loop_at_rest(slot).clients();
  const std::size_t share = (clients + kept - 1) / kept;
  std::vector<IoLoop*> targets;
  for (unsigned slot = before + 1; slot <= kept; ++slot) targets.push_back(&loop_at_rest(slot));
  for (unsigned slot = 1; slot <= before; ++slot) {
    const std::size_t here = loop_at_rest(slot).clients();
    if (here <= share) continue;
    move_from(slot, targets, here - share);
    // Whoever got the last one is the last to get the next.
    std::rotate(targets.begin(),
                targets.begin() + static_cast<std::ptrdiff_t>((here - share) % targets.size()),
                targets.end());
  }
}

// Connections changed loops, and all loops are at rest: each client's slot, and how many each slot has. A
// client that is closed already, and whose session is on its way here, is counted with the first loop until
// it is forgotten.
void IoCrew::recount(std::span<const unsigned> left, unsigned kept) {
  const unsigned first = kept == 0 ? 0 : 1;
  parts_.clients.for_each([&](Client& client) {
    if (std::find(left.begin(), left.end(), client.slot) != left.end()) client.slot = first;
  });
  for (unsigned slot = first; slot <= kept; ++slot)
    for (const std::uint64_t id : loop_at_rest(slot).client_ids())
      if (Client* client = parts_.clients.find(id)) client->slot = slot;
  assigned_.fill(0);
  parts_.clients.for_each([this](const Client& client) { ++assigned_[client.slot]; });
}

unsigned IoCrew::least_loaded() const noexcept {
  if (threads_.empty()) return 0;
  const auto first = assigned_.begin() + 1;
  return static_cast<unsigned>(std::min_element(first, first + static_cast<std::ptrdiff_t>(threads_.size())) -
                               assigned_.begin());
}

void IoCrew::post(unsigned slot, Held<Parcel> parcel) {
  parcel->posted_ns = static_cast<std::int64_t>(now_ns_);
  channel(slot).to_io(std::move(parcel));
}

void IoCrew::assign(Client& client, Held<Session> session) {
  client.slot = least_loaded();
  ++assigned_[client.slot];
  session->errand = Errand::adopt;
  post(client.slot, Held<Parcel>(session.release()));
}

void IoCrew::send_home(Client& client, Held<Session> session) {
  client.held = nullptr;
  post(client.slot, Held<Parcel>(session.release()));
}

void IoCrew::kill(Client& client, KillReason reason) {
  if (client.killed) return;
  client.killed = true;
  client.settle();
  post(client.slot, Held<Parcel>(new KillOrder(client.id, reason)));
}

void IoCrew::deliver(const std::vector<Client*>& clients, std::string_view bytes) {
  std::map<unsigned, Delivery*> by_slot;
  for (const Client* client : clients) {
    Delivery*& delivery = by_slot[client->slot];
    if (!delivery) {
      delivery = new Delivery();
      delivery->bytes = bytes;
    }
    delivery->client_ids.push_back(client->id);
  }
  for (auto& [slot, delivery] : by_slot) post(slot, Held<Parcel>(delivery));
}

void IoCrew::set_limits(const IoLimits& limits) {
  limits_ = limits;
  for (unsigned slot = 0; slot <= threads_.size(); ++slot)
    post(slot, Held<Parcel>(new SettingsOrder(limits)));
}

void IoCrew::forget(const Client& client) { --assigned_[client.slot]; }

std::size_t IoCrew::drain(std::size_t max_each, ParcelChain& out) {
  std::size_t taken = std::exchange(reclaimed_count_, 0);
  out.join(std::move(reclaimed_));
  const auto slots = static_cast<unsigned>(threads_.size()) + 1;
  for (unsigned i = 0; i < slots; ++i)
    taken += channel((next_drained_ + i) % slots).drain_from_io(max_each, out);
  next_drained_ = (next_drained_ + 1) % slots;
  return taken;
}

bool IoCrew::flush() {
  bool all = true;
  for (auto& thread : threads_) all = thread->channel().flush_to_io() && all;
  return all;
}

bool IoCrew::mail() {
  if (reclaimed_count_ != 0) return true;
  for (unsigned slot = 0; slot <= threads_.size(); ++slot)
    if (channel(slot).mail_from_io()) return true;
  return local_channel_->mail_from_executor();
}

ChannelStats IoCrew::sent() const {
  ChannelStats sum = sent_by_retired_;
  for (const auto& thread : threads_) {
    const ChannelStats stats = thread->channel().stats_to_io();
    sum.posted += stats.posted;
    sum.rung += stats.rung;
    sum.elided += stats.elided;
  }
  return sum;
}

void IoCrew::stop(std::int64_t by_ns) {
  stopping_ = true;
  for (unsigned slot = 0; slot <= threads_.size(); ++slot) post(slot, Held<Parcel>(new StopOrder(by_ns)));
}

void IoCrew::stop_now() { local_->close_all(); }

void IoCrew::join() {
  for (auto& thread : threads_) thread->join();
}

}  // namespace baton
