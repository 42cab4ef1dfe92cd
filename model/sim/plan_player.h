// PlanPlayer: clients that act out a plan (oracle/plan.h), and the judges of what they heard.
//
// A client keeps as many requests open as its plan says, stalls, reads slowly, half-closes, resets and
// reconnects. One whose connection ended with operations left connects anew: the server, a fault or itself
// may have ended it; but not after a SHUTDOWN, and one that is turned away again and again gives up. Once
// healed, nobody makes trouble any more.
//
// When all have said everything and heard all answers, and after a moment for what is pushed, the history is
// closed and judged: replies in order, the executor's order against the reference, who was let in,
// linearizability for each key, publish/subscribe. Of a run that is cut the history is judged as it is.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/network.h"
#include "model/sim/oracle/history.h"
#include "model/sim/oracle/plan.h"
#include "model/sim/oracle/witness.h"
#include "model/sim/workload.h"

namespace baton {
class Client;
}

namespace baton::sim {

class PlanPlayer final : public Workload {
 public:
  // Who is to be let in.
  struct Admission {
    std::size_t clients_max = 0;  // 0: all
    bool strangers = false;       // some come from another machine
    bool protected_mode = true;
  };
  PlanPlayer(Network& network, Plan plan, const Admission& admission);
  ~PlanPlayer() override;

  void begin() override;
  void heal() override;
  [[nodiscard]] bool done() const override { return settled_; }
  [[nodiscard]] std::string waiting(bool asleep) const override;
  [[nodiscard]] std::string verdict() override { return judge(true); }
  [[nodiscard]] std::string verdict_of_cut() override { return judge(false); }
  [[nodiscard]] bool ended_server() const override { return shut_down_; }
  [[nodiscard]] std::uint64_t turned_away() const override;
  [[nodiscard]] std::uint64_t rewrites_confirmed() const override;
  [[nodiscard]] std::uint64_t keys_judged() const override { return keys_judged_; }
  [[nodiscard]] std::uint64_t keys_in_part() const override { return keys_in_part_; }
  [[nodiscard]] std::uint64_t keys_not_decided() const override { return keys_not_decided_; }
  [[nodiscard]] std::uint64_t requests() const override { return history_.requests().size(); }
  [[nodiscard]] std::uint64_t replies() const override { return replies_; }

 private:
  class Client;

  void executed(const baton::Client& client, std::span<const std::string_view> arguments,
                std::int64_t now_ms);
  [[nodiscard]] std::string judge(bool at_rest);
  [[nodiscard]] bool may_turn_away(bool stranger) const;
  void client_settled();
  void settle_when_quiet();
  // The time but for standstills.
  [[nodiscard]] std::uint64_t moving_ns() const { return kernel_.now_ns() - kernel_.stood_still_ns(); }
  [[nodiscard]] std::uint64_t id_of(unsigned client) const;

  Network& network_;
  Kernel& kernel_;
  const Plan plan_;
  const Admission admission_;
  Dice dice_;
  std::vector<std::unique_ptr<Client>> clients_;
  History history_;
  std::vector<Executed> witness_;
  std::set<Network::Id> strangers_;           // connections from another machine
  std::set<Network::Id> shutting_down_;       // connections whose SHUTDOWN is not to be refused
  std::map<Network::Id, std::uint64_t> ids_;  // the server's, of connections that have executed something
  std::uint64_t step_ = 0;
  std::uint64_t replies_ = 0;
  std::uint64_t keys_judged_ = 0, keys_in_part_ = 0, keys_not_decided_ = 0;
  std::uint64_t heard_ns_ = 0;         // when anybody last heard anything, as moving_ns()
  std::uint64_t paused_until_ns_ = 0;  // by CLIENT PAUSE, as moving_ns()
  bool healed_ = false;
  bool shut_down_ = false;  // by a client
  bool closing_ = false;    // everything was said and answered: what is pushed may still come
  bool settled_ = false;    // the history is closed
};

}  // namespace baton::sim
