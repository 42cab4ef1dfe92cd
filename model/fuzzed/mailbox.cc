#include "model/fuzzed/mailbox.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "model/fuzzed/mailbox_protocol.h"

namespace baton::explorer {

namespace {

class FuzzedMailbox final : public FuzzedProgram {
 public:
  [[nodiscard]] std::span<const char* const> defects() const override { return kMailboxDefects; }
  [[nodiscard]] MachineOptions decode(FuzzedBytes& bytes) override;
  [[nodiscard]] Bytes encoded() const override { return encoded(machine_, protocol_); }
  [[nodiscard]] std::vector<Bytes> simpler() const override;
  [[nodiscard]] std::string text() const override;

  [[nodiscard]] unsigned threads() const override { return static_cast<unsigned>(protocol_.ios) + 1; }
  [[nodiscard]] std::string thread_name(unsigned index) const override {
    return index == 0 ? "executor" : fmt::format("I/O thread {}", index);
  }
  void construct() override {
    model::Run::current().deferred.forget();
    if (by_list()) {
      new (room_) List(protocol_);
    } else {
      new (room_) Ring(protocol_);
    }
  }
  void thread(unsigned index) override { by_list() ? at<List>().thread(index) : at<Ring>().thread(index); }
  void after() override { by_list() ? at<List>().after() : at<Ring>().after(); }
  void destroy() override { by_list() ? at<List>().~List() : at<Ring>().~Ring(); }

 private:
  using List = Served<ListQueue>;
  using Ring = Served<RingQueue<2>>;

  static Bytes encoded(const FuzzedMachine& machine, const MailboxProtocol& protocol);
  [[nodiscard]] bool by_list() const { return machine_.choice(); }
  template <class T>
  T& at() {
    return *std::launder(reinterpret_cast<T*>(room_));
  }

  FuzzedMachine machine_;
  MailboxProtocol protocol_;
  alignas(List) alignas(Ring) std::byte room_[std::max(sizeof(List), sizeof(Ring))];
};

MachineOptions FuzzedMailbox::decode(FuzzedBytes& bytes) {
  machine_ = FuzzedMachine(bytes.below(FuzzedMachine::kBound));
  protocol_ = {};
  const unsigned shape = bytes.below(36);
  protocol_.ios = 1 + shape % 2;
  protocol_.sessions = 1 + shape / 2 % 3;
  protocol_.batch = 1 + shape / 6 % 3;
  protocol_.flush_each = shape / 18 != 0;
  protocol_.stop_after = bytes.below(8);
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const unsigned life = bytes.below(256);
      const unsigned end = bytes.below(256);
      protocol_.plans[io][i] = {.begins = life % 4,
                                .rounds = 1 + static_cast<int>(life / 4 % 3),
                                .killed_by_client = static_cast<int>(end % 4),
                                .killed_by_server = static_cast<int>(end / 4 % 4),
                                .late = end / 16 % 16};
    }
  }
  return machine_.options();
}

FuzzedProgram::Bytes FuzzedMailbox::encoded(const FuzzedMachine& machine, const MailboxProtocol& protocol) {
  const std::size_t shape = protocol.ios - 1 + (protocol.sessions - 1) * 2 + (protocol.batch - 1) * 6 +
                            (protocol.flush_each ? 18 : 0);
  Bytes bytes = {static_cast<std::uint8_t>(machine.byte()), static_cast<std::uint8_t>(shape),
                 static_cast<std::uint8_t>(protocol.stop_after)};
  for (std::size_t io = 0; io < protocol.ios; ++io) {
    for (std::size_t i = 0; i < protocol.sessions; ++i) {
      const SessionPlan& plan = protocol.plans[io][i];
      bytes.push_back(static_cast<std::uint8_t>(plan.begins + (static_cast<unsigned>(plan.rounds) - 1) * 4));
      bytes.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(plan.killed_by_client) +
                                                static_cast<unsigned>(plan.killed_by_server) * 4 +
                                                plan.late * 16));
    }
  }
  return bytes;
}

std::vector<FuzzedProgram::Bytes> FuzzedMailbox::simpler() const {
  std::vector<Bytes> all;
  const auto with = [&](auto change) {
    MailboxProtocol less = protocol_;
    change(less);
    all.push_back(encoded(machine_, less));
  };
  if (protocol_.ios == 2) {
    for (std::size_t kept = 0; kept < 2; ++kept)
      with([&](MailboxProtocol& less) { less.ios = 1, less.plans[0] = protocol_.plans[kept]; });
  }
  for (std::size_t gone = 0; gone < protocol_.sessions && protocol_.sessions > 1; ++gone) {
    with([&](MailboxProtocol& less) {
      --less.sessions;
      for (auto& plans : less.plans) std::rotate(plans.begin() + gone, plans.begin() + gone + 1, plans.end());
    });
  }
  if (protocol_.stop_after != 0) with([](MailboxProtocol& less) { less.stop_after = 0; });
  if (protocol_.flush_each) with([](MailboxProtocol& less) { less.flush_each = false; });
  for (std::size_t batch = 1; batch < protocol_.batch; ++batch)
    with([&](MailboxProtocol& less) { less.batch = batch; });
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const SessionPlan& plan = protocol_.plans[io][i];
      const auto with_plan = [&](auto change) {
        with([&](MailboxProtocol& less) { change(less.plans[io][i]); });
      };
      if (plan.killed_by_client != 0) with_plan([](SessionPlan& less) { less.killed_by_client = 0; });
      if (plan.killed_by_server != 0) with_plan([](SessionPlan& less) { less.killed_by_server = 0; });
      if (plan.rounds > 1) with_plan([](SessionPlan& less) { --less.rounds; });
      if (plan.begins > 0) with_plan([](SessionPlan& less) { less.begins = 0; });
      for (unsigned bit = 1; bit < 16; bit *= 2)
        if ((plan.late & bit) != 0) with_plan([&](SessionPlan& less) { less.late &= ~bit; });
    }
  }
  for (const FuzzedMachine& machine : machine_.simpler()) all.push_back(encoded(machine, protocol_));
  return all;
}

std::string FuzzedMailbox::text() const {
  std::string text = fmt::format("{}; {}, batches of {}, a flush after each {}\n", machine_.text(),
                                 by_list() ? "lists" : "rings of two", protocol_.batch,
                                 protocol_.flush_each ? "post" : "turn");
  if (protocol_.stop_after != 0)
    text += fmt::format("the executor stops all after {} answers\n", protocol_.stop_after);
  for (std::size_t io = 0; io < protocol_.ios; ++io) {
    for (std::size_t i = 0; i < protocol_.sessions; ++i) {
      const SessionPlan& plan = protocol_.plans[io][i];
      text += fmt::format("I/O thread {}, session {}: {} round{}", io + 1, i + 1, plan.rounds,
                          plan.rounds == 1 ? "" : "s");
      if (plan.begins != 0) text += fmt::format(", begins in turn {}", plan.begins + 1);
      if (plan.killed_by_client != 0) text += fmt::format(", killed at home after {}", plan.killed_by_client);
      if (plan.killed_by_server != 0)
        text += fmt::format(", killed by the executor in round {}", plan.killed_by_server);
      for (unsigned round = 1; round < 4; ++round)
        if ((plan.late >> round & 1U) != 0) text += fmt::format(", round {} answered a turn late", round);
      text += '\n';
    }
  }
  return text;
}

}  // namespace

std::unique_ptr<FuzzedProgram> make_fuzzed_mailbox() { return std::make_unique<FuzzedMailbox>(); }

}  // namespace baton::explorer
