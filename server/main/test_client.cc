#include "server/main/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace baton {

namespace {

std::string address_text(const sockaddr_in& address) {
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(ntohs(address.sin_port));
}

}  // namespace

Words split_words(std::string_view line) {
  Words words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    if (end != at) words.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string request(const Words& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return bytes;
}

TestClient::TestClient(TestClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      ended_(other.ended_),
      received_(std::move(other.received_)),
      read_(other.read_) {}

TestClient& TestClient::operator=(TestClient&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(ended_, other.ended_);
  std::swap(received_, other.received_);
  std::swap(read_, other.read_);
  return *this;
}

TestClient::~TestClient() {
  if (fd_ >= 0) ::close(fd_);
}

// Reads while it writes: a server that answers a long pipeline stops reading when nobody reads its replies.
bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd wait{fd_, static_cast<short>(POLLOUT | (ended_ ? 0 : POLLIN)), 0};
    if (::poll(&wait, 1, kPatienceMs) <= 0) return false;
    if ((wait.revents & POLLIN) != 0) receive(0);
    if ((wait.revents & (POLLERR | POLLHUP)) != 0) return false;
    if ((wait.revents & POLLOUT) == 0) continue;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN) return false;
  }
  return true;
}

bool TestClient::receive(int ms) {
  pollfd wait{fd_, POLLIN, 0};
  if (ended_ || ::poll(&wait, 1, ms) <= 0) return false;
  char buffer[65536];
  const ssize_t got = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
  if (got > 0) received_.append(buffer, static_cast<std::size_t>(got));
  if (got == 0 || (got < 0 && errno != EAGAIN)) ended_ = true;
  return got > 0;
}

TestReply TestClient::next_reply() {
  for (;;) {
    std::size_t used = 0;
    if (auto reply = read_reply(std::string_view(received_).substr(read_), used)) {
      read_ += used;
      if (read_ == received_.size()) {
        received_.clear();
        read_ = 0;
      }
      return *reply;
    }
    if (!receive(kPatienceMs))
      return {.type = '+', .text = ended_ ? "(closed)" : "(nothing)", .null = false, .items = {}};
  }
}

std::string TestClient::ask(const Words& words) {
  send(request(words));
  return next();
}

std::string TestClient::text_of(std::string_view line) {
  post(line);
  const TestReply reply = next_reply();
  return reply.type == '=' ? reply.text.substr(4) : reply.text;
}

bool TestClient::has_reply(int ms) { return read_ < received_.size() || receive(ms); }

bool TestClient::has_ended() {
  while (receive(0)) continue;
  return ended_;
}

void TestClient::half_close() { ::shutdown(fd_, SHUT_WR); }

void TestClient::abort() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(fd_, -1));
}

std::string TestClient::local_address() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return address_text(address);
}

std::string TestClient::peer_address() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getpeername(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return address_text(address);
}

}  // namespace baton
