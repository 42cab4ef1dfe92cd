#include "stress/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <memory>

#include "stress/conversation.h"
#include "stress/ledger.h"
#include "stress/random.h"

namespace baton {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kReadsInTurn = 8;
constexpr std::size_t kBytesDueMax = 16 * 1024 * 1024;

enum class Phase : std::uint8_t { kConnecting, kActive, kClosing, kAwaitingEnd };
enum class Ending : std::uint8_t { kDrained, kQuit, kHalfClosed, kReset };
enum class Cut : std::uint8_t { kWhole, kAnywhere, kBytes };

struct Life {
  Life(const ConversationSettings& settings, Ledger& ledger, std::uint64_t seed)
      : talk(settings, ledger), random(seed) {}

  Conversation talk;
  Random random;  // of how it is sent and read; what is asked has its own
  int fd = -1;
  Phase phase = Phase::kConnecting;
  Ending ending = Ending::kDrained;
  Cut cut = Cut::kWhole;
  bool slow = false;
  bool mortal = false;
  bool write_dead = false;  // the other side refuses more; what it said before is still read
  std::uint32_t commands_max = 0;
  std::uint32_t depth = 1;
  std::string out;
  std::size_t sent = 0;
  std::uint32_t interest = 0;
  Clock::time_point progress;
  Clock::time_point reads_from;  // it does not read before
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        ledger_(fmt::format("load{:x}.{}", options.seed, getpid())),
        poll_(epoll_create1(EPOLL_CLOEXEC)) {}
  ~Load() {
    for (auto& [fd, life] : lives_) ::close(fd);
    ::close(poll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  LoadResult run() {
    const Clock::time_point began = Clock::now();
    const Clock::time_point end =
        began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    Clock::time_point swept = began;
    while (true) {
      now_ = Clock::now();
      over_ = over_ || now_ >= end || enough();
      // A server that leaves is asked to the last, and replaced by nobody.
      const bool leaving = options_.server_may_leave();
      while (!over_ && !leaving && lives_.size() < options_.connections) {
        if (!open_life()) break;
      }
      if ((over_ || leaving) && lives_.empty()) break;
      serve_events();
      if (now_ - swept > Milliseconds(5)) {
        sweep();
        swept = now_;
      }
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    result_.counter_key = ledger_.counter_key();
    result_.increments_told = ledger_.increments_told();
    result_.increments_asked = ledger_.increments_asked();
    return std::move(result_);
  }

 private:
  bool enough() const {
    return (options_.requests != 0 && result_.commands + commands_in_flight_ >= options_.requests) ||
           result_.faults.size() >= options_.faults_max;
  }

  void report(Fault fault) {
    if (result_.faults.size() < options_.faults_max) {
      fmt::print(stderr, "{} (seed {})\n", fault.text(), options_.seed);
    }
    result_.faults.push_back(std::move(fault));
  }

  bool open_life() {
    const std::uint64_t id = ++result_.connections;
    Random draw(options_.seed ^ (id * 0x9e3779b97f4a7c15ULL));
    const bool mortal = draw.chance(options_.mortal_percent);
    ConversationSettings settings;
    settings.connection = id;
    settings.seed = draw.next();
    settings.protocol = options_.protocol != 0 ? options_.protocol : static_cast<int>(2 + draw.below(2));
    // The first is one, so that a small run has messages too.
    settings.subscriber =
        options_.subscriber_percent > 0 && (id == 1 || draw.chance(options_.subscriber_percent));
    settings.publisher = options_.subscriber_percent > 0 && !settings.subscriber && draw.chance(30);
    settings.inline_commands = draw.chance(50);
    settings.name = mortal ? "load-mortal" : "load-steady";
    settings.value_bytes_max = options_.value_bytes_max;
    auto life = std::make_unique<Life>(settings, ledger_, draw.next());
    life->mortal = mortal;
    life->slow = draw.chance(options_.slow_percent);
    if (draw.chance(options_.cut_percent)) life->cut = draw.chance(30) ? Cut::kBytes : Cut::kAnywhere;
    life->depth = draw.between(1, std::max(1U, options_.depth));
    life->commands_max = draw.between(1, std::max(1U, options_.life_commands));
    if (life->cut == Cut::kBytes) life->commands_max = std::min(life->commands_max, 200U);
    const std::uint32_t ending = draw.below(100);
    if (ending < options_.reset_percent) {
      life->ending = Ending::kReset;
    } else if (ending < options_.reset_percent + options_.half_close_percent) {
      life->ending = Ending::kHalfClosed;
    } else if (ending < options_.reset_percent + options_.half_close_percent + 20) {
      life->ending = Ending::kQuit;
    }
    if (settings.subscriber) life->ending = Ending::kDrained;
    return connect_life(std::move(life));
  }

  bool connect_life(std::unique_ptr<Life> life) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return refused(*life, errno);
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    const int small = 4096;
    if (life->slow) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    const bool other = life->mortal && !options_.mortal_host.empty();
    inet_pton(AF_INET, other ? options_.mortal_host.c_str() : options_.host.c_str(), &address.sin_addr);
    if (other) {
      // From the same address, too: else the kernel may give a steady connection the same port, and a storm
      // that kills by ADDR means both.
      sockaddr_in from = address;
      from.sin_port = 0;
      setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
      if (bind(fd, reinterpret_cast<sockaddr*>(&from), sizeof(from)) != 0) {
        const int error = errno;
        ::close(fd);
        return refused(*life, error);
      }
    }
    if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 && errno != EINPROGRESS) {
      const int error = errno;
      ::close(fd);
      return refused(*life, error);
    }
    life->fd = fd;
    life->progress = now_;
    life->talk.open(life->out);
    if (!graves_.empty() && !life->talk.settings().subscriber) {
      life->talk.bury(graves_.front(), life->out);
      graves_.pop_front();
    }
    epoll_event event{};
    event.events = life->interest = EPOLLOUT;
    event.data.fd = fd;
    epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
    lives_.emplace(fd, std::move(life));
    return true;
  }

  bool refused(const Life& life, int error) {
    if (options_.server_may_leave()) return false;
    over_ = true;
    report(life.talk.unfinished(FaultKind::kRefused, strerror(error)));
    return false;
  }

  void serve_events() {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), 5);
    for (int i = 0; i < count; ++i) {
      const auto found = lives_.find(events[i].data.fd);
      if (found != lives_.end()) serve(*found->second, events[i].events);
    }
  }

  // May end and free the life.
  void serve(Life& life, std::uint32_t ready) {
    if (life.phase == Phase::kConnecting) {
      int error = 0;
      socklen_t size = sizeof(error);
      getsockopt(life.fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) {
        refused(life, error);
        return forget(life);
      }
      life.phase = Phase::kActive;
    }
    const bool hung_up = (ready & (EPOLLERR | EPOLLHUP)) != 0;
    if (((ready & EPOLLIN) != 0 || hung_up) && (reading(life) || hung_up) && !read_some(life)) return;
    if ((ready & EPOLLOUT) != 0) write_some(life);
    advance(life);
  }

  bool reading(const Life& life) const { return now_ >= life.reads_from; }

  // False if the life has ended.
  bool read_some(Life& life) {
    std::array<char, kReadBytes> buffer;
    for (std::size_t i = 0; i < kReadsInTurn; ++i) {
      const ssize_t got = recv(life.fd, buffer.data(), buffer.size(), 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
      if (got <= 0) {
        stream_ended(life, got == 0 ? "end of stream" : strerror(errno));
        return false;
      }
      life.progress = now_;
      if (auto fault = life.talk.hear({buffer.data(), static_cast<std::size_t>(got)})) {
        report(std::move(*fault));
        forget(life);
        return false;
      }
    }
    return true;
  }

  void stream_ended(Life& life, const std::string& why) {
    const bool all_heard = life.talk.outstanding() == 0 && life.sent == life.out.size();
    if (life.phase == Phase::kAwaitingEnd && all_heard) {
      if (life.ending == Ending::kHalfClosed) ++result_.half_closed;
    } else if (life.mortal || options_.server_may_leave()) {
      ++result_.killed;
      graves_.push_back(life.talk.settings().connection);
    } else {
      report(life.talk.unfinished(FaultKind::kClosed, "(" + why + ")"));
    }
    forget(life);
  }

  void write_some(Life& life) {
    while (life.sent < life.out.size() && !life.write_dead) {
      std::size_t piece = life.out.size() - life.sent;
      if (life.cut == Cut::kBytes) {
        piece = std::min<std::size_t>(piece, life.random.between(1, 3));
      } else if (life.cut == Cut::kAnywhere) {
        const bool tiny = life.random.chance(50);
        piece = std::min<std::size_t>(piece, life.random.between(1, tiny ? 16 : 16 * 1024));
      }
      const ssize_t put = send(life.fd, life.out.data() + life.sent, piece, MSG_NOSIGNAL);
      if (put < 0) {
        // A reset shows itself when what was received before it has been read.
        life.write_dead = errno != EAGAIN && errno != EINTR;
        break;
      }
      life.sent += static_cast<std::size_t>(put);
      if (life.cut != Cut::kWhole) break;
    }
    if (life.sent == life.out.size()) {
      life.out.clear();
      life.sent = 0;
    }
  }

  bool may_ask(const Life& life) const {
    return life.phase == Phase::kActive && life.out.empty() && !life.write_dead && reading(life) &&
           life.talk.outstanding() < life.depth && life.talk.bytes_due() < kBytesDueMax;
  }

  void advance(Life& life) {
    if (life.phase == Phase::kActive && !life.talk.settings().subscriber &&
        (over_ || life.talk.commands_asked() >= life.commands_max)) {
      if (begin_ending(life)) return;
    }
    if (!over_ && may_ask(life)) ask(life);
    if (life.phase == Phase::kClosing && life.out.empty()) {
      if (life.ending == Ending::kDrained && life.talk.outstanding() == 0) return forget(life);
      if (life.ending == Ending::kHalfClosed) shutdown(life.fd, SHUT_WR);
      if (life.ending != Ending::kDrained) life.phase = Phase::kAwaitingEnd;
    }
    watch(life);
  }

  void ask(Life& life) {
    const std::uint64_t before = life.talk.commands_asked();
    if (life.talk.outstanding() == 0) life.progress = now_;
    if (life.slow && life.random.chance(10)) {
      life.talk.ask_much(life.random.between(5, 50), life.out);
      life.reads_from = now_ + Milliseconds(life.random.between(20, 300));
      ++result_.slowed;
    } else {
      life.talk.ask(life.random.between(1, life.depth), life.out);
    }
    commands_in_flight_ += life.talk.commands_asked() - before;
    write_some(life);
  }

  // True if the life is gone.
  bool begin_ending(Life& life) {
    if (life.ending == Ending::kReset && !over_) {
      life.talk.ask(life.depth, life.out);
      write_some(life);
      const linger at_once{1, 0};
      setsockopt(life.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      graves_.push_back(life.talk.settings().connection);
      ++result_.reset;
      forget(life);
      return true;
    }
    if (life.ending == Ending::kReset) life.ending = Ending::kDrained;
    life.talk.close(life.ending == Ending::kQuit, life.out);
    life.progress = now_;
    life.phase = Phase::kClosing;
    return false;
  }

  void watch(Life& life) {
    const std::uint32_t wanted =
        (reading(life) ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
        (life.out.empty() || life.write_dead ? 0U : static_cast<std::uint32_t>(EPOLLOUT));
    if (wanted == life.interest) return;
    epoll_event event{};
    event.events = life.interest = wanted;
    event.data.fd = life.fd;
    epoll_ctl(poll_, EPOLL_CTL_MOD, life.fd, &event);
  }

  // What no event brings: readers that wake up, stalls, subscribers whose run is over.
  void sweep() {
    std::vector<Life*> all;
    all.reserve(lives_.size());
    for (auto& [fd, life] : lives_) all.push_back(life.get());
    const bool workers_gone = std::all_of(all.begin(), all.end(),
                                          [](const Life* life) { return life->talk.settings().subscriber; });
    if (over_ && !workers_gone) last_worker_ = now_;
    const auto stall = std::chrono::duration<double>(options_.stall_seconds);
    for (Life* life : all) {
      const bool waits = life->talk.outstanding() > 0 || life->phase == Phase::kAwaitingEnd ||
                         life->phase == Phase::kConnecting || !life->out.empty();
      if (waits && reading(*life) && now_ - life->progress > stall && now_ - life->reads_from > stall) {
        report(life->talk.unfinished(FaultKind::kStalled,
                                     fmt::format("(nothing for {} s)", options_.stall_seconds)));
        forget(*life);
      } else if (over_ && workers_gone && life->phase == Phase::kActive) {
        end_subscriber(*life, now_ - last_worker_ > stall);
      } else {
        advance(*life);
      }
    }
  }

  void end_subscriber(Life& life, bool late) {
    if (auto missing = life.talk.message_missing()) {
      if (!late) return watch(life);
      report(std::move(*missing));
      return forget(life);
    }
    if (life.talk.outstanding() > 0 || !life.out.empty()) return watch(life);
    begin_ending(life);
    advance(life);
  }

  void forget(Life& life) {
    result_.commands += life.talk.commands_asked();
    result_.replies += life.talk.replies_heard();
    result_.messages += life.talk.messages_heard();
    commands_in_flight_ -= std::min(commands_in_flight_, life.talk.commands_asked());
    const int fd = life.fd;
    ::close(fd);
    lives_.erase(fd);
  }

  LoadOptions options_;
  Ledger ledger_;
  int poll_;
  std::map<int, std::unique_ptr<Life>> lives_;
  std::deque<std::uint64_t> graves_;  // connections that left keys behind
  LoadResult result_;
  std::uint64_t commands_in_flight_ = 0;
  bool over_ = false;
  Clock::time_point now_ = Clock::now();
  Clock::time_point last_worker_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options) { return Load(options).run(); }

std::string LoadResult::summary() const {
  return fmt::format(
      "{} connections, {} commands, {} replies checked, {} messages checked, {} killed, {} half closed, {} "
      "reset, "
      "{} slowed, {} faults, {:.1f} s",
      connections, commands, replies, messages, killed, half_closed, reset, slowed, faults.size(), seconds);
}

}  // namespace baton
