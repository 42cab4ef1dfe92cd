// The zoo: features whose absence docs/bug-zoo.md relies on. A row that says "there is no ..." names its test
// here, which asks the server for the feature, at its start or by a command. The day that the server has it,
// the test fails and tells what is due: the row's defect was tried in a small program only
// (model/zoo_model.h) and wants a variant, or a test, at the feature itself.
#include <gmock/gmock.h>

#include <string>

#include "server/main/test_server.h"

namespace baton {
namespace {

struct Absent {
  const char* name;           // of the test: the rows that rely on it, and what is not there
  const char* feature;        // "... here"
  Words start;                // directives that a server without it refuses
  const char* commands = "";  // names that it does not know, with spaces between
};

const Absent kAbsent[] = {
    {"B4_B5_H5_ThereIsNoTls", "TLS is", {"--tls-port", "1"}},
    {"C1_D6_ThereAreNoScripts", "scripting is", {}, "EVAL EVALSHA FCALL SCRIPT FUNCTION"},
    {"C4_C9_E3_E4_H14_ThereIsNoReplication",
     "replication is",
     {"--replicaof", "127.0.0.1", "1"},
     "REPLICAOF SLAVEOF PSYNC SYNC REPLCONF"},
    {"C8_ThereAreNoBlockingCommands",
     "a blocking command is",
     {},
     "BLPOP BRPOP BLMOVE BLMPOP BRPOPLPUSH BZPOPMIN BZPOPMAX BZMPOP XREAD XREADGROUP WAIT WAITAOF"},
    {"C8_H16_ClientsAreNotEvicted", "eviction of clients is", {"--maxmemory-clients", "1mb"}},
    {"D9_ThereAreNoSnapshots", "a snapshot is", {"--save", "60", "1"}, "SAVE BGSAVE"},
    {"E1_E2_ThereIsNoLog", "the append-only file is", {"--appendonly", "yes"}, "BGREWRITEAOF WAITAOF"},
    {"E5_KeysAreNotEvicted", "eviction is", {"--maxmemory-policy", "allkeys-lru"}},
    {"H15_ThereIsOneUser", "a second user is", {"--user", "alice on nopass ~* +@all"}, "ACL"},
};

// "TLS is here: docs/bug-zoo.md needs variants of it for B4, B5, H5".
std::string due(const Absent& absent) {
  std::string rows = absent.name;
  rows.erase(rows.rfind('_'));
  for (std::size_t at = rows.find('_'); at != std::string::npos; at = rows.find('_'))
    rows.replace(at, 1, ", ");
  return std::string(absent.feature) + " here: docs/bug-zoo.md needs variants of it for " + rows;
}

class AbsentZooTest : public testing::TestWithParam<Absent> {
 protected:
  TemporaryDirectory directory_;
};

TEST_P(AbsentZooTest, IsNotThere) {
  const Absent& absent = GetParam();
  if (!absent.start.empty()) {
    Words words = {"--port", std::to_string(free_port()), "--bind", "127.0.0.1", "--dir", directory_.path()};
    words.insert(words.end(), absent.start.begin(), absent.start.end());
    const Ended ended = run_server(words);
    EXPECT_GT(ended.status, 0) << due(absent);
    EXPECT_THAT(ended.output, testing::HasSubstr("not in this version of Baton")) << due(absent);
  }
  if (*absent.commands == '\0') return;
  TestServer server(directory_.path(), {});
  ASSERT_TRUE(server.runs());
  TestClient client = server.client();
  for (const std::string& command : split_words(absent.commands))
    EXPECT_THAT(client.ask(command), testing::HasSubstr("unknown command '" + command)) << due(absent);
}

// Whatever it may be called: the server says of each of its commands whether it can block.
TEST(AbsentZoo, NoCommandSaysOfItselfThatItBlocks) {
  TemporaryDirectory directory;
  TestServer server(directory.path(), {});
  ASSERT_TRUE(server.runs());
  TestClient client = server.client();
  const std::string commands = client.ask("COMMAND");
  EXPECT_THAT(commands, testing::HasSubstr("readonly"));
  EXPECT_THAT(commands, testing::Not(testing::HasSubstr("blocking")))
      << due({"C8_ThereAreNoBlockingCommands", "a blocking command is", {}});
}

std::string name_of_row(const testing::TestParamInfo<Absent>& row) { return row.param.name; }
INSTANTIATE_TEST_SUITE_P(Features, AbsentZooTest, testing::ValuesIn(kAbsent), name_of_row);

// What a red test says.
TEST(SeededAbsentZooTest, NamesTheRowsThatAreDue) {
  EXPECT_EQ(due({"B4_B5_H5_ThereIsNoTls", "TLS is", {}}),
            "TLS is here: docs/bug-zoo.md needs variants of it for B4, B5, H5");
  EXPECT_EQ(due({"E5_KeysAreNotEvicted", "eviction is", {}}),
            "eviction is here: docs/bug-zoo.md needs variants of it for E5");
}

}  // namespace
}  // namespace baton
