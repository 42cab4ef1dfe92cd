// Ledger: what the connections of one run know together, and no one of them alone.
//
// The shared counter is incremented by every connection: no value may be given twice, whoever asked. The
// channels are numbered by their publishers: a subscriber may see no gap, and at the end everything that was
// acknowledged to a publisher must have come. One thread owns the ledger, as it owns the run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace baton {

class Ledger {
 public:
  // `run` keeps the keys and channels of this run apart from those of any other on the same server.
  explicit Ledger(std::string run) : run_(std::move(run)) {}

  [[nodiscard]] const std::string& run() const { return run_; }
  [[nodiscard]] std::string counter_key() const { return run_ + ":counter"; }
  [[nodiscard]] std::string channel_prefix() const { return run_ + ":channel:"; }

  // ---- the shared counter

  void counter_asked() { ++counter_asked_; }

  // A connection was told `value`; false if someone was told the same before, or if it cannot be.
  [[nodiscard]] bool counter_told(std::uint64_t value) {
    if (value == 0 || value > counter_asked_) return false;
    if (told_.size() <= value) told_.resize(value * 2 + 64);
    if (told_[value]) return false;
    told_[value] = true;
    ++counter_told_;
    return true;
  }

  [[nodiscard]] std::uint64_t increments_asked() const { return counter_asked_; }
  [[nodiscard]] std::uint64_t increments_told() const { return counter_told_; }

  // ---- channels

  struct Channel {
    std::uint64_t issued = 0;        // messages sent to the server
    std::uint64_t acknowledged = 0;  // of these, how many the server answered
  };

  Channel& channel(std::uint64_t publisher) { return channels_[publisher]; }
  [[nodiscard]] const std::map<std::uint64_t, Channel>& channels() const { return channels_; }

 private:
  std::string run_;
  std::uint64_t counter_asked_ = 0;
  std::uint64_t counter_told_ = 0;
  std::vector<bool> told_;
  std::map<std::uint64_t, Channel> channels_;
};

}  // namespace baton
