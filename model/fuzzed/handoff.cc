#include "model/fuzzed/handoff.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "model/explorer/scenarios.h"

namespace baton::explorer {

namespace {

// Each scenario in turn, in one room.
class FuzzedHandoff final : public FuzzedProgram {
 public:
  FuzzedHandoff() : scenarios_(explorer_scenarios()) {
    for (const model::Scenario& scenario : scenarios_) {
      size_ = std::max(size_, scenario.program.size);
      align_ = std::max(align_, scenario.program.align);
      for (const char* defect : scenario.defects)
        defect_texts_.push_back(fmt::format("{}: {}", scenario.name, defect));
    }
    for (const std::string& text : defect_texts_) defects_.push_back(text.c_str());
    room_ = ::operator new(size_, std::align_val_t(align_));
  }
  FuzzedHandoff(const FuzzedHandoff&) = delete;
  FuzzedHandoff& operator=(const FuzzedHandoff&) = delete;
  ~FuzzedHandoff() override { ::operator delete(room_, std::align_val_t(align_)); }

  [[nodiscard]] std::span<const char* const> defects() const override { return defects_; }
  void seed(int defect) override;
  [[nodiscard]] MachineOptions decode(FuzzedBytes& bytes) override;
  [[nodiscard]] Bytes encoded() const override { return encoded(kind_); }
  [[nodiscard]] std::vector<Bytes> simpler() const override;
  [[nodiscard]] std::string text() const override {
    return fmt::format("{}; {}\n", now().name, kind_.text());
  }
  [[nodiscard]] std::string named() const override;

  [[nodiscard]] unsigned threads() const override { return now().program.threads; }
  [[nodiscard]] std::string thread_name(unsigned index) const override {
    return now().program.thread_name != nullptr ? now().program.thread_name(index)
                                                : FuzzedProgram::thread_name(index);
  }
  void construct() override {
    model::Run::current().deferred.forget();
    now().program.construct(room_);
  }
  void thread(unsigned index) override { now().program.thread(room_, index); }
  void after() override { now().program.after(room_); }
  void destroy() override { now().program.destroy(room_); }

 private:
  [[nodiscard]] const model::Scenario& now() const { return scenarios_[which_]; }
  [[nodiscard]] Bytes encoded(const FuzzedMachine& kind) const {
    return {static_cast<std::uint8_t>(which_), static_cast<std::uint8_t>(kind.byte())};
  }

  std::vector<model::Scenario> scenarios_;
  std::vector<std::string> defect_texts_;
  std::vector<const char*> defects_;
  bool pinned_ = false;
  std::size_t which_ = 0;
  FuzzedMachine kind_;
  std::size_t size_ = 1;
  std::size_t align_ = 1;
  void* room_ = nullptr;
};

void FuzzedHandoff::seed(int defect) {
  pinned_ = defect != model::kNoDefect;
  model::Run::current().defect = defect;
  for (which_ = 0; pinned_ && model::Run::current().defect >= static_cast<int>(now().defects.size());
       ++which_)
    model::Run::current().defect -= static_cast<int>(now().defects.size());
}

MachineOptions FuzzedHandoff::decode(FuzzedBytes& bytes) {
  const std::size_t which = bytes.below(256) % scenarios_.size();
  if (!pinned_) which_ = which;
  kind_ = FuzzedMachine(bytes.below(8));
  return kind_.options();
}

std::vector<FuzzedProgram::Bytes> FuzzedHandoff::simpler() const {
  std::vector<Bytes> all;
  for (const FuzzedMachine& kind : kind_.simpler()) all.push_back(encoded(kind));
  return all;
}

std::string FuzzedHandoff::named() const {
  std::string text = fmt::format(" --scenario {}", now().name);
  if (pinned_)
    text +=
        fmt::format(" --defect '{}'", now().defects[static_cast<std::size_t>(model::Run::current().defect)]);
  return text;
}

}  // namespace

std::unique_ptr<FuzzedProgram> make_fuzzed_handoff() { return std::make_unique<FuzzedHandoff>(); }

}  // namespace baton::explorer
