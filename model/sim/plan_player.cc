#include "model/sim/plan_player.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "model/sim/oracle/admission.h"
#include "model/sim/oracle/linearizable.h"
#include "model/sim/oracle/pubsub_oracle.h"
#include "server/exec/client.h"
#include "server/exec/execution_witness.h"

namespace baton::sim {

namespace {

constexpr std::uint64_t kStream = 31;  // of Dice
constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kThinkNs = 200'000;
constexpr std::uint64_t kAgainNs = 500'000;     // until it connects anew
constexpr std::uint64_t kStrangersStream = 32;  // of Dice
constexpr std::uint64_t kPushedNs = 40 * kMs;   // for messages under way when all is answered
constexpr std::uint64_t kTickNs = 1100 * kMs;   // in which the server notices that a pause is over, at hz 1
constexpr unsigned kConnectsMax = 200;
constexpr unsigned kTurnedAwayMax = 4;

bool is_word(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace

class PlanPlayer::Client final : public Peer {
 public:
  Client(PlanPlayer& player, const ClientPlan& plan, bool stranger)
      : player_(player), plan_(plan), stranger_(stranger) {}

  void on_open() override { go_on(); }
  void on_bytes(std::string_view bytes) override {
    if (player_.settled_) return;
    player_.heard_ns_ = player_.moving_ns();
    player_.history_.heard(id_, bytes, ++player_.step_);
    go_on();
  }
  void on_end() override {
    end();
    go_on();
  }

  void go_on() {
    while (!waits_ && !done()) {
      if (!connected_) return connect_later();
      if (half_closed_) return;
      const Operation* const operation = next_operation();
      if (!operation) return maybe_done();
      if (operation->is_request() && player_.history_.open_requests(id_) >= plan_.pipeline) return;
      ++next_;
      act(*operation);
      if (player_.dice_.one_in(4)) wait(player_.dice_.below(kThinkNs));
    }
  }
  void heal() {
    if (!connected_) return;
    player_.network_.slow(id_, 0);
    player_.network_.stall(id_, false);
    stalled_ = false;
  }
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] Network::Id connection() const { return connected_ ? id_ : Network::kNobody; }
  [[nodiscard]] std::string waiting(bool asleep) const {
    if (done_ || (asleep && (!connected_ || !player_.network_.accepted(id_)))) return {};
    const std::size_t open = connected_ ? player_.history_.open_requests(id_) : 0;
    if (asleep && open == 0 && !waits_for_end()) return {};
    return fmt::format("client {} waits for {} answers{}, its connection: {}",
                       &plan_ - player_.plan_.clients.data(), open, waits_for_end() ? " and its end" : "",
                       connected_ ? player_.network_.state(id_) : "none");
  }

 private:
  const Operation* next_operation() {
    while (next_ < plan_.operations.size() && plan_.operations[next_].dropped) ++next_;
    return next_ < plan_.operations.size() ? &plan_.operations[next_] : nullptr;
  }

  void act(const Operation& operation) {
    const auto id_of = [this](unsigned client) { return player_.id_of(client); };
    switch (operation.kind) {
      case Operation::Kind::command:
      case Operation::Kind::inline_line:
        ask(operation.resolved(id_of));
        player_.network_.send(id_, operation.wire(id_of));
        break;
      case Operation::Kind::malformed:
        player_.history_.invoked_malformed(id_, ++player_.step_);
        player_.network_.send(id_, operation.bytes);
        break;
      case Operation::Kind::half_close:
        half_closed_ = true;
        player_.network_.half_close(id_);
        break;
      case Operation::Kind::reset:
        player_.network_.reset(id_);
        end();
        break;
      case Operation::Kind::reconnect:
        player_.network_.close(id_);
        end();
        break;
      case Operation::Kind::stall:
        if (player_.healed_) break;
        stalled_ = true;
        player_.network_.stall(id_, true);
        wait(operation.amount * kMs);
        break;
      case Operation::Kind::slow_read:
        if (!player_.healed_) player_.network_.slow(id_, operation.amount);
        break;
    }
  }

  void ask(Arguments args) {
    const bool& ends = player_.history_.connections().at(id_).ends;
    const bool may_end = !ends && is_word(args[0], "shutdown");
    player_.history_.invoked(id_, std::move(args), ++player_.step_);
    if (may_end && ends) player_.shutting_down_.insert(id_);
  }
  void connect_later() {
    // Nobody is there any more, or nobody wants it.
    if (player_.shut_down_ || turned_away_ > kTurnedAwayMax) next_ = plan_.operations.size();
    if (!next_operation()) return maybe_done();
    if (++connects_ > kConnectsMax) return player_.kernel_.fail("a client cannot connect");
    connect();
  }
  void connect() {
    connected_ = true;
    half_closed_ = false;
    Network::Target target;
    target.from_elsewhere = stranger_;
    id_ = player_.network_.connect(*this, target);
    if (stranger_) player_.strangers_.insert(id_);
    player_.history_.opened(id_, ++player_.step_);
    wait(connects_ == 1 ? 0 : kAgainNs);
  }
  void end() {
    if (!connected_) return;
    connected_ = false;
    // The words that turn it away may be lost, in whole or in part.
    if (player_.may_turn_away(stranger_) && player_.history_.connections().at(id_).stream.empty())
      ++turned_away_;
    if (!player_.settled_) player_.history_.closed(id_, ++player_.step_);
  }
  void wait(std::uint64_t ns) {
    waits_ = true;
    player_.kernel_.after(ns, [this] {
      waits_ = false;
      if (stalled_ && connected_) player_.network_.stall(id_, false);
      stalled_ = false;
      go_on();
    });
  }
  // It has said what the server ends a connection for.
  [[nodiscard]] bool waits_for_end() const {
    return connected_ && player_.history_.connections().at(id_).ends;
  }
  void maybe_done() {
    if (connected_ && (player_.history_.open_requests(id_) != 0 || waits_for_end())) return;
    done_ = true;
    player_.client_settled();
  }

  PlanPlayer& player_;
  const ClientPlan& plan_;
  const bool stranger_;
  Network::Id id_ = Network::kNobody;
  std::size_t next_ = 0;
  unsigned connects_ = 0;
  unsigned turned_away_ = 0;
  bool connected_ = false, half_closed_ = false, stalled_ = false, waits_ = false, done_ = false;
};

PlanPlayer::PlanPlayer(Network& network, Plan plan, const Admission& admission)
    : network_(network),
      kernel_(network.kernel()),
      plan_(std::move(plan)),
      admission_(admission),
      dice_(network.kernel().seed(), kStream) {
  Dice from_where(network.kernel().seed(), kStrangersStream);
  for (const ClientPlan& client : plan_.clients) {
    const bool stranger = from_where.one_in(2) && admission_.strangers;
    clients_.push_back(std::make_unique<Client>(*this, client, stranger));
  }
  execution_listener() = [this](const baton::Client& client, std::span<const std::string_view> arguments,
                                std::int64_t now_ms) { executed(client, arguments, now_ms); };
}

PlanPlayer::~PlanPlayer() { execution_listener() = nullptr; }

void PlanPlayer::begin() {
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (!plan_.clients[i].dropped) clients_[i]->go_on();
  client_settled();
}

bool PlanPlayer::may_turn_away(bool stranger) const {
  return admission_.clients_max != 0 || (stranger && admission_.protected_mode);
}

void PlanPlayer::heal() {
  healed_ = true;
  for (auto& client : clients_) client->heal();
}

void PlanPlayer::client_settled() {
  if (closing_) return;
  for (std::size_t i = 0; i < clients_.size(); ++i)
    if (!plan_.clients[i].dropped && !clients_[i]->done()) return;
  closing_ = true;
  for (auto& client : clients_) client->heal();
  settle_when_quiet();
}

void PlanPlayer::settle_when_quiet() {
  kernel_.after(kPushedNs, [this] {
    if (moving_ns() - heard_ns_ < kPushedNs) return settle_when_quiet();
    settled_ = true;
  });
}

std::uint64_t PlanPlayer::id_of(unsigned client) const {
  const auto found = client < clients_.size() ? ids_.find(clients_[client]->connection()) : ids_.end();
  return found == ids_.end() ? 0 : found->second;
}

void PlanPlayer::executed(const baton::Client& client, std::span<const std::string_view> arguments,
                          std::int64_t now_ms) {
  if (settled_) return;
  const Network::Id connection = network_.named(client.address);
  ids_[connection] = client.id;
  if (arguments.size() >= 2 && is_word(arguments[0], "client")) {
    std::uint64_t ms = 0;
    if (arguments.size() >= 3 && is_word(arguments[1], "pause"))
      std::from_chars(arguments[2].data(), arguments[2].data() + arguments[2].size(), ms);
    if (ms < 1'000'000) paused_until_ns_ = std::max(paused_until_ns_, moving_ns() + ms * kMs + kTickNs);
  }
  if (is_word(arguments[0], "shutdown") && shutting_down_.contains(connection)) shut_down_ = true;
  Arguments args(arguments.begin(), arguments.end());
  for (const std::string& arg : args) kernel_.mix(arg);
  witness_.push_back({connection, std::move(args), now_ms, ++step_});
}

std::string PlanPlayer::waiting(bool asleep) const {
  if (asleep && moving_ns() < paused_until_ns_) return {};
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (plan_.clients[i].dropped) continue;
    if (std::string text = clients_[i]->waiting(asleep); !text.empty()) return text;
  }
  return {};
}

std::uint64_t PlanPlayer::rewrites_confirmed() const {
  const auto& requests = history_.requests();
  return static_cast<std::uint64_t>(std::count_if(requests.begin(), requests.end(), [](const auto& request) {
    return request.args.size() == 2 && is_word(request.args[0], "config") &&
           is_word(request.args[1], "rewrite") && !request.frames.empty() && request.frames[0].text == "OK";
  }));
}

std::uint64_t PlanPlayer::turned_away() const {
  const auto& all = history_.connections();
  return static_cast<std::uint64_t>(
      std::count_if(all.begin(), all.end(), [](const auto& one) { return one.second.turned_away; }));
}

// Not at rest: what is missing may have been still to come.
std::string PlanPlayer::judge(bool at_rest) {
  for (const auto& request : history_.requests()) replies_ += request.frames.size();
  const Verdict linearizable = check_linearizable(history_);
  const Admitted admitted{.clients_max = admission_.clients_max,
                          .strangers = admission_.protected_mode ? strangers_ : std::set<Network::Id>{}};
  keys_judged_ = linearizable.checked;
  keys_in_part_ = linearizable.in_part;
  keys_not_decided_ = linearizable.not_decided;
  for (const auto& [name, verdict] : {std::pair<const char*, Verdict>{"history", history_.check()},
                                      {"answers", at_rest ? history_.check_all_answered() : Verdict{}},
                                      {"witness", check_witness(history_, witness_, at_rest)},
                                      {"admission", check_admission(history_, witness_, admitted)},
                                      {"linearizability", linearizable},
                                      {"publish/subscribe", check_pubsub(history_, at_rest)}})
    if (!verdict.ok()) return fmt::format("{}: {}", name, verdict.wrong);
  return {};
}

}  // namespace baton::sim
