#include "server/exec/acceptor.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

constexpr bool kUnix = true, kTcp = false;
constexpr bool kLocal = true, kRemote = false;

TEST(ProtectedMode, WithoutAPasswordOnlyThisMachineIsServed) {
  const Config config;
  EXPECT_TRUE(refused_by_protected_mode(config, kTcp, kRemote));
  EXPECT_FALSE(refused_by_protected_mode(config, kTcp, kLocal));
  EXPECT_FALSE(refused_by_protected_mode(config, kUnix, kLocal));
}

TEST(ProtectedMode, APasswordIsProtectionEnough) {
  Config config;
  config.clients.requirepass = "secret";
  EXPECT_FALSE(refused_by_protected_mode(config, kTcp, kRemote));
}

TEST(ProtectedMode, CanBeTurnedOff) {
  Config config;
  config.network.protected_mode = false;
  EXPECT_FALSE(refused_by_protected_mode(config, kTcp, kRemote));
}

}  // namespace
}  // namespace baton
