#include "server/platform/listening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <set>

namespace baton {
namespace {

// Answers each address as told, and remembers what stays open.
class FakeSockets : public Sockets {
 public:
  int listen_tcp(const std::string& address, std::uint16_t, int) override {
    const auto found = faults.find(address);
    if (found != faults.end()) return found->second;
    open.insert(next);
    return next++;
  }
  void close(int fd) override { open.erase(fd); }
  int listen_unix(const std::string&, unsigned, int) override { return -EINVAL; }
  int connect_tcp(const std::string&, std::uint16_t) override { return -EINVAL; }
  int connect_unix(const std::string&) override { return -EINVAL; }
  int accept(int) override { return -EINVAL; }
  ssize_t recv(int, std::span<char>) override { return -EINVAL; }
  ssize_t send(int, std::string_view) override { return -EINVAL; }
  ssize_t sendv(int, std::span<const iovec>) override { return -EINVAL; }
  int shutdown_write(int) override { return -EINVAL; }
  int set_nodelay(int) override { return -EINVAL; }
  int set_keepalive(int, int) override { return -EINVAL; }
  int so_error(int) override { return -EINVAL; }
  std::string peer_name(int) override { return {}; }
  std::string local_name(int) override { return {}; }
  bool peer_is_local(int) override { return true; }

  std::map<std::string, int> faults;
  std::set<int> open;
  int next = 100;
};

class ListeningTest : public testing::Test {
 protected:
  Listening listen(std::vector<std::string> bind, std::uint16_t port = 7000) {
    return listen_everywhere(sockets_, bind, port, 511);
  }
  FakeSockets sockets_;
};

TEST_F(ListeningTest, EveryWordGetsASocket) {
  const Listening result = listen({"*", "-::*"});
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.descriptors, testing::ElementsAre(100, 101));
}

TEST_F(ListeningTest, PortZeroListensNowhere) {
  const Listening result = listen({"*"}, 0);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.descriptors, testing::IsEmpty());
}

TEST_F(ListeningTest, AnOptionalAddressMayBeMissing) {
  sockets_.faults["192.0.2.1"] = -EADDRNOTAVAIL;
  EXPECT_THAT(listen({"127.0.0.1", "-192.0.2.1"}).descriptors, testing::SizeIs(1));
  const Listening strict = listen({"127.0.0.1", "192.0.2.1"});
  EXPECT_THAT(strict.error, testing::HasSubstr("192.0.2.1:7000"));
  EXPECT_THAT(strict.descriptors, testing::IsEmpty());
}

TEST_F(ListeningTest, AnOptionalAddressThatIsTakenIsAnError) {
  sockets_.faults["::*"] = -EADDRINUSE;
  EXPECT_THAT(listen({"*", "-::*"}).error, testing::HasSubstr("Address already in use"));
  EXPECT_THAT(sockets_.open, testing::IsEmpty());
}

TEST_F(ListeningTest, AMissingAddressFamilyIsSkipped) {
  sockets_.faults["::1"] = -EAFNOSUPPORT;
  EXPECT_EQ(listen({"127.0.0.1", "::1"}).error, "");
}

TEST_F(ListeningTest, ListeningNowhereAlthoughAskedIsAnError) {
  sockets_.faults["::1"] = -EAFNOSUPPORT;
  EXPECT_THAT(listen({"::1"}).error, testing::HasSubstr("None of the bind addresses"));
}

}  // namespace
}  // namespace baton
