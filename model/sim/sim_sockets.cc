#include "model/sim/sim_sockets.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

namespace baton::sim {

Wire* SimSockets::wire(int fd, const char* call) {
  Wire* const found = dynamic_cast<Wire*>(kernel_.find(fd, call));
  if (!found) kernel_.fail(std::string(call) + " on a descriptor that is no connection");
  return found;
}

int SimSockets::listen_tcp(const std::string& address, std::uint16_t port, int backlog) {
  kernel_.call("listen");
  return network_.listen(std::make_shared<Listener>(network_, address, port, backlog));
}

int SimSockets::listen_unix(const std::string& path, unsigned, int backlog) {
  kernel_.call("listen");
  return network_.listen(std::make_shared<Listener>(network_, path, 0, backlog));
}

int SimSockets::connect_tcp(const std::string&, std::uint16_t) { return -ECONNREFUSED; }
int SimSockets::connect_unix(const std::string&) { return -ECONNREFUSED; }

int SimSockets::accept(int fd) {
  kernel_.call("accept");
  auto* const listener = dynamic_cast<Listener*>(kernel_.find(fd, "accept"));
  if (!listener) {
    kernel_.fail("accept on a descriptor that is no listener");
    return -EINVAL;
  }
  return network_.accept(*listener);
}

ssize_t SimSockets::recv(int fd, std::span<char> into) {
  kernel_.call("recv");
  Wire* const from = wire(fd, "recv");
  return from ? network_.receive(*from, into.data(), into.size()) : -EBADF;
}

ssize_t SimSockets::send(int fd, std::string_view bytes) {
  const iovec slice{const_cast<char*>(bytes.data()), bytes.size()};
  return sendv(fd, {&slice, 1});
}

ssize_t SimSockets::sendv(int fd, std::span<const iovec> slices) {
  kernel_.call("send");
  Wire* const to = wire(fd, "send");
  if (!to) return -EBADF;
  std::size_t offered = 0;
  for (const iovec& slice : slices.first(std::min(slices.size(), kSlicesMax))) offered += slice.iov_len;
  const ssize_t room = network_.room(*to);
  if (room < 0) return room;
  std::string bytes;
  bytes.reserve(std::min(offered, static_cast<std::size_t>(room)));
  for (const iovec& slice : slices.first(std::min(slices.size(), kSlicesMax)))
    bytes.append(static_cast<const char*>(slice.iov_base),
                 std::min(slice.iov_len, static_cast<std::size_t>(room) - bytes.size()));
  const auto taken = static_cast<ssize_t>(bytes.size());
  if (taken > 0) network_.take(*to, std::move(bytes), static_cast<std::size_t>(taken) == offered);
  return taken;
}

int SimSockets::shutdown_write(int fd) {
  kernel_.call("shutdown");
  Wire* const of = wire(fd, "shutdown");
  if (!of) return -EBADF;
  network_.shut(*of);
  return 0;
}

void SimSockets::close(int fd) {
  kernel_.call("close");
  kernel_.close(fd);
}

int SimSockets::set_nodelay(int fd) { return wire(fd, "setsockopt") ? 0 : -EBADF; }
int SimSockets::set_keepalive(int fd, int) { return wire(fd, "setsockopt") ? 0 : -EBADF; }

int SimSockets::so_error(int fd) {
  Wire* const of = wire(fd, "getsockopt");
  return of && of->broken && !std::exchange(of->break_reported, true) ? -ECONNRESET : 0;
}

std::string SimSockets::peer_name(int fd) {
  Wire* const of = wire(fd, "getpeername");
  return of ? of->peer_name : "?:0";
}

std::string SimSockets::local_name(int fd) {
  Wire* const of = wire(fd, "getsockname");
  return of ? of->local_name : "?:0";
}

bool SimSockets::peer_is_local(int fd) {
  Wire* const of = wire(fd, "getpeername");
  return of && !of->from_elsewhere;
}

}  // namespace baton::sim
