#include "server/commands/command_fixture.h"

namespace baton {
namespace {

class ExpiryCommands : public CommandFixture {
 protected:
  ExpiryCommands() { run("SET k v"); }
};

TEST_F(ExpiryCommands, SetAndTellTheExpiryInEachUnit) {
  EXPECT_EQ(run("EXPIRE k 100"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("TTL k"), ":100");
  EXPECT_EQ(run("PTTL k"), ":100000");
  EXPECT_EQ(run("EXPIRETIME k"), ":1700000100");
  EXPECT_EQ(run("PEXPIRETIME k"), ":1700000100000");
  EXPECT_EQ(run("PEXPIRE k 1600"), ":1");
  EXPECT_EQ(run("TTL k"), ":2");
  EXPECT_EQ(run("PTTL k"), ":1600");
  advance_ms(101);
  EXPECT_EQ(run("TTL k"), ":1");
  EXPECT_EQ(run("EXPIREAT k 1700000200"), ":1");
  EXPECT_EQ(run("EXPIRETIME k"), ":1700000200");
  EXPECT_EQ(run("PEXPIREAT k 1700000300500"), ":1");
  EXPECT_EQ(run("PEXPIRETIME k"), ":1700000300500");
  EXPECT_EQ(run("EXPIRETIME k"), ":1700000301");
}

TEST_F(ExpiryCommands, TellWhatIsAbsentAndWhatIsForEver) {
  for (const char* name : {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}) {
    EXPECT_EQ(run(std::string(name) + " absent"), ":-2");
    EXPECT_EQ(run(std::string(name) + " k"), ":-1");
  }
}

TEST_F(ExpiryCommands, DeleteWhatIsPast) {
  EXPECT_EQ(run("EXPIRE k 0"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("DBSIZE"), ":0");  // gone, not only expired
  run("SET k v");
  EXPECT_EQ(run("EXPIRE k -10"), ":1");
  EXPECT_EQ(run("EXISTS k"), ":0");
  run("SET k v");
  EXPECT_EQ(run("EXPIREAT k 1600000000"), ":1");
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("EXPIRE k 10"), ":0");
  EXPECT_EQ(dirty, 0u);
}

TEST_F(ExpiryCommands, KeysLiveUntilTheirTime) {
  run("PEXPIRE k 100");
  advance_ms(99);
  EXPECT_EQ(run("EXISTS k"), ":1");
  EXPECT_EQ(run("PTTL k"), ":1");
  advance_ms(1);
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("TTL k"), ":-2");
}

TEST_F(ExpiryCommands, MindTheirConditions) {
  EXPECT_EQ(run("EXPIRE k 100 XX"), ":0");
  EXPECT_EQ(run("EXPIRE k 100 GT"), ":0");
  EXPECT_EQ(run("EXPIRE k 100 nx"), ":1");
  EXPECT_EQ(run("EXPIRE k 200 NX"), ":0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("EXPIRE k 50 GT"), ":0");
  EXPECT_EQ(run("EXPIRE k 100 GT"), ":0");
  EXPECT_EQ(run("EXPIRE k 200 GT XX"), ":1");
  EXPECT_EQ(run("EXPIRE k 300 LT"), ":0");
  EXPECT_EQ(run("EXPIRE k 150 XX LT"), ":1");
  EXPECT_EQ(run("TTL k"), ":150");
  run("PERSIST k");
  EXPECT_EQ(run("PEXPIREAT k 1700000001000 LT"), ":1");
  EXPECT_EQ(run("PERSIST k"), ":1");
  EXPECT_EQ(run("EXPIRE k 10 XX LT"), ":0");
}

TEST_F(ExpiryCommands, RefuseWhatMakesNoSense) {
  EXPECT_EQ(run("EXPIRE k 10 AB"), "-ERR Unsupported option AB");
  EXPECT_EQ(run("EXPIRE k 10 XX AB"), "-ERR Unsupported option AB");
  for (const char* pair : {"NX XX", "NX GT", "NX LT", "XX NX"})
    EXPECT_EQ(run(std::string("EXPIRE k 10 ") + pair),
              "-ERR NX and XX, GT or LT options at the same time are not compatible");
  EXPECT_EQ(run("EXPIRE k 10 GT LT"), "-ERR GT and LT options at the same time are not compatible");
  EXPECT_EQ(run("EXPIRE k abc"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("EXPIRE k 9223372036854776"), "-ERR invalid expire time in 'expire' command");
  EXPECT_EQ(run("EXPIRE k 9223370399119966"), "-ERR invalid expire time in 'expire' command");
  EXPECT_EQ(run("EXPIRE k -9223372036854776"), "-ERR invalid expire time in 'expire' command");
  EXPECT_EQ(run("PEXPIRE k 9223372036854770000"), "-ERR invalid expire time in 'pexpire' command");
  EXPECT_EQ(run("EXPIREAT k 9223372036854776"), "-ERR invalid expire time in 'expireat' command");
  EXPECT_EQ(run("EXPIRE absent 9223372036854776"), "-ERR invalid expire time in 'expire' command");
  EXPECT_EQ(run("TTL k"), ":-1");
}

TEST_F(ExpiryCommands, PersistRemovesTheExpiry) {
  EXPECT_EQ(run("PERSIST k"), ":0");
  EXPECT_EQ(dirty, 0u);
  run("EXPIRE k 10");
  EXPECT_EQ(run("PERSIST k"), ":1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("TTL k"), ":-1");
  EXPECT_EQ(run("GET k"), "$1 v");
  EXPECT_EQ(run("PERSIST absent"), ":0");
}

}  // namespace
}  // namespace baton
