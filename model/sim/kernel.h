// Kernel: what the parts of the simulated machine share: time, events to come, descriptors.
//
//   kernel.call("accept");                // a system call: a scheduling point, then what is due is done
//   kernel.at(kernel.now_ns() + 20'000, [=] { ... });
//   kernel.block(waiting, deadline_ns);   // until waiting.ready(), or until then
//
// Time      Passes by a little with each operation of any thread, and leaps to the next event when nobody can
//           run. Nothing in here asks the real clock.
// Events    Run inside the next call of whatever thread, or while all are idle. They must not block or call.
// Notes     While a run is recorded, each step says what it moved, and the world what it did (tell()).
// Descriptors   Numbers from 3 on, the lowest free one as POSIX has it, or each once in a run: a closed one
//           that is used again meets somebody else's, or nobody's. Using or closing one that is not open is a
//           failure of the run, and so is one left over (open_descriptors()).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "model/explorer/engine.h"
#include "model/sim/dice.h"
#include "model/sim/faults.h"

namespace baton::sim {

// What a poller sees of a descriptor.
enum PollBits : unsigned { kPollIn = 1, kPollOut = 2, kPollHangup = 4, kPollBroken = 8 };

class Descriptor;

// A poller that watches a descriptor.
class Watcher {
 public:
  // Something of `bits` has happened at the descriptor: an edge.
  virtual void edge(int fd, unsigned bits) = 0;
  virtual void forget(int fd) = 0;  // closed

 protected:
  ~Watcher() = default;
};

class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  virtual ~Descriptor() = default;

  [[nodiscard]] virtual const char* kind() const = 0;
  // What holds now, PollBits.
  [[nodiscard]] virtual unsigned poll_bits() const { return 0; }
  virtual void closed() {}

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void happened(unsigned bits) {
    for (Watcher* watcher : watchers_) watcher->edge(fd_, bits);
  }

 private:
  friend class Kernel;
  int fd_ = -1;
  std::vector<Watcher*> watchers_;
};

// A wait that time can end.
class Waiting : public explorer::Object {
 public:
  [[nodiscard]] bool ready(explorer::Event, unsigned) const final;
  [[nodiscard]] virtual bool woken() const = 0;

 private:
  friend class Kernel;
  const class Kernel* kernel_ = nullptr;
  std::uint64_t deadline_ns_ = 0;
};

class Kernel {
 public:
  static constexpr std::uint64_t kForever = UINT64_MAX;
  static constexpr std::uint64_t kStartNs = 1'000'000'000;

  struct Options {
    std::uint64_t seed = 0;
    std::uint64_t step_ns = 50;  // that one operation of a thread takes
    bool reuse_descriptors = true;
  };
  Kernel(const Options& options, Faults& faults);
  ~Kernel();

  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }

  // ---- time
  [[nodiscard]] std::uint64_t now_ns() const {
    return leapt_ns_ + options_.step_ns * explorer::Engine::current().steps();
  }
  void leap(std::uint64_t ns) { leapt_ns_ += ns; }
  // For how much of it the machine stood still: whoever was about to sleep then, sleeps so much longer.
  [[nodiscard]] std::uint64_t stood_still_ns() const { return stood_still_ns_; }
  void at(std::uint64_t ns, std::function<void()> event);
  void after(std::uint64_t ns, std::function<void()> event) { at(now_ns() + ns, std::move(event)); }
  // For Engine::set_on_idle: leaps to the next event or deadline. False: there is none, or the run has
  // failed.
  bool idle();
  // Asked before a leap of more than `patience_ns`: a text says why somebody must have been woken before, and
  // fails the run.
  void set_patience(std::uint64_t patience_ns, std::function<std::string()> complaint) {
    patience_ns_ = patience_ns;
    impatience_ = std::move(complaint);
  }

  // Called after events have run.
  void set_after_events(std::function<void()> observer) { after_events_ = std::move(observer); }

  // ---- calls
  void call(const char* name, const model::CallSite& site = model::CallSite::here());
  // True: woken; false: the deadline has come.
  bool block(Waiting& waiting, std::uint64_t deadline_ns,
             const model::CallSite& site = model::CallSite::here());
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  // Into the trace hash.
  void mix(std::uint64_t value);
  void mix(std::string_view bytes);

  // ---- for pictures, while the run is recorded
  struct Told {
    int after_step;
    std::string what;
  };
  // What the world does, which has no thread: clients, the network, an operator.
  void tell(const std::function<std::string()>& what) {
    const explorer::Engine& engine = explorer::Engine::current();
    if (engine.recording()) told_.push_back({engine.last_step(), what()});
  }
  [[nodiscard]] const std::vector<Told>& told() const { return told_; }

  // ---- failure
  void fail(std::string what);
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  // ---- descriptors
  int install(std::shared_ptr<Descriptor> descriptor);
  // Null, and the run has failed, when it is not open.
  [[nodiscard]] Descriptor* find(int fd, const char* user);
  void watch(int fd, Watcher& watcher);
  void unwatch(int fd, Watcher& watcher);
  void close(int fd);
  // Each as "kind fd", or empty.
  [[nodiscard]] std::string open_descriptors() const;

 private:
  struct Event {
    std::uint64_t at_ns;
    std::uint64_t number;
    std::function<void()> act;
    bool operator>(const Event& other) const {
      return at_ns != other.at_ns ? at_ns > other.at_ns : number > other.number;
    }
  };
  void run_due();

  static constexpr int kFirstDescriptor = 3;

  Options options_;
  Faults& faults_;
  std::uint64_t leapt_ns_ = kStartNs;
  std::uint64_t stood_still_ns_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t events_ = 0;
  std::vector<Event> queue_;  // a heap, the next one first
  std::vector<Waiting*> waiting_;
  std::uint64_t patience_ns_ = kForever;
  std::function<std::string()> impatience_;
  std::function<void()> after_events_;
  std::string complaint_;
  std::vector<std::shared_ptr<Descriptor>> descriptors_;
  std::vector<Told> told_;
};

inline bool Waiting::ready(explorer::Event, unsigned) const {
  return woken() || kernel_->now_ns() >= deadline_ns_;
}

}  // namespace baton::sim
