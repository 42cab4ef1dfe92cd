#include "model/fuzzed/pause_gate.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/explorer/scripted_program.h"

namespace baton::explorer {

namespace {

using model::Step;

constexpr unsigned kStepsMax = 24;
constexpr auto kSteps = static_cast<std::size_t>(Step::Do::kCount);

// Steps as a reader says them; {} is the thread.
constexpr std::array<const char*, kSteps> kTexts = {
    "send a session to {}",
    "send a session to {} that it is to close",
    "flush the outbox to {}",
    "collect what came home",
    "sleep until something comes home",
    "request a pause of {}",
    "wait until {} rests",
    "touch what is of {}",
    "plant a session in the outbox of {}",
    "resume {}",
    "pause all",
    "resume all",
};
constexpr bool names_a_thread(Step::Do what) {
  return what != Step::Do::kCollect && what != Step::Do::kSleep && what < Step::Do::kRequestAll;
}

class FuzzedPauseGate final : public FuzzedProgram {
 public:
  FuzzedPauseGate() { script_.steps.reserve(kStepsMax); }

  [[nodiscard]] std::span<const char* const> defects() const override { return model::kScriptedDefects; }
  [[nodiscard]] MachineOptions decode(FuzzedBytes& bytes) override;
  [[nodiscard]] Bytes encoded() const override { return encoded(machine_, script_); }
  [[nodiscard]] std::vector<Bytes> simpler() const override;
  [[nodiscard]] std::string text() const override;

  [[nodiscard]] unsigned threads() const override { return program_.threads(); }
  [[nodiscard]] std::string thread_name(unsigned index) const override {
    return index == 0 ? "executor" : fmt::format("I/O thread {}", index);
  }
  void construct() override { program_.construct(); }
  void thread(unsigned index) override { program_.thread(index); }
  void after() override { program_.after(); }
  void destroy() override { program_.destroy(); }

 private:
  static Bytes encoded(const FuzzedMachine& machine, const model::Script& script);

  FuzzedMachine machine_;
  model::Script script_;
  ScriptedProgram program_{script_};
};

MachineOptions FuzzedPauseGate::decode(FuzzedBytes& bytes) {
  machine_ = FuzzedMachine(bytes.below(FuzzedMachine::kBound));
  program_.set_list(machine_.choice());
  const unsigned shape = bytes.below(4);
  script_.ios = 1 + shape % 2;
  script_.batch = 1 + shape / 2;
  script_.steps.clear();
  model::Reference reference;
  reference.ios = script_.ios;
  for (unsigned left = bytes.below(kStepsMax + 1); left > 0; --left) {
    const unsigned byte = bytes.below(256);
    const Step step{static_cast<Step::Do>(byte % 16 % kSteps), byte / 16 % script_.ios};
    if (!reference.allows(step)) continue;
    reference.apply(step);
    script_.steps.push_back(step);
  }
  return machine_.options();
}

FuzzedProgram::Bytes FuzzedPauseGate::encoded(const FuzzedMachine& machine, const model::Script& script) {
  Bytes bytes = {static_cast<std::uint8_t>(machine.byte()),
                 static_cast<std::uint8_t>(script.ios - 1 + (script.batch - 1) * 2),
                 static_cast<std::uint8_t>(script.steps.size())};
  for (const Step& step : script.steps)
    bytes.push_back(static_cast<std::uint8_t>(static_cast<std::size_t>(step.what) + step.io * 16));
  return bytes;
}

std::vector<FuzzedProgram::Bytes> FuzzedPauseGate::simpler() const {
  std::vector<Bytes> all;
  const auto with = [&](auto change) {
    model::Script less = script_;
    change(less);
    all.push_back(encoded(machine_, less));
  };
  const std::size_t count = script_.steps.size();
  for (std::size_t length = count; length >= 1; length /= 2) {
    for (std::size_t end = count; end >= length; end -= length) {
      with([&](model::Script& less) {
        const auto last = less.steps.begin() + static_cast<std::ptrdiff_t>(end);
        less.steps.erase(last - static_cast<std::ptrdiff_t>(length), last);
      });
    }
  }
  if (script_.ios == 2) {
    for (std::size_t kept = 0; kept < 2; ++kept) {
      with([&](model::Script& less) {
        less.ios = 1;
        std::erase_if(less.steps,
                      [&](const Step& step) { return names_a_thread(step.what) && step.io != kept; });
        for (Step& step : less.steps) step.io = 0;
      });
    }
  }
  if (script_.batch > 1) with([](model::Script& less) { less.batch = 1; });
  for (const FuzzedMachine& machine : machine_.simpler()) all.push_back(encoded(machine, script_));
  return all;
}

std::string FuzzedPauseGate::text() const {
  std::string text = fmt::format("{}; {}, {} I/O thread{}, batches of {}; the executor:\n", machine_.text(),
                                 machine_.choice() ? "lists" : "rings of two", script_.ios,
                                 script_.ios == 1 ? "" : "s", script_.batch);
  for (const Step& step : script_.steps) {
    const std::string whom = fmt::format("I/O thread {}", step.io + 1);
    text +=
        fmt::format("  {}\n", fmt::format(fmt::runtime(kTexts[static_cast<std::size_t>(step.what)]), whom));
  }
  return text + "  end all pauses, wait for all sessions, pause all to stop\n";
}

}  // namespace

std::unique_ptr<FuzzedProgram> make_fuzzed_pause_gate() { return std::make_unique<FuzzedPauseGate>(); }

}  // namespace baton::explorer
