#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using IncrexCommand = CommandFixture;

TEST_F(IncrexCommand, AddsOneOrWhatIsAsked) {
  EXPECT_EQ(run("INCREX k"), "*2 :1 :1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("INCREX k BYINT 5"), "*2 :6 :5");
  EXPECT_EQ(run("INCREX k byint -10"), "*2 :-4 :-10");
  EXPECT_EQ(run("OBJECT ENCODING k"), "$3 int");
  EXPECT_EQ(run("INCREX k BYFLOAT 0.25"), "*2 $5 -3.75 $4 0.25");
  EXPECT_EQ(run("INCREX k"), "-ERR value is not an integer or out of range");
  protocol = Protocol::resp3;
  EXPECT_EQ(run("INCREX k BYFLOAT 3.75"), "*2 ,0 ,3.75");
  EXPECT_EQ(run("INCREX k"), "*2 :1 :1");
}

TEST_F(IncrexCommand, LeavesAKeyAloneThatWouldLeaveItsBounds) {
  run("SET k 99 EX 500");
  EXPECT_EQ(run("INCREX k BYINT 5 UBOUND 100 EX 10"), "*2 :99 :0");
  EXPECT_EQ(dirty, 0u);
  EXPECT_EQ(run("TTL k"), ":500");
  EXPECT_EQ(run("INCREX k BYINT 1 UBOUND 100"), "*2 :100 :1");
  EXPECT_EQ(run("INCREX k BYINT -200 LBOUND -5"), "*2 :100 :0");
  EXPECT_EQ(run("INCREX k LBOUND 200"), "*2 :100 :0");
  EXPECT_EQ(run("INCREX absent UBOUND 0"), "*2 :0 :0");
  EXPECT_EQ(run("EXISTS absent"), ":0");
  run("SET k 9223372036854775800");
  EXPECT_EQ(run("INCREX k BYINT 100"), "*2 :9223372036854775800 :0");
  run("SET k 10");
  EXPECT_EQ(run("INCREX k BYFLOAT 10.0 UBOUND 15.5"), "*2 $2 10 $1 0");
}

TEST_F(IncrexCommand, SaturatesWhenAsked) {
  run("SET k 10");
  EXPECT_EQ(run("INCREX k BYINT 5 UBOUND 12 SATURATE"), "*2 :12 :2");
  EXPECT_EQ(run("INCREX k BYINT 5 UBOUND 5 SATURATE"), "*2 :5 :-7");
  EXPECT_EQ(run("INCREX k BYINT -5 LBOUND 20 saturate EX 7"), "*2 :20 :15");
  EXPECT_EQ(run("TTL k"), ":7");
  run("SET k 9223372036854775800");
  EXPECT_EQ(run("INCREX k BYINT 9223372036854775800 SATURATE"), "*2 :9223372036854775807 :7");
  EXPECT_EQ(run("INCREX k BYINT -5 UBOUND -9223372036854775808 SATURATE"),
            "-ERR applied increment would overflow");
  run("SET k 10");
  EXPECT_EQ(run("INCREX k BYFLOAT 10 UBOUND 15.5 SATURATE"), "*2 $4 15.5 $3 5.5");
  EXPECT_EQ(run("INCREX k BYFLOAT 1 LBOUND inf UBOUND inf SATURATE"),
            "-ERR applied increment would be Infinity");
  EXPECT_EQ(run("INCREX new UBOUND 0 SATURATE"), "*2 :0 :0");
  EXPECT_EQ(run("EXISTS new"), ":1");
}

TEST_F(IncrexCommand, ChangesTheExpiry) {
  EXPECT_EQ(run("INCREX k EX 100"), "*2 :1 :1");
  EXPECT_EQ(run("TTL k"), ":100");
  run("INCREX k");
  EXPECT_EQ(run("TTL k"), ":100");
  run("INCREX k PX 1500");
  EXPECT_EQ(run("PTTL k"), ":1500");
  run("INCREX k EX 10 ENX");
  EXPECT_EQ(run("PTTL k"), ":1500");
  EXPECT_EQ(run("INCREX k EXAT 1 ENX"), "*2 :5 :1");
  EXPECT_EQ(run("PTTL k"), ":1500");
  run("INCREX k PERSIST");
  EXPECT_EQ(run("PTTL k"), ":-1");
  run("INCREX k PXAT 1700000000123 ENX");
  EXPECT_EQ(run("PTTL k"), ":123");
  EXPECT_EQ(run("INCREX k EXAT 1"), "*2 :8 :1");
  EXPECT_EQ(dirty, 1u);
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("INCREX k EXAT 1"), "*2 :1 :1");
  EXPECT_EQ(dirty, 0u) << "an absent key that stays absent was changed";
  EXPECT_EQ(run("EXISTS k"), ":0");
  EXPECT_EQ(run("INCREX k EX 9 ENX BYINT 3"), "*2 :3 :3");
  EXPECT_EQ(run("TTL k"), ":9");
}

TEST_F(IncrexCommand, RefusesWhatMakesNoSense) {
  for (const char* line :
       {"INCREX k FOO", "INCREX k BYINT", "INCREX k BYINT 1 BYFLOAT 1", "INCREX k BYFLOAT 1 BYINT 1",
        "INCREX k BYINT 1 BYINT 2", "INCREX k LBOUND 0 LBOUND 1", "INCREX k UBOUND 9 UBOUND 8",
        "INCREX k EX 10 PX 10", "INCREX k EX 10 EX 20", "INCREX k PERSIST EX 10", "INCREX k PERSIST PERSIST",
        "INCREX k PERSIST ENX", "INCREX k ENX PERSIST", "INCREX k ENX ENX EX 10",
        "INCREX k SATURATE SATURATE", "INCREX k KEEPTTL", "INCREX k EX"})
    EXPECT_EQ(run(line), "-ERR syntax error") << line;
  EXPECT_EQ(run("INCREX k ENX"), "-ERR ENX flag requires an expiration");
  EXPECT_EQ(run("INCREX k BYINT 1.5"), "-ERR Increment is not an integer or out of range");
  EXPECT_EQ(run("INCREX k BYFLOAT abc"), "-ERR Increment is not a valid float");
  EXPECT_EQ(run("INCREX k UBOUND 1.5"), "-ERR UBOUND is not an integer or out of range");
  EXPECT_EQ(run("INCREX k LBOUND inf"), "-ERR LBOUND is not an integer or out of range");
  EXPECT_EQ(run("INCREX k BYFLOAT 1 UBOUND abc"), "-ERR UBOUND is not a valid float");
  EXPECT_EQ(run("INCREX k BYFLOAT 1 LBOUND abc"), "-ERR LBOUND is not a valid float");
  EXPECT_EQ(run("INCREX k LBOUND 10 UBOUND 5"), "-ERR LBOUND can't be greater than UBOUND");
  EXPECT_EQ(run("INCREX k BYFLOAT 1 UBOUND -inf"), "-ERR LBOUND can't be greater than UBOUND");
  EXPECT_EQ(run("INCREX k EX 0"), "-ERR invalid expire time in 'increx' command");
  EXPECT_EQ(run("INCREX k PX 9223372036854775807"), "-ERR invalid expire time in 'increx' command");
  EXPECT_EQ(run("EXISTS k"), ":0");
  run("SET k hello");
  EXPECT_EQ(run("INCREX k"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("INCREX k BYFLOAT 1"), "-ERR value is not a valid float");
}

}  // namespace
}  // namespace baton
