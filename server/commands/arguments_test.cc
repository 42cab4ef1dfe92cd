#include "server/commands/arguments.h"

#include <string>

#include "server/commands/command_fixture.h"

namespace baton {
namespace {

using Arguments = CommandFixture;

TEST_F(Arguments, OfAnUnknownCommandAreRepeated) {
  EXPECT_EQ(run("FOO"), "-ERR unknown command 'FOO', with args beginning with: ");
  EXPECT_EQ(run("foo a 'b c'"), "-ERR unknown command 'foo', with args beginning with: 'a' 'b c' ");
}

TEST_F(Arguments, AreCutWhenTheyAreLong) {
  const std::string longer(200, 'x');
  const std::vector<std::string_view> args{longer, longer, "next"};
  EXPECT_EQ(unknown_command_error(args), "ERR unknown command '" + std::string(128, 'x') +
                                             "', with args beginning with: '" + std::string(128, 'x') + "' ");
  const std::string half(100, 'y');
  const std::vector<std::string_view> three{"foo", half, half, half};
  EXPECT_EQ(unknown_command_error(three), "ERR unknown command 'foo', with args beginning with: '" + half +
                                              "' '" + std::string(25, 'y') + "' ");
}

TEST_F(Arguments, AreCutAtAZeroByte) {
  const std::vector<std::string_view> args{std::string_view("a\0b", 3)};
  EXPECT_EQ(unknown_command_error(args), "ERR unknown command 'a', with args beginning with: ");
}

TEST_F(Arguments, AreCounted) {
  EXPECT_EQ(run("GET"), "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(run("GET a b"), "-ERR wrong number of arguments for 'get' command");
  EXPECT_EQ(run("mGet"), "-ERR wrong number of arguments for 'mget' command");
  EXPECT_EQ(run("OBJECT"), "-ERR wrong number of arguments for 'object' command");
  EXPECT_EQ(run("OBJECT FREQ"), "-ERR wrong number of arguments for 'object|freq' command");
}

TEST_F(Arguments, NameSubcommands) {
  EXPECT_EQ(run("OBJECT foo"), "-ERR unknown subcommand 'foo'. Try OBJECT HELP.");
  EXPECT_EQ(run("object FOO a b"), "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
}

}  // namespace
}  // namespace baton
