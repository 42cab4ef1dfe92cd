#include "stress/fake_server.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "stress/conversation.h"

namespace baton {
namespace {

constexpr std::string_view kOk = "+OK\r\n";

std::string integer(long long value) { return fmt::format(":{}\r\n", value); }

std::string array_of(const std::vector<std::string>& elements, char type = '*') {
  std::string out = fmt::format("{}{}\r\n", type, elements.size());
  for (const std::string& element : elements) out += element;
  return out;
}

bool is_integer(const std::string& text) {
  return !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos;
}

// Takes one command off the front; false if it has not all come.
bool take_command(std::string& bytes, std::vector<std::string>& words) {
  words.clear();
  std::size_t at = bytes.find("\r\n");
  if (at == std::string::npos) return false;
  if (bytes[0] != '*') {
    std::size_t from = 0;
    while (from < at) {
      const std::size_t end = std::min(bytes.find(' ', from), at);
      words.push_back(bytes.substr(from, end - from));
      from = end + 1;
    }
    bytes.erase(0, at + 2);
    return true;
  }
  const int count = std::stoi(bytes.substr(1));
  at += 2;
  for (int i = 0; i < count; ++i) {
    const std::size_t line_end = bytes.find("\r\n", at);
    if (line_end == std::string::npos) return false;
    std::size_t size = 0;
    std::from_chars(bytes.data() + at + 1, bytes.data() + line_end, size);
    if (bytes.size() < line_end + 2 + size + 2) return false;
    words.push_back(bytes.substr(line_end + 2, size));
    at = line_end + 2 + size + 2;
  }
  bytes.erase(0, at);
  return true;
}

}  // namespace

std::vector<std::string> FakeSession::feed(std::string_view bytes) {
  unread_.append(bytes);
  std::vector<std::string> replies;
  Words words;
  while (take_command(unread_, words)) {
    const bool silent = skip_;
    skip_ = false;
    std::string reply = answer(words);
    if (!reply.empty() && !silent) replies.push_back(std::move(reply));
  }
  return replies;
}

std::string FakeSession::answer(const Words& words) {
  const std::string& name = words[0];
  if (name == "MULTI" || name == "EXEC" || name == "DISCARD" || in_transaction_) return transaction(words);
  return execute(words);
}

std::string FakeSession::transaction(const Words& words) {
  if (words[0] == "MULTI") {
    in_transaction_ = true;
    return std::string(kOk);
  }
  if (words[0] != "EXEC" && words[0] != "DISCARD") {
    if (words == Words{"GET"}) {
      refused_in_transaction_ = true;
      return "-ERR wrong number of arguments for 'get' command\r\n";
    }
    queued_.push_back(words);
    return "+QUEUED\r\n";
  }
  const std::vector<Words> commands = std::exchange(queued_, {});
  const std::map<std::string, int> watched = std::exchange(watched_, {});
  in_transaction_ = false;
  const bool refused = std::exchange(refused_in_transaction_, false);
  if (words[0] == "DISCARD") return std::string(kOk);
  if (refused) return "-EXECABORT Transaction discarded because of previous errors.\r\n";
  for (const auto& [key, version] : watched) {
    if (store_.versions[key] != version) return resp3_ ? "_\r\n" : "*-1\r\n";
  }
  std::vector<std::string> replies;
  replies.reserve(commands.size());
  for (const Words& command : commands) replies.push_back(execute(command));
  return array_of(replies);
}

std::string FakeSession::execute(const Words& words) {
  const std::string reply = connection_command(words);
  return reply.empty() ? on_strings(words) : reply;
}

std::string FakeSession::connection_command(const Words& words) {
  const std::string& name = words[0];
  if (name == "HELLO") {
    resp3_ = true;
    return "%1\r\n" + bulk_string("proto") + ":3\r\n";
  }
  if (name == "QUIT") {
    quit_ = true;
    return std::string(kOk);
  }
  if (name == "PING" && subscribed() && !resp3_) {
    return array_of({bulk_string("pong"), bulk_string(words.size() > 1 ? words[1] : "")});
  }
  if (name == "PING" && words.size() == 1) return "+PONG\r\n";
  if (name == "PING" || name == "ECHO") return bulk_string(words[1]);
  if (name == "SELECT") {
    database_ = std::stoi(words[1]);
    return std::string(kOk);
  }
  if (name == "PSUBSCRIBE") {
    pattern_ = words[1];
    return array_of({bulk_string("psubscribe"), bulk_string(pattern_), ":1\r\n"}, resp3_ ? '>' : '*');
  }
  if (name == "PUBLISH") {
    published_.emplace_back(words[1], words[2]);
    return ":1\r\n";
  }
  if (name == "WATCH") {
    watched_[address(words[1])] = store_.versions[address(words[1])];
    return std::string(kOk);
  }
  if (name == "CLIENT" && words[1] == "SETNAME") return std::string(kOk);
  return "";
}

void FakeSession::set(const std::string& key, std::string value) {
  store_.values[address(key)] = std::move(value);
  ++store_.versions[address(key)];
}

std::string FakeSession::get(const std::string& key) const {
  const auto found = store_.values.find(address(key));
  if (found == store_.values.end()) return resp3_ ? "_\r\n" : "$-1\r\n";
  return bulk_string(found->second);
}

std::string FakeSession::on_strings(const Words& words) {
  const std::string& name = words[0];
  if (name == "CLIENT") {
    skip_ = true;
    return "";
  }
  if (words.size() == 1) {
    return fmt::format("-ERR wrong number of arguments for '{}' command\r\n",
                       name == "GET" ? "get" : "strlen");
  }
  const std::string& key = words[1];
  const auto found = store_.values.find(address(key));
  const bool there = found != store_.values.end();
  const std::string before = there ? found->second : "";
  std::string got = get(key);
  if (name == "GET") return got;
  if (name == "SET") {
    set(key, words[2]);
    return words.size() > 3 ? got : std::string(kOk);
  }
  if (name == "INCR" || name == "INCRBY") {
    if (there && !is_integer(before)) return "-ERR value is not an integer or out of range\r\n";
    const long long sum = (there ? std::stoll(before) : 0) + (name == "INCR" ? 1 : std::stoll(words[2]));
    set(key, std::to_string(sum));
    return integer(sum);
  }
  if (name == "APPEND") {
    const std::string joined = before + words[2];
    set(key, joined);
    return integer(static_cast<long long>(joined.size()));
  }
  if (name == "STRLEN") return integer(static_cast<long long>(before.size()));
  if (name == "EXISTS") return integer(there ? 2 : 0);
  if (name == "MGET") {
    std::vector<std::string> values;
    for (std::size_t i = 1; i < words.size(); ++i) values.push_back(get(words[i]));
    return array_of(values);
  }
  if (name == "DEL" || name == "UNLINK" || name == "GETDEL") {
    long long removed = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
      removed += static_cast<long long>(store_.values.erase(address(words[i])));
      ++store_.versions[address(words[i])];
    }
    return name == "GETDEL" ? got : integer(removed);
  }
  return fmt::format("-ERR unknown command '{}', with args beginning with: '{}' \r\n", name, words[1]);
}

std::string FakeSession::message(const std::string& channel, const std::string& payload) const {
  return array_of(
      {bulk_string("pmessage"), bulk_string(pattern_), bulk_string(channel), bulk_string(payload)},
      resp3_ ? '>' : '*');
}

std::vector<std::pair<std::string, std::string>> FakeSession::take_published() {
  return std::exchange(published_, {});
}

FakeServer::FakeServer(Sin sin) : sin_(sin), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || pipe(wake_) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

FakeServer::~FakeServer() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
  ::close(listener_);
  for (auto& [fd, client] : clients_) ::close(fd);
}

void FakeServer::run() {
  while (true) {
    std::vector<pollfd> polled{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (auto& [fd, client] : clients_) {
      const int reads = client.ended ? 0 : POLLIN;
      polled.push_back({fd, static_cast<short>(reads | (client.out.empty() ? 0 : POLLOUT)), 0});
    }
    poll(polled.data(), polled.size(), -1);
    if (polled[0].revents != 0) return;
    for (const pollfd& ready : polled) {
      const auto found = clients_.find(ready.fd);
      if (found == clients_.end() || ready.revents == 0) continue;
      const bool open = (ready.revents & POLLIN) == 0 || hear(ready.fd, found->second);
      if (open && reply(ready.fd, found->second)) continue;
      ::close(ready.fd);
      clients_.erase(found);
    }
    if (polled[1].revents != 0) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) clients_[fd].session = std::make_unique<FakeSession>(store_);
    }
  }
}

bool FakeServer::hear(int fd, Client& client) {
  std::array<char, 16 * 1024> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) {
    client.ended = true;
    return true;
  }
  if (sin_ == Sin::kForgetsAtHalfClose) {
    pollfd end{fd, POLLRDHUP, 0};
    char next = 0;
    if (poll(&end, 1, 2) == 1 && recv(fd, &next, 1, MSG_PEEK) == 0) return false;
  }
  std::vector<std::string> replies = client.session->feed({buffer.data(), static_cast<std::size_t>(got)});
  if (sin_ == Sin::kClosesEarly && (replies_ += replies.size()) > 500) return false;
  sin_on(replies, client);
  for (const std::string& text : replies) client.out += text;
  deliver(*client.session);
  return true;
}

void FakeServer::sin_on(std::vector<std::string>& replies, Client& client) {
  if (sin_ == Sin::kRepeatsCounter && !store_.values.empty()) {
    for (auto& [key, value] : store_.values) {
      if (key.ends_with(":counter") && value == "20") value = "19";
    }
  }
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const bool tagged = replies[i].find("<c") != std::string::npos && replies[i].front() == '$';
    if (++replies_ < 300 || !tagged) continue;
    if (sin_ == Sin::kLosesReply) {
      replies.erase(replies.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (sin_ == Sin::kDoublesReply) {
      replies.insert(replies.begin() + static_cast<std::ptrdiff_t>(i), replies[i]);
    } else if (sin_ == Sin::kSwapsReplies && i + 1 < replies.size() && replies[i] != replies[i + 1]) {
      std::swap(replies[i], replies[i + 1]);
    } else if (sin_ == Sin::kAnswersAnother) {
      for (auto& [fd, other] : clients_) {
        if (&other == &client) continue;
        other.out += replies[i];
        break;
      }
    } else if (sin_ == Sin::kStalls) {
      replies.resize(i);
    } else {
      continue;
    }
    if (sin_ != Sin::kStalls) replies_ = 0;
    return;
  }
}

bool FakeServer::reply(int fd, Client& client) {
  const ssize_t put = client.out.empty() ? 0 : send(fd, client.out.data(), client.out.size(), MSG_NOSIGNAL);
  if (put < 0) return errno == EAGAIN;
  client.out.erase(0, static_cast<std::size_t>(put));
  return !(client.out.empty() && (client.ended || client.session->has_quit()));
}

void FakeServer::deliver(FakeSession& publisher) {
  for (const auto& [channel, payload] : publisher.take_published()) {
    if (sin_ == Sin::kLosesMessage && ++messages_ % 20 == 0) continue;
    for (auto& [fd, client] : clients_) {
      if (client.session->subscribed()) client.out += client.session->message(channel, payload);
    }
  }
}

}  // namespace baton
