// Pings: the smallest workload: clients with keys of their own and pipelines of PING, SET, GET and INCR,
// whose replies are known byte for byte.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/sim/network.h"
#include "model/sim/workload.h"

namespace baton::sim {

class Pings final : public Workload {
 public:
  Pings(Network& network, unsigned clients, unsigned rounds);
  ~Pings() override;

  void begin() override;
  void heal() override;
  [[nodiscard]] bool done() const override;
  [[nodiscard]] std::string waiting(bool asleep) const override;
  [[nodiscard]] std::string verdict() override { return {}; }
  [[nodiscard]] std::uint64_t requests() const override { return requests_; }
  [[nodiscard]] std::uint64_t replies() const override { return replies_; }

 private:
  class Client;

  Network& network_;
  Dice dice_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::uint64_t requests_ = 0, replies_ = 0;
};

}  // namespace baton::sim
