#include "server/io/channel.h"

#include <limits>
#include <utility>

#include "queues/check.h"
#include "queues/mailbox.h"

namespace baton {

namespace {

// Both ends in one thread: two plain lists.
class LocalChannel final : public Channel {
 public:
  void to_io(Held<Parcel> parcel) override {
    ++to_io_count_;
    to_io_.push_back(std::move(parcel));
  }
  bool flush_to_io() override { return true; }
  std::size_t drain_from_io(std::size_t, ParcelChain& out) override {
    return take_all(to_executor_, to_executor_waiting_, out);
  }
  bool mail_from_io() override { return !to_executor_.empty(); }
  ChannelStats stats_to_io() const override { return {.posted = to_io_count_}; }

  void to_executor(Held<Parcel> parcel) override {
    ++to_executor_count_;
    ++to_executor_waiting_;
    to_executor_.push_back(std::move(parcel));
  }
  bool flush_to_executor() override { return true; }
  std::size_t drain_from_executor(std::size_t, ParcelChain& out) override {
    std::size_t waiting = std::exchange(taken_by_io_, to_io_count_);
    waiting = to_io_count_ - waiting;
    out.join(std::move(to_io_));
    return waiting;
  }
  bool mail_from_executor() override { return !to_io_.empty(); }
  ChannelStats stats_to_executor() const override { return {.posted = to_executor_count_}; }

  void reclaim_to_io(ParcelChain& out) override {
    taken_by_io_ = to_io_count_;
    out.join(std::move(to_io_));
  }
  void reclaim_to_executor(ParcelChain& out) override { take_all(to_executor_, to_executor_waiting_, out); }

 private:
  static std::size_t take_all(ParcelChain& from, std::size_t& waiting, ParcelChain& out) {
    out.join(std::move(from));
    return std::exchange(waiting, 0);
  }

  ParcelChain to_io_;
  ParcelChain to_executor_;
  std::uint64_t to_io_count_ = 0;
  std::uint64_t taken_by_io_ = 0;
  std::uint64_t to_executor_count_ = 0;
  std::size_t to_executor_waiting_ = 0;
};

template <class Queue>
class MailboxChannel final : public Channel {
 public:
  MailboxChannel(Bell& executor_bell, Bell& io_bell) : to_io_(io_bell), to_executor_(executor_bell) {}

  void to_io(Held<Parcel> parcel) override { to_io_.post(std::move(parcel)); }
  bool flush_to_io() override { return to_io_.flush(); }
  std::size_t drain_from_io(std::size_t max, ParcelChain& out) override {
    return drain(to_executor_, max, out);
  }
  bool mail_from_io() override { return to_executor_.has_mail(); }
  ChannelStats stats_to_io() const override { return stats(to_io_); }

  void to_executor(Held<Parcel> parcel) override { to_executor_.post(std::move(parcel)); }
  bool flush_to_executor() override { return to_executor_.flush(); }
  std::size_t drain_from_executor(std::size_t max, ParcelChain& out) override {
    return drain(to_io_, max, out);
  }
  bool mail_from_executor() override { return to_io_.has_mail(); }
  ChannelStats stats_to_executor() const override { return stats(to_executor_); }

  void reclaim_to_io(ParcelChain& out) override { reclaim(to_io_, out); }
  void reclaim_to_executor(ParcelChain& out) override { reclaim(to_executor_, out); }

 private:
  using Box = Mailbox<Parcel, Queue, ServerSync>;

  static std::size_t drain(Box& box, std::size_t max, ParcelChain& out) {
    return box.drain(max, [&](Held<Parcel> parcel) { out.push_back(std::move(parcel)); });
  }
  static void reclaim(Box& box, ParcelChain& out) {
    box.reclaim([&](Held<Parcel> parcel) { out.push_back(std::move(parcel)); });
  }
  static ChannelStats stats(const Box& box) {
    const auto& counters = box.producer_counters();
    return {.posted = counters.posted, .rung = counters.rung, .elided = counters.elided};
  }

  Box to_io_;
  Box to_executor_;
};

}  // namespace

std::unique_ptr<Channel> make_channel(Channel::Kind kind, Bell* executor_bell, Bell* io_bell) {
  if (kind == Channel::Kind::local) return std::make_unique<LocalChannel>();
  check(executor_bell && io_bell, "channel: a mailbox needs the bells of both ends");
  if (kind == Channel::Kind::ring)
    return std::make_unique<MailboxChannel<RingQueue<kHandOffRing>>>(*executor_bell, *io_bell);
  return std::make_unique<MailboxChannel<ListQueue>>(*executor_bell, *io_bell);
}

}  // namespace baton
