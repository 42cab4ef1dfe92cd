#include "model/sim/pings.h"

#include <fmt/core.h>

#include <algorithm>

namespace baton::sim {

namespace {
constexpr std::size_t kShown = 60;  // bytes of a reply
}

class Pings::Client final : public Peer {
 public:
  Client(Pings& pings, unsigned number, unsigned rounds)
      : pings_(pings), number_(number), rounds_left_(rounds) {}

  void connect() {
    connected_ = true;
    id_ = pings_.network_.connect(*this, {});
  }
  void on_open() override {
    opened_ = true;
    next_round();
  }
  void on_bytes(std::string_view bytes) override {
    if (bytes.size() > expected_.size() || expected_.compare(0, bytes.size(), bytes) != 0) {
      return pings_.network_.kernel().fail(fmt::format("client {} heard {:?}, expected {:?}", number_,
                                                       bytes.substr(0, kShown), expected_.substr(0, kShown)));
    }
    expected_.erase(0, bytes.size());
    if (!expected_.empty()) return;
    pings_.replies_ += in_round_;
    in_round_ = 0;
    if (rounds_left_ == 0) {
      ended_ = true;
      pings_.network_.close(id_);
      return;
    }
    const std::uint64_t think = pings_.dice_.one_in(2) ? 0 : pings_.dice_.below(300'000);
    pings_.network_.kernel().after(think, [this] {
      if (!ended_) next_round();
    });
  }
  void on_end() override { ended_ = true; }

  void next_round() {
    --rounds_left_;
    std::string request;
    for (std::uint64_t left = pings_.dice_.between(1, 6); left > 0; --left) request += next_command();
    pings_.requests_ += in_round_;
    stall();
    pings_.network_.send(id_, request);
  }
  void stall() {
    if (!pings_.network_.kernel().faults().armed() || !pings_.dice_.one_in(8)) return;
    pings_.network_.stall(id_, true);
    pings_.network_.kernel().after(pings_.dice_.below(3'000'000), [this] { heal(); });
  }
  void heal() {
    if (connected_ && !ended_) pings_.network_.stall(id_, false);
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::string waiting(bool asleep) const {
    if (ended_ || expected_.empty() || (asleep && !pings_.network_.accepted(id_))) return {};
    return fmt::format("client {} waits for {:?}, its connection: {}", number_, expected_.substr(0, kShown),
                       pings_.network_.state(id_));
  }

 private:
  static std::string bulk(const std::string& text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

  std::string next_command() {
    ++in_round_;
    Dice& dice = pings_.dice_;
    const std::string key = fmt::format("k{}:{}", number_, dice.below(3));
    switch (dice.below(4)) {
      case 0:
        expected_ += "+PONG\r\n";
        return "*1\r\n$4\r\nPING\r\n";
      case 1: {
        const std::size_t length = dice.below(40);  // before the letter, whatever the compiler's order
        std::string value(length, static_cast<char>('a' + dice.below(26)));
        if (dice.one_in(20)) value.resize(3000, '!');
        expected_ += "+OK\r\n";
        values_[key] = value;
        return "*3\r\n$3\r\nSET\r\n" + bulk(key) + bulk(value);
      }
      case 2:
        expected_ += values_.contains(key) ? bulk(values_[key]) : "$-1\r\n";
        return "*2\r\n$3\r\nGET\r\n" + bulk(key);
      default:
        expected_ += fmt::format(":{}\r\n", ++counter_);
        return "*2\r\n$4\r\nINCR\r\n" + bulk(fmt::format("n{}", number_));
    }
  }

  Pings& pings_;
  const unsigned number_;
  unsigned rounds_left_;
  Network::Id id_ = 0;
  bool connected_ = false, opened_ = false, ended_ = false;
  std::string expected_;
  unsigned in_round_ = 0;
  std::map<std::string, std::string> values_;
  int counter_ = 0;
};

Pings::Pings(Network& network, unsigned clients, unsigned rounds)
    : network_(network), dice_(network.kernel().seed(), 30) {
  for (unsigned i = 0; i < clients; ++i) clients_.push_back(std::make_unique<Client>(*this, i, rounds));
}

Pings::~Pings() = default;

void Pings::begin() {
  for (auto& client : clients_) client->connect();
}

void Pings::heal() {
  for (auto& client : clients_) client->heal();
}

bool Pings::done() const {
  return std::all_of(clients_.begin(), clients_.end(), [](const auto& client) { return client->ended(); });
}

std::string Pings::waiting(bool asleep) const {
  for (const auto& client : clients_)
    if (std::string text = client->waiting(asleep); !text.empty()) return text;
  return {};
}

}  // namespace baton::sim
