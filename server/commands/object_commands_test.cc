#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using ObjectCommands = CommandFixture;

TEST_F(ObjectCommands, EncodingFollowsTheValue) {
  run("SET k 12");
  EXPECT_EQ(run("OBJECT ENCODING k"), "$3 int");
  run("SET k hello");
  EXPECT_EQ(run("OBJECT ENCODING k"), "$6 embstr");
  run_arguments({"SET", "k", std::string(2000, 'x')});
  EXPECT_EQ(run("OBJECT ENCODING k"), "$3 raw");
  EXPECT_EQ(run("OBJECT ENCODING absent"), "$-1");
}

TEST_F(ObjectCommands, RefcountIsOne) {
  run("SET k 12");
  EXPECT_EQ(run("OBJECT REFCOUNT k"), ":1");
  EXPECT_EQ(run("OBJECT REFCOUNT absent"), "$-1");
}

TEST_F(ObjectCommands, IdletimeCountsSecondsSinceTheLastUse) {
  run("SET k v");
  advance_ms(10'000);
  EXPECT_EQ(run("OBJECT IDLETIME k"), ":10");
  run("EXISTS k");
  EXPECT_EQ(run("OBJECT IDLETIME k"), ":10");
  run("TOUCH k");
  EXPECT_EQ(run("OBJECT IDLETIME k"), ":0");
  tracks_frequency = true;
  EXPECT_TRUE(run("OBJECT IDLETIME k")
                  .starts_with("-ERR An LFU maxmemory policy is selected, idle time not tracked."));
  EXPECT_EQ(run("OBJECT IDLETIME absent"), "$-1");
}

TEST_F(ObjectCommands, FreqWantsAnLfuPolicy) {
  run("SET k v");
  EXPECT_TRUE(
      run("OBJECT FREQ k").starts_with("-ERR An LFU maxmemory policy is not selected, access frequency not"));
  tracks_frequency = true;
  EXPECT_TRUE(run("OBJECT FREQ k").starts_with(":"));
  EXPECT_EQ(run("OBJECT FREQ absent"), "$-1");
}

TEST_F(ObjectCommands, FreqFallsWhileAKeyRests) {
  tracks_frequency = true;
  keyspace_.set_options({.track_frequency = true});
  run("SET k v");
  EXPECT_EQ(run("OBJECT FREQ k"), ":5");
  advance_ms(3 * 60'000);
  EXPECT_EQ(run("OBJECT FREQ k"), ":2");
  EXPECT_EQ(run("OBJECT FREQ k"), ":2");
}

TEST_F(ObjectCommands, HelpNamesTheSubcommands) {
  EXPECT_TRUE(run("OBJECT HELP").starts_with("*11 +OBJECT <subcommand> "));
}

TEST_F(ObjectCommands, MemoryUsageCountsBytes) {
  run("SET k v");
  EXPECT_EQ(run("MEMORY USAGE k"), ":" + std::to_string(entry("k")->bytes()));
  EXPECT_EQ(run("MEMORY USAGE k SAMPLES 0"), run("MEMORY USAGE k"));
  EXPECT_EQ(run("MEMORY USAGE absent"), "$-1");
  EXPECT_EQ(run("MEMORY USAGE k SAMPLES"), "-ERR syntax error");
  EXPECT_EQ(run("MEMORY USAGE k SAMPLES -1"), "-ERR syntax error");
  EXPECT_EQ(run("MEMORY USAGE k SAMPLES x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(run("MEMORY USAGE k foo 1"), "-ERR syntax error");
}

}  // namespace
}  // namespace baton
