#include "fuzz/memory_platform.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "queues/check.h"

namespace baton {

namespace {

constexpr int kListener = 1'000'000;  // above every descriptor of the real system
constexpr int kSignals = 1'000'001;
constexpr int kFirstWire = 1'000'002;

}  // namespace

struct MemoryPlatform::Wire {
  std::string to_server;
  std::size_t read = 0;  // of to_server, by the server
  std::string to_client;
  bool accepted = false;
  bool half_closed = false;
  bool was_reset = false;
  bool closed = false;         // by the server
  bool end_seen = false;       // the server was told of the end of the stream
  bool readable_told = false;  // since the last change: edges are reported once
  bool send_refused = false;   // the server waits to hear that it may go on
  bool refuse_next = false;

  [[nodiscard]] bool has_input() const { return read < to_server.size() || half_closed || was_reset; }
};

struct MemoryPlatform::World {
  explicit World(Options options_) : options(std::move(options_)) {}

  Options options;
  std::map<int, Wire> wires;
  std::vector<int> waiting;  // to be accepted
  std::vector<MemoryPoller*> pollers;
  std::uint64_t now_ns = 1'000'000'000;
  std::uint64_t random = 1;
  bool stop_asked = false;

  Wire* wire(int fd) {
    auto it = wires.find(fd);
    return it == wires.end() || it->second.closed ? nullptr : &it->second;
  }
};

class MemoryPlatform::MemoryClock final : public Clock {
 public:
  explicit MemoryClock(World& world) : world_(world) {}
  std::uint64_t monotonic_ns() override { return world_.now_ns; }
  std::int64_t wall_us() override {
    return 1'700'000'000'000'000 + static_cast<std::int64_t>(world_.now_ns / 1000);
  }
  void sleep_us(std::uint64_t microseconds) override { world_.now_ns += microseconds * 1000; }

 private:
  World& world_;
};

class MemoryPlatform::MemoryRandom final : public Random {
 public:
  explicit MemoryRandom(World& world) : world_(world) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) {
      world_.random = world_.random * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<std::byte>(world_.random >> 56);
    }
  }

 private:
  World& world_;
};

class MemoryPlatform::MemoryPoller final : public Poller {
 public:
  explicit MemoryPoller(World& world) : world_(world) { world_.pollers.push_back(this); }
  ~MemoryPoller() override { std::erase(world_.pollers, this); }

  int add(int fd, void* token, Interest interest) override {
    const bool added = watched_.emplace(fd, Watch{token, interest}).second;
    check(added, "a descriptor is registered once");
    return 0;
  }
  int modify(int fd, void* token, Interest interest) override {
    const auto it = watched_.find(fd);
    if (it == watched_.end()) return -ENOENT;
    it->second = {token, interest};
    if (Wire* wire = world_.wire(fd)) wire->readable_told = false;  // a change of interest reports what holds
    return 0;
  }
  int remove(int fd) override { return watched_.erase(fd) == 1 ? 0 : -ENOENT; }
  void forget(int fd) { watched_.erase(fd); }

  int wait(std::span<PollEvent> events, int timeout_ms) override {
    check(++waits_ < kWaitsMax, "a server that has nothing to do sleeps");
    std::size_t count = 0;
    for (const auto& [fd, watch] : watched_) {
      if (count == events.size()) break;
      PollEvent event = look(fd, watch);
      if (event.readable || event.writable) events[count++] = event;
    }
    if (count == 0 && timeout_ms != 0) {
      world_.options.when_idle();
      world_.now_ns += 1'000'000u * static_cast<unsigned>(std::clamp(timeout_ms, 1, 100));
    }
    return static_cast<int>(count);
  }

 private:
  struct Watch {
    void* token;
    Interest interest;
  };

  PollEvent look(int fd, const Watch& watch) {
    PollEvent event{.token = watch.token};
    if (fd == kListener) event.readable = watch.interest.read && !world_.waiting.empty();
    if (fd == kSignals) event.readable = world_.stop_asked;
    Wire* wire = world_.wire(fd);
    if (wire == nullptr) return event;
    if (watch.interest.read && wire->has_input() && !wire->readable_told) {
      event.readable = true;
      event.hangup = wire->half_closed || wire->was_reset;
      event.broken = wire->was_reset;
      wire->readable_told = watch.interest.trigger == Trigger::edge;
    }
    if (watch.interest.write && wire->send_refused) {
      event.writable = true;
      wire->send_refused = false;
    }
    return event;
  }

  static constexpr unsigned kWaitsMax = 10'000'000;  // of one run

  World& world_;
  std::map<int, Watch> watched_;
  unsigned waits_ = 0;
};

class MemoryPlatform::MemorySockets final : public Sockets {
 public:
  explicit MemorySockets(World& world) : world_(world) {}

  int listen_tcp(const std::string&, std::uint16_t, int) override { return kListener; }
  int listen_unix(const std::string&, unsigned, int) override { return -EACCES; }
  int connect_tcp(const std::string&, std::uint16_t) override { return -ECONNREFUSED; }
  int connect_unix(const std::string&) override { return -ECONNREFUSED; }

  int accept(int) override {
    if (world_.waiting.empty()) return -EAGAIN;
    const int fd = world_.waiting.front();
    world_.waiting.erase(world_.waiting.begin());
    world_.wires.at(fd).accepted = true;
    return fd;
  }

  ssize_t recv(int fd, std::span<char> into) override {
    Wire* wire = world_.wire(fd);
    if (wire == nullptr) return -EBADF;
    if (wire->was_reset) return -ECONNRESET;
    const std::size_t left = wire->to_server.size() - wire->read;
    if (left == 0) {
      return wire->half_closed ? 0 : -EAGAIN;
    }
    const std::size_t count = std::min({left, into.size(), world_.options.piece});
    std::memcpy(into.data(), wire->to_server.data() + wire->read, count);
    wire->read += count;
    if (count < left) wire->readable_told = false;  // the rest arrives only now: an edge of its own
    return static_cast<ssize_t>(count);
  }

  ssize_t send(int fd, std::string_view bytes) override {
    const iovec slice{const_cast<char*>(bytes.data()), bytes.size()};
    return sendv(fd, {&slice, 1});
  }

  ssize_t sendv(int fd, std::span<const iovec> slices) override {
    Wire* wire = world_.wire(fd);
    if (wire == nullptr) return -EBADF;
    if (wire->was_reset) return -EPIPE;
    if (world_.options.send_piece != SIZE_MAX) {
      wire->refuse_next = !wire->refuse_next;
      if (!wire->refuse_next) {
        wire->send_refused = true;
        return -EAGAIN;
      }
    }
    std::size_t room = world_.options.send_piece;
    std::size_t taken = 0;
    for (const iovec& slice : slices) {
      const std::size_t count = std::min(room, slice.iov_len);
      wire->to_client.append(static_cast<const char*>(slice.iov_base), count);
      taken += count;
      room -= count;
      if (count < slice.iov_len) {
        wire->send_refused = true;
        break;
      }
    }
    return static_cast<ssize_t>(taken);
  }

  int shutdown_write(int) override { return 0; }
  void close(int fd) override {
    if (fd == kListener) return;
    Wire* wire = world_.wire(fd);
    check(wire != nullptr, "a descriptor is closed once, by its owner");
    wire->closed = true;
    for (MemoryPoller* poller : world_.pollers) poller->forget(fd);
  }
  int set_nodelay(int) override { return 0; }
  int set_keepalive(int, int) override { return 0; }
  int so_error(int) override { return 0; }
  std::string peer_name(int fd) override { return "127.0.0.1:" + std::to_string(fd - kFirstWire + 1024); }
  std::string local_name(int) override { return "127.0.0.1:6379"; }
  bool peer_is_local(int) override { return true; }

 private:
  World& world_;
};

class MemoryPlatform::MemoryPollers final : public Pollers {
 public:
  explicit MemoryPollers(World& world) : world_(world) {}
  std::unique_ptr<Poller> open(int& error) override {
    error = 0;
    return std::make_unique<MemoryPoller>(world_);
  }

 private:
  World& world_;
};

class MemoryPlatform::MemoryFiles final : public Files {
 public:
  int open(const std::string&, OpenMode, unsigned) override { return -EACCES; }
  void close(int) override {}
  ssize_t read(int, std::span<char>) override { return -EBADF; }
  int write(int, std::string_view) override { return -EBADF; }
  int sync(int) override { return -EBADF; }
  int rename(const std::string&, const std::string&) override { return -ENOENT; }
  int unlink(const std::string&) override { return -ENOENT; }
  int chmod(const std::string&, unsigned) override { return -ENOENT; }
  bool exists(const std::string&) override { return false; }
  int match(const std::string&, std::vector<std::string>&) override { return 0; }
  int load(const std::string&, std::string&, std::size_t) override { return -ENOENT; }
  int replace(const std::string&, std::string_view) override { return -EACCES; }
};

class MemoryPlatform::MemoryThreads final : public Threads {
 public:
  std::unique_ptr<ThreadHandle> spawn(std::string, std::function<void()>) override {
    class Refused final : public ThreadHandle {
      int error() const noexcept override { return -EAGAIN; }
      void join() override {}
    };
    return std::make_unique<Refused>();
  }
  void name_current(const std::string&) override {}
};

class MemoryPlatform::MemoryProcess final : public Process {
 public:
  explicit MemoryProcess(World& world) : world_(world) {}
  int pid() override { return 1; }
  HostFacts host() override { return {"Memory", "baton-server", 1ull << 30}; }
  int fork_child(const std::function<int()>&) override { return -EAGAIN; }
  int reap(int, ChildState&) override { return -ECHILD; }
  int kill(int, int) override { return -ESRCH; }
  int daemonize() override { return -ENOSYS; }
  int open_signals() override { return kSignals; }
  int read_signal(int) override {
    if (!world_.stop_asked) return -EAGAIN;
    world_.stop_asked = false;
    return SIGTERM;
  }
  void close_signals(int) override {}
  CpuTimes cpu_self() override { return {}; }
  CpuTimes cpu_thread() override { return {}; }
  CpuTimes cpu_children() override { return {}; }
  std::uint64_t resident_bytes() override { return 1u << 20; }
  std::uint64_t open_files_max() override { return 1u << 20; }
  std::uint64_t raise_open_files(std::uint64_t) override { return 1u << 20; }
  int notify_manager(const std::string&) override { return -ENOENT; }
  [[nodiscard]] bool has_manager() override { return false; }
  void set_title(const std::string&) override {}
  int disable_huge_pages() override { return 0; }
  int change_directory(const std::string&) override { return -ENOENT; }
  std::string current_directory() override { return "/"; }

 private:
  World& world_;
};

struct MemoryPlatform::Parts {
  explicit Parts(World& world)
      : clock(world), random(world), sockets(world), pollers(world), process(world) {}
  MemoryClock clock;
  MemoryRandom random;
  MemorySockets sockets;
  MemoryPollers pollers;
  MemoryFiles files;
  MemoryThreads threads;
  MemoryProcess process;
};

MemoryPlatform::MemoryPlatform(Options options)
    : world_(std::make_unique<World>(std::move(options))),
      parts_(std::make_unique<Parts>(*world_)),
      platform_{parts_->clock, parts_->random,  parts_->sockets, parts_->pollers,
                parts_->files, parts_->threads, parts_->process} {}

MemoryPlatform::~MemoryPlatform() = default;

int MemoryPlatform::connect() {
  const int fd = kFirstWire + static_cast<int>(world_->wires.size());
  world_->wires[fd];
  world_->waiting.push_back(fd);
  return fd;
}

void MemoryPlatform::send(int client, std::string_view bytes) {
  Wire& wire = world_->wires.at(client);
  wire.to_server.append(bytes);
  wire.readable_told = false;
}

void MemoryPlatform::half_close(int client) {
  Wire& wire = world_->wires.at(client);
  wire.half_closed = true;
  wire.readable_told = false;
}

void MemoryPlatform::reset(int client) {
  Wire& wire = world_->wires.at(client);
  wire.was_reset = true;
  wire.readable_told = false;
}

const std::string& MemoryPlatform::received(int client) const { return world_->wires.at(client).to_client; }

bool MemoryPlatform::closed_by_server(int client) const { return world_->wires.at(client).closed; }

bool MemoryPlatform::gone(int client) const { return world_->wires.at(client).was_reset; }

void MemoryPlatform::advance_ms(std::int64_t milliseconds) {
  world_->now_ns += static_cast<std::uint64_t>(milliseconds) * 1'000'000;
}

void MemoryPlatform::ask_to_stop() { world_->stop_asked = true; }

}  // namespace baton
