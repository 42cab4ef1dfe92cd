// FuzzedProgram: bytes as a program: what its threads do, the machine that runs them, and the schedule.
//
//   FuzzedBytes bytes(data);
//   const MachineOptions machine = program.decode(bytes);  // what happens comes first,
//   FuzzedSchedule strategy(bytes.rest());                 // what is left is who runs when
//   engine.run(program, strategy);
//
// A fuzzer drives the same object (fuzz/) as the replay of what it found (fuzzed_replay.h), so both read a
// byte alike. For the replay to leave out what a failure does not need, a program tells which bytes are less.
//
// Ownership   A program takes Run over while it lives, as ScenarioProgram does.
// Checked by  model/explorer/fuzzed_replay_test.cc, and model/fuzzed/fuzzed_test.cc
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/explorer/engine.h"
#include "model/run.h"

namespace baton::explorer {

// Numbers out of bytes; zeros when they have run out.
class FuzzedBytes {
 public:
  explicit FuzzedBytes(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  unsigned below(unsigned bound) {
    if (left_.empty()) return 0;
    const unsigned value = left_.front() % bound;
    left_ = left_.subspan(1);
    return value;
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return left_; }

 private:
  std::span<const std::uint8_t> left_;
};

class FuzzedProgram : public Program {
 public:
  using Bytes = std::vector<std::uint8_t>;

  FuzzedProgram();
  ~FuzzedProgram() override;
  FuzzedProgram(const FuzzedProgram&) = delete;
  FuzzedProgram& operator=(const FuzzedProgram&) = delete;

  [[nodiscard]] virtual std::span<const char* const> defects() const = 0;
  // Seeds that one of them, before anything is decoded.
  virtual void seed(int defect) { model::Run::current().defect = defect; }

  // The program is what the first bytes say, until the next call. Leaves those of the schedule.
  [[nodiscard]] virtual MachineOptions decode(FuzzedBytes& bytes) = 0;
  // Bytes that decode to the same, and none of a schedule.
  [[nodiscard]] virtual Bytes encoded() const = 0;
  // Programs with one thing less, those with much less first. A chain of them comes to an end.
  [[nodiscard]] virtual std::vector<Bytes> simpler() const = 0;
  // What was decoded, in words: a line for each thing, with its end of line.
  [[nodiscard]] virtual std::string text() const = 0;
  // What replays a failure of it without its bytes, as " --scenario NAME"; or empty.
  [[nodiscard]] virtual std::string named() const { return {}; }

 private:
  std::unique_ptr<model::Tally> tally_;
  model::Run before_;
};

// A kind of program, by name.
struct FuzzedTarget {
  const char* name;
  std::unique_ptr<FuzzedProgram> (*make)();
};

// What most programs begin with: a byte whose bits are the machine and one choice of the program's.
class FuzzedMachine {
 public:
  explicit FuzzedMachine(unsigned byte = 0) : byte_(byte) {}
  static constexpr unsigned kBound = 32;

  [[nodiscard]] MachineOptions options() const;
  [[nodiscard]] bool choice() const { return byte_ / 16 != 0; }
  [[nodiscard]] unsigned byte() const { return byte_; }
  [[nodiscard]] std::vector<FuzzedMachine> simpler() const;
  // "loads look back 2 stores, 1 failure without cause, bells order memory"
  [[nodiscard]] std::string text() const;

 private:
  unsigned byte_;
};

}  // namespace baton::explorer
