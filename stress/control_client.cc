#include "stress/control_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "stress/conversation.h"
#include "stress/reply_frame.h"

namespace baton {

ControlClient::~ControlClient() { close(); }

ControlClient::ControlClient(ControlClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), unread_(std::move(other.unread_)) {}

ControlClient& ControlClient::operator=(ControlClient&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(unread_, other.unread_);
  return *this;
}

void ControlClient::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  unread_.clear();
}

bool ControlClient::connect(const std::string& host, int port, int timeout_seconds) {
  close();
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const timeval timeout{timeout_seconds, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const int yes = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return true;
  close();
  return false;
}

bool ControlClient::send(std::string_view bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      close();
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return fd_ >= 0;
}

std::optional<std::string> ControlClient::next_reply() {
  std::array<char, 16 * 1024> buffer;
  while (fd_ >= 0) {
    const Frame frame = first_frame(unread_);
    if (frame.state == FrameState::kWhole) {
      std::string reply = unread_.substr(0, frame.bytes);
      unread_.erase(0, frame.bytes);
      return reply;
    }
    const ssize_t got = frame.state == FrameState::kMore ? recv(fd_, buffer.data(), buffer.size(), 0) : 0;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      close();
      break;
    }
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

std::optional<std::string> ControlClient::ask(const std::vector<std::string>& words) {
  if (!send(encode_command(words))) return std::nullopt;
  return next_reply();
}

std::string reply_text(std::string_view reply) {
  const std::size_t line_end = reply.find("\r\n");
  if (reply.empty() || line_end == std::string_view::npos) return "";
  if (reply.front() == '$' && reply.size() >= line_end + 4) {
    return std::string(reply.substr(line_end + 2, reply.size() - line_end - 4));
  }
  return std::string(reply.substr(1, line_end - 1));
}

std::string info_field(std::string_view info, std::string_view field) {
  const std::string wanted = "\n" + std::string(field) + ":";
  std::size_t at = info.find(wanted);
  if (at == std::string_view::npos) return "";
  at += wanted.size();
  return std::string(info.substr(at, info.find_first_of("\r\n", at) - at));
}

}  // namespace baton
