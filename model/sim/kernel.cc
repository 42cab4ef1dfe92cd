#include "model/sim/kernel.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace baton::sim {

using explorer::Engine;

namespace {

constexpr std::uint64_t kJumpNs = 400'000'000;  // the longest standstill
constexpr std::size_t kBytesNoted = 60;

// What the step that runs has moved, for people and to compare runs.
void note(const std::string& text) {
  Engine& engine = Engine::current();
  if (engine.recording() && engine.last_step() >= 0) engine.step().note += text;
}

}  // namespace

Kernel::Kernel(const Options& options, Faults& faults)
    : options_(options), faults_(faults), descriptors_(kFirstDescriptor) {}

Kernel::~Kernel() = default;

// --- time ---

void Kernel::at(std::uint64_t ns, std::function<void()> event) {
  queue_.push_back({ns, events_++, std::move(event)});
  std::push_heap(queue_.begin(), queue_.end(), std::greater<>());
}

void Kernel::run_due() {
  while (!queue_.empty() && queue_.front().at_ns <= now_ns()) {
    std::pop_heap(queue_.begin(), queue_.end(), std::greater<>());
    const Event event = std::move(queue_.back());
    queue_.pop_back();
    event.act();
    if (after_events_) after_events_();
  }
}

bool Kernel::idle() {
  if (!complaint_.empty()) return false;
  const std::uint64_t now = now_ns();
  std::uint64_t next = kForever;
  for (const Waiting* waiting : waiting_) next = std::min(next, waiting->deadline_ns_);
  if (!queue_.empty()) next = std::min(next, queue_.front().at_ns);
  if (impatience_ && (next == kForever || next > now + patience_ns_)) {
    complaint_ = impatience_();
    if (!complaint_.empty()) return false;
  }
  if (next == kForever) return false;
  if (next > now) leapt_ns_ += next - now;
  run_due();
  return complaint_.empty();
}

// --- calls ---

void Kernel::call(const char* name, const model::CallSite& site) {
  Engine& engine = Engine::current();
  engine.point(explorer::Event::kOther, nullptr, site);
  if (engine.recording() && engine.in_thread()) engine.step().note = name;
  ++calls_;
  if (faults_.strike(Fault::clock_jump)) {
    const std::uint64_t jump = 1'000'000 + faults_.below(Fault::clock_jump, kJumpNs);
    leapt_ns_ += jump;
    stood_still_ns_ += jump;
  }
  run_due();
}

bool Kernel::block(Waiting& waiting, std::uint64_t deadline_ns, const model::CallSite& site) {
  waiting.kernel_ = this;
  waiting.deadline_ns_ = deadline_ns;
  waiting_.push_back(&waiting);
  Engine::current().point(explorer::Event::kWait, &waiting, site);
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &waiting));
  run_due();
  return waiting.woken();
}

void Kernel::mix(std::uint64_t value) {
  Engine::current().mix(value);
  if (Engine::current().recording()) note(fmt::format(" = {}", value));
}

void Kernel::mix(std::string_view bytes) {
  std::uint64_t hash = bytes.size();
  for (const char byte : bytes) hash = hash * 0x100000001B3ULL + static_cast<unsigned char>(byte);
  Engine::current().mix(hash);
  if (!Engine::current().recording()) return;
  note(fmt::format(" {:?}", bytes.substr(0, kBytesNoted)));
  if (bytes.size() > kBytesNoted) note(fmt::format("... {} bytes {:08x}", bytes.size(), hash & 0xffffffffu));
}

// --- failure ---

void Kernel::fail(std::string what) {
  if (complaint_.empty()) complaint_ = std::move(what);
  // While nobody runs, idle() ends the run.
  if (Engine::current().in_thread()) Engine::current().fail(complaint_.c_str());
}

// --- descriptors ---

int Kernel::install(std::shared_ptr<Descriptor> descriptor) {
  std::size_t fd = descriptors_.size();
  if (options_.reuse_descriptors)
    fd = static_cast<std::size_t>(
        std::find(descriptors_.begin() + kFirstDescriptor, descriptors_.end(), nullptr) -
        descriptors_.begin());
  if (fd == descriptors_.size()) descriptors_.emplace_back();
  descriptor->fd_ = static_cast<int>(fd);
  descriptors_[fd] = std::move(descriptor);
  return static_cast<int>(fd);
}

Descriptor* Kernel::find(int fd, const char* user) {
  const auto at = static_cast<std::size_t>(fd);
  if (fd < 0 || at >= descriptors_.size() || !descriptors_[at]) {
    fail(fmt::format("{} on descriptor {}, which is not open", user, fd));
    return nullptr;
  }
  return descriptors_[at].get();
}

void Kernel::watch(int fd, Watcher& watcher) {
  if (Descriptor* descriptor = find(fd, "poll")) descriptor->watchers_.push_back(&watcher);
}

void Kernel::unwatch(int fd, Watcher& watcher) {
  const auto at = static_cast<std::size_t>(fd);
  if (at < descriptors_.size() && descriptors_[at]) std::erase(descriptors_[at]->watchers_, &watcher);
}

void Kernel::close(int fd) {
  Descriptor* const descriptor = find(fd, "close");
  if (!descriptor) return;
  const std::shared_ptr<Descriptor> kept = std::move(descriptors_[static_cast<std::size_t>(fd)]);
  for (Watcher* watcher : std::exchange(kept->watchers_, {})) watcher->forget(fd);
  kept->fd_ = -1;
  kept->closed();
}

std::string Kernel::open_descriptors() const {
  std::string open;
  for (const auto& descriptor : descriptors_)
    if (descriptor)
      open += fmt::format("{}{} {}", open.empty() ? "" : ", ", descriptor->kind(), descriptor->fd());
  return open;
}

}  // namespace baton::sim
