#include "server/commands/command_keys.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/commands/command_table.h"
#include "server/commands/data_commands.h"

namespace baton {
namespace {

class CommandKeys : public testing::Test {
 protected:
  std::vector<std::uint32_t> keys(std::vector<std::string_view> args) {
    const CommandSpec* spec = table_.find(args[0]);
    if (spec && !spec->subcommands.empty()) spec = CommandTable::find_subcommand(*spec, args[1]);
    std::vector<std::uint32_t> positions(args.size() + 1);
    count_ = command_keys(*spec, args, positions);
    positions.resize(count_ < 0 ? 0 : static_cast<std::size_t>(count_));
    return positions;
  }

  CommandTable table_{string_commands(), key_commands()};
  int count_ = 0;
};

using Positions = std::vector<std::uint32_t>;

TEST_F(CommandKeys, AreFoundInRanges) {
  EXPECT_EQ(keys({"get", "a"}), Positions({1}));
  EXPECT_EQ(keys({"rename", "a", "b"}), Positions({1, 2}));
  EXPECT_EQ(keys({"del", "a", "b", "c"}), Positions({1, 2, 3}));
  EXPECT_EQ(keys({"mset", "a", "1", "b", "2"}), Positions({1, 3}));
  EXPECT_EQ(keys({"set", "a", "v", "EX", "10"}), Positions({1}));
  EXPECT_EQ(keys({"object", "freq", "a"}), Positions({2}));
}

TEST_F(CommandKeys, AreFoundByTheirNumber) {
  EXPECT_EQ(keys({"msetex", "2", "a", "1", "b", "2", "EX", "10"}), Positions({2, 4}));
  EXPECT_EQ(keys({"msetex", "1", "a", "1", "b", "2"}), Positions({2}));
}

TEST_F(CommandKeys, OfACommandWithoutKeysAreNone) {
  EXPECT_EQ(keys({"keys", "*"}), Positions());
  EXPECT_EQ(count_, 0);
}

TEST_F(CommandKeys, OfSenselessArgumentsAreRefused) {
  for (const auto& args :
       std::vector<std::vector<std::string_view>>{{"get"},
                                                  {"get", "a", "b"},
                                                  {"del"},
                                                  {"mset"},
                                                  {"rename", "a"},
                                                  {"copy", "a"},
                                                  {"msetex", "1", "a"},
                                                  {"msetex", "2", "a", "1"},
                                                  {"msetex", "x", "a", "1"},
                                                  {"msetex", "0", "a", "1"},
                                                  {"msetex", "-1", "a", "1"},
                                                  {"msetex", "9223372036854775807", "a", "1"}}) {
    keys(args);
    EXPECT_EQ(count_, -1) << args[0] << " " << args.size();
  }
}

// Whatever was sent, no position is outside the arguments.
TEST_F(CommandKeys, LieInsideTheArguments) {
  const std::vector<std::string_view> words(12, "3");
  table_.for_each_with_subcommands([&](const CommandSpec& spec, const CommandSpec*) {
    for (std::size_t argc = 1; argc <= words.size(); ++argc) {
      std::vector<std::uint32_t> positions(words.size(), 0);
      const int count = command_keys(spec, std::span(words).first(argc), positions);
      for (int i = 0; i < count; ++i) EXPECT_LT(positions[static_cast<std::size_t>(i)], argc) << spec.name;
    }
  });
}

// A range that reaches beyond what the arity promises is a slip in a table; it must not become a bad read.
TEST_F(CommandKeys, BeyondTheArgumentsAreRefused) {
  const CommandSpec spec{"x", -2, 0, {1, 2, 1}, Group::generic, "", ""};
  const std::vector<std::string_view> args{"x", "a"};
  std::uint32_t positions[4] = {};
  EXPECT_EQ(command_keys(spec, args, positions), -1);
}

TEST_F(CommandKeys, AreCountedBeyondTheRoom) {
  const std::vector<std::string_view> args{"del", "a", "b", "c"};
  std::uint32_t two[2] = {};
  EXPECT_EQ(command_keys(*table_.find("del"), args, two), 3);
  EXPECT_EQ(two[1], 2u);
}

}  // namespace
}  // namespace baton
