#include "server/commands/command_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "server/commands/data_commands.h"
#include "server/commands/spec_builder.h"

namespace baton {
namespace {

Effect nothing(DataCall&) { return {}; }

constexpr CommandSpec plain(std::string_view name) {
  return data_command(name, 1, 0, kNoKeys, {}, Group::server, "1.0.0", nothing, "O(1)", "");
}

TEST(CommandTable, FindsEveryCommandInEitherCase) {
  const CommandTable table{string_commands(), key_commands(), database_commands()};
  EXPECT_EQ(table.count(), string_commands().size() + key_commands().size() + database_commands().size());
  table.for_each([&](const CommandSpec& spec) {
    std::string upper(spec.name);
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(table.find(spec.name), &spec);
    EXPECT_EQ(table.find(upper), &spec);
  });
}

TEST(CommandTable, FindsNothingElse) {
  const CommandTable table{string_commands()};
  for (const std::string_view name :
       {std::string_view(""), std::string_view("ge"), std::string_view("gets"), std::string_view("get\0", 4),
        std::string_view("get "), std::string_view("g\xC5t"), std::string_view("\x07\x05\x14"),
        std::string_view("averyveryverylongcommandname"), std::string_view("object|freq")})
    EXPECT_EQ(table.find(name), nullptr) << name;
}

TEST(CommandTable, ARenamedCommandIsFoundByItsNewNameAlone) {
  CommandTable table{string_commands(), key_commands()};
  const std::size_t count = table.count();
  const CommandSpec* const get = table.find("get");
  EXPECT_EQ(table.rename("GET", "Fetch"), "");
  EXPECT_EQ(table.find("get"), nullptr);
  EXPECT_EQ(table.find("FETCH"), get);
  EXPECT_EQ(table.find(std::string_view("fetch\0", 6)), nullptr);
  EXPECT_EQ(get->name, "get") << "statistics go on under its own name";
  const std::string hidden = "b840fc02d524045429941cc15f59e41cb7be6c52";
  const CommandSpec* const object = table.find("object");
  EXPECT_EQ(table.rename("object", hidden), "");
  EXPECT_EQ(table.find("B840fc02d524045429941cc15f59e41cb7be6c52"), object);
  EXPECT_EQ(table.find_full(hidden + "|freq"), table.find_subcommand(*object, "freq"));
  EXPECT_EQ(table.count(), count);
}

TEST(CommandTable, ACommandThatIsTakenAwayIsNotListed) {
  CommandTable table{string_commands(), key_commands()};
  const std::size_t count = table.count();
  const CommandSpec* const keys = table.find("keys");
  EXPECT_EQ(table.rename("keys", ""), "");
  EXPECT_EQ(table.find("keys"), nullptr);
  EXPECT_EQ(table.count(), count - 1);
  table.for_each([&](const CommandSpec& spec) { EXPECT_NE(&spec, keys); });
  EXPECT_EQ(table.rename("get", "keys"), "") << "its name is free";
}

TEST(CommandTable, RenamingRefusesWhatIsNotThereAndWhatIs) {
  CommandTable table{string_commands()};
  EXPECT_EQ(table.rename("nonsense", "x"), "No such command");
  EXPECT_EQ(table.rename("get", "SET"), "Target command name already exists");
  EXPECT_NE(table.find("get"), nullptr);
}

// '@' and '[' stand beside the letters, '`' and '{' beside the lower ones.
TEST(CommandTable, LowersLettersOnly) {
  static constexpr CommandSpec kOdd[] = {plain("a@z"), plain("a`z"), plain("a[z"), plain("a{z")};
  const CommandTable table{kOdd};
  for (const CommandSpec& spec : kOdd) {
    ASSERT_NE(table.find(spec.name), nullptr);
    EXPECT_EQ(table.find(spec.name)->name, spec.name);
  }
}

TEST(CommandTable, GivesEverySpecAnIndexOfItsOwn) {
  const CommandTable table{string_commands(), key_commands()};
  std::set<std::size_t> seen;
  table.for_each_with_subcommands([&](const CommandSpec& spec, const CommandSpec* container) {
    const std::size_t index = table.index_of(spec);
    EXPECT_LT(index, table.size());
    EXPECT_TRUE(seen.insert(index).second);
    EXPECT_EQ(&table.at(index), &spec);
    EXPECT_EQ(table.container_of(spec), container);
  });
  EXPECT_EQ(seen.size(), table.size());
  EXPECT_GT(table.size(), table.count());
}

TEST(CommandTable, FindsSubcommands) {
  const CommandTable table{key_commands()};
  const CommandSpec* object = table.find("OBJECT");
  ASSERT_NE(object, nullptr);
  const CommandSpec* freq = CommandTable::find_subcommand(*object, "FREQ");
  ASSERT_NE(freq, nullptr);
  EXPECT_EQ(freq->name, "freq");
  EXPECT_EQ(table.find_full("object|freq"), freq);
  EXPECT_EQ(table.find_full("Object|Freq"), freq);
  EXPECT_EQ(table.find_full("get|freq"), nullptr);
  EXPECT_EQ(table.find_full("object|"), nullptr);
  EXPECT_EQ(CommandTable::find_subcommand(*object, "fre"), nullptr);
}

TEST(CommandTableDeathTest, StopsOnOurOwnMistakes) {
  static constexpr CommandSpec kTwice[] = {plain("ping"), plain("ping")};
  static constexpr CommandSpec kUpper[] = {plain("Ping")};
  static constexpr CommandSpec kLong[] = {plain("averyveryverylongcommandname")};
  static constexpr CommandSpec kIdle[] = {{"ping", 1, 0, {}, Group::server, "1.0.0", ""}};
  EXPECT_DEATH(CommandTable{kTwice}, "two commands of one name");
  EXPECT_DEATH((CommandTable{string_commands(), string_commands()}), "two commands of one name");
  EXPECT_DEATH(CommandTable{kUpper}, "cannot be found");
  EXPECT_DEATH(CommandTable{kLong}, "cannot be found");
  EXPECT_DEATH(CommandTable{kIdle}, "without a handler");
}

}  // namespace
}  // namespace baton
