#include "server/commands/command_syntax.h"

#include "server/commands/command_fixture.h"

namespace baton {
namespace {

class CommandSyntax : public CommandFixture {
 protected:
  static std::string written(std::string_view syntax) {
    ReplyBuffer buffer;
    ReplyWriter reply(buffer, Protocol::resp2);
    write_arguments(reply, parse_syntax(syntax));
    return shown(buffer);
  }
};

TEST_F(CommandSyntax, IsReadArgumentByArgument) {
  EXPECT_EQ(written(""), "*0");
  EXPECT_EQ(written("key value"),
            "*2 *4 $4 name $3 key $4 type $3 key *4 $4 name $5 value $4 type $6 string");
  EXPECT_EQ(written("n:integer=EX?"),
            "*1 *8 $4 name $1 n $4 type $7 integer $5 token $2 EX $5 flags *1 +optional");
  EXPECT_EQ(written("!NX"), "*1 *6 $4 name $2 nx $4 type $10 pure-token $5 token $2 NX");
  EXPECT_EQ(written("pair(key v)*?"),
            "*1 *8 $4 name $4 pair $4 type $5 block $5 flags *2 +optional +multiple $9 arguments *2 *4 $4 "
            "name $3 key "
            "$4 type $3 key *4 $4 name $1 v $4 type $6 string");
  EXPECT_EQ(written("how<!A|b=B>"),
            "*1 *6 $4 name $3 how $4 type $5 oneof $9 arguments *2 *6 $4 name $1 a $4 type $10 pure-token $5 "
            "token $1 A "
            "*6 $4 name $1 b $4 type $6 string $5 token $1 B");
}

TEST_F(CommandSyntax, ThatCannotBeReadStopsTheProcess) {
  EXPECT_DEATH(static_cast<void>(parse_syntax("a<b|c")), "does not end");
  EXPECT_DEATH(static_cast<void>(parse_syntax("a  b")), "without a name");
  EXPECT_DEATH(static_cast<void>(parse_syntax("a:")), "without a name");
}

// Found by halving: a line out of order would be lost.
TEST_F(CommandSyntax, IsThereForEveryCommandWithArguments) {
  table_.for_each_with_subcommands([](const CommandSpec& spec, const CommandSpec* container) {
    const bool takes_arguments = spec.subcommands.empty() && spec.arity != (container ? 2 : 1);
    const std::string name = full_name(spec, container);
    EXPECT_EQ(!command_syntax(name).empty(), takes_arguments) << name;
    const auto arguments = parse_syntax(command_syntax(name));
    std::size_t least = container ? 2 : 1;
    bool more = false;
    for (const ArgumentSyntax& argument : arguments) {
      if (!argument.optional) least += argument.type == "block" ? argument.parts.size() : 1;
      more |= argument.optional || argument.multiple;
    }
    if (takes_arguments) {
      EXPECT_EQ(spec.arity, more ? -static_cast<int>(least) : static_cast<int>(least)) << name;
    }
  });
}

TEST_F(CommandSyntax, IsEmptyForTheUnknown) { EXPECT_EQ(command_syntax("nosuch"), ""); }

}  // namespace
}  // namespace baton
