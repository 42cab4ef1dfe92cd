#include "server/commands/command_docs.h"

#include "server/commands/command_fixture.h"
#include "server/commands/command_traits.h"

namespace baton {
namespace {

class CommandDocs : public CommandFixture {
 protected:
  template <class F>
  std::string written(F&& write) {
    ReplyBuffer buffer;
    ReplyWriter reply(buffer, protocol);
    write(reply);
    return shown(buffer);
  }
  std::string call(void (*function)(const CommandTable&, baton::Arguments, ReplyWriter&),
                   std::string_view line) {
    const auto words = *split_words(line);
    const std::vector<std::string_view> args(words.begin(), words.end());
    return written([&](ReplyWriter& reply) { function(table_, args, reply); });
  }
};

TEST_F(CommandDocs, InfoDescribesACommand) {
  EXPECT_EQ(call(command_info, "COMMAND INFO GET nosuch"),
            "*2 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *3 +@read +@string +@fast *0 "
            "*1 *6 $5 flags *2 +RO +access $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1 "
            "$9 find_keys *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1 $5 limit :0 *0 *-1");
  protocol = Protocol::resp3;
  EXPECT_TRUE(call(command_info, "COMMAND INFO mget")
                  .starts_with("*1 *10 $4 mget :-2 ~2 +readonly +fast :1 :-1 :1 ~3"));
}

TEST_F(CommandDocs, InfoGivesEachKeyItsOwnAccess) {
  const std::string info = call(command_info, "COMMAND INFO rename");
  EXPECT_NE(info.find("*2 *6 $5 flags *3 +RW +access +delete"), std::string::npos) << info;
  EXPECT_NE(info.find("$5 flags *2 +OW +update $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :2"),
            std::string::npos)
      << info;
}

TEST_F(CommandDocs, InfoSaysWhereCountedKeysAre) {
  const std::string info = call(command_info, "COMMAND INFO msetex");
  EXPECT_TRUE(info.starts_with("*1 *10 $6 msetex :-4 *3 +write +denyoom +movablekeys :0 :0 :0")) << info;
  EXPECT_NE(info.find("$6 keynum $4 spec *6 $9 keynumidx :0 $8 firstkey :1 $7 keystep :2"), std::string::npos)
      << info;
}

TEST_F(CommandDocs, InfoHoldsSubcommands) {
  const std::string info = call(command_info, "COMMAND INFO object");
  EXPECT_TRUE(info.starts_with("*1 *10 $6 object :-2 *0 :0 :0 :0 *1 +@slow *0 *0 *5 *10 $15 object|encoding"))
      << info;
  EXPECT_TRUE(
      call(command_info, "COMMAND INFO object|freq")
          .starts_with("*1 *10 $11 object|freq :3 *1 +readonly :2 :2 :1 *3 +@keyspace +@read +@slow *1 "
                       "$23 nondeterministic_output"));
}

TEST_F(CommandDocs, DocsSkipWhatIsUnknown) {
  EXPECT_EQ(call(command_docs, "COMMAND DOCS nosuch"), "*0");
  const std::string docs = call(command_docs, "COMMAND DOCS getset nosuch");
  EXPECT_TRUE(docs.starts_with("*2 $6 getset *16 $7 summary ")) << docs;
  EXPECT_NE(
      docs.find("$5 since $5 1.0.0 $5 group $6 string $10 complexity $4 O(1) $9 doc_flags *1 +deprecated "
                "$16 deprecated_since $5 6.2.0 $11 replaced_by"),
      std::string::npos)
      << docs;
  protocol = Protocol::resp3;
  EXPECT_TRUE(call(command_docs, "COMMAND DOCS object").starts_with("%1 $6 object %5 "));
}

TEST_F(CommandDocs, CountAndListAgree) {
  const std::string count = written([&](ReplyWriter& reply) { command_count(table_, reply); });
  EXPECT_EQ(count, ":" + std::to_string(table_.count()));
  EXPECT_TRUE(call(command_list, "COMMAND LIST").starts_with("*" + count.substr(1) + " "));
  EXPECT_TRUE(call(command_docs, "COMMAND DOCS").starts_with("*" + std::to_string(2 * table_.count()) + " "));
  EXPECT_TRUE(call(command_info, "COMMAND INFO").starts_with("*" + count.substr(1) + " *10 "));
}

TEST_F(CommandDocs, ListFilters) {
  EXPECT_EQ(call(command_list, "COMMAND LIST FILTERBY PATTERN mset*"), "*3 $4 mset $6 msetex $6 msetnx");
  EXPECT_EQ(call(command_list, "COMMAND LIST filterby pattern OBJECT|*re*"),
            "*2 $11 object|freq $15 object|refcount");
  EXPECT_EQ(call(command_list, "COMMAND LIST FILTERBY ACLCAT nosuch"), "*0");
  EXPECT_EQ(call(command_list, "COMMAND LIST FILTERBY ACLCAT dangerous"),
            "*4 $4 keys $8 flushall $7 flushdb $6 swapdb");
  EXPECT_EQ(call(command_list, "COMMAND LIST FILTERBY MODULE foo"), "*0");
  for (const char* line : {"COMMAND LIST foo", "COMMAND LIST FILTERBY foo", "COMMAND LIST FILTERBY foo bar"})
    EXPECT_EQ(call(command_list, line), "-ERR syntax error") << line;
}

TEST_F(CommandDocs, GetkeysFindsKeys) {
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS get a"), "*1 $1 a");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS MSET a 1 b 2"), "*2 $1 a $1 b");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS msetex 2 a 1 b 2 EX 5"), "*2 $1 a $1 b");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS object freq a"), "*1 $1 a");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS nosuch a"), "-ERR Invalid command specified");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS object nosuch a"), "-ERR Invalid command specified");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS keys *"), "-ERR The command has no key arguments");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS get"),
            "-ERR Invalid number of arguments specified for command");
  EXPECT_EQ(call(command_getkeys, "COMMAND GETKEYS msetex 3 a 1"),
            "-ERR Invalid arguments specified for command");
}

TEST_F(CommandDocs, GetkeysandflagsSaysWhatIsDoneToThem) {
  EXPECT_EQ(call(command_getkeysandflags, "COMMAND GETKEYSANDFLAGS rename a b"),
            "*2 *2 $1 a *3 +RW +access +delete *2 $1 b *2 +OW +update");
  EXPECT_EQ(call(command_getkeysandflags, "COMMAND GETKEYSANDFLAGS set a v"), "*1 *2 $1 a *2 +OW +update");
  EXPECT_EQ(call(command_getkeysandflags, "COMMAND GETKEYSANDFLAGS set a v EX 10 GET"),
            "*1 *2 $1 a *3 +RW +access +update");
  EXPECT_EQ(call(command_getkeysandflags, "COMMAND GETKEYSANDFLAGS keys *"),
            "-ERR The command has no key arguments");
}

TEST_F(CommandDocs, HelpNamesTheSubcommands) {
  EXPECT_TRUE(
      written([](ReplyWriter& reply) { command_help(reply); }).starts_with("*17 +COMMAND <subcommand> "));
}

TEST_F(CommandDocs, CategoriesFollowFlagsAndGroup) {
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(acl_categories(*table_.find("set")), Names({"@write", "@string", "@slow"}));
  EXPECT_EQ(acl_categories(*table_.find("flushall")), Names({"@keyspace", "@write", "@slow", "@dangerous"}));
  EXPECT_EQ(acl_categories(*table_.find("object")), Names({"@slow"}));
  const CommandSpec admin{"x", 1, kAdmin, {}, Group::server, "", ""};
  EXPECT_EQ(acl_categories(admin), Names({"@admin", "@slow", "@dangerous"}));
}

// A key without a flag, or a flag without a key, is a slip in the table.
TEST_F(CommandDocs, EveryKeyHasItsAccess) {
  table_.for_each_with_subcommands([](const CommandSpec& spec, const CommandSpec*) {
    EXPECT_EQ(spec.keys.first != 0 || spec.find_keys, !spec.key_access.empty()) << spec.name;
  });
}

}  // namespace
}  // namespace baton
