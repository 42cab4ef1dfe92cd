#include "server/exec/secrets.h"

#include <gmock/gmock.h>

#include "server/commands/command.h"

namespace baton {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string_view>;

void nothing(SessionCall&) {}

// As the command of that name, which has been given another one.
std::vector<std::string_view> shown_of(std::string_view command, const Words& words) {
  CommandSpec spec{command, -1, 0, {}, Group::server, "1.0.0", ""};
  spec.session = nothing;
  return without_secrets(spec, words);
}

TEST(Secrets, PasswordsAreHidden) {
  EXPECT_THAT(shown_of("auth", Words{"auth", "p"}), ElementsAre("auth", "(redacted)"));
  EXPECT_THAT(shown_of("auth", Words{"AUTH", "user", "p"}), ElementsAre("AUTH", "user", "(redacted)"));
  EXPECT_THAT(shown_of("auth", Words{"AUTH", "a", "b", "c"}),
              ElementsAre("AUTH", "(redacted)", "(redacted)", "(redacted)"));
  EXPECT_THAT(shown_of("hello", Words{"hello", "3", "AUTH", "u", "p", "setname", "n"}),
              ElementsAre("hello", "3", "AUTH", "(redacted)", "(redacted)", "setname", "n"));
  EXPECT_THAT(shown_of("set", Words{"config", "SET", "maxmemory", "1", "RequirePass", "p"}),
              ElementsAre("config", "SET", "maxmemory", "1", "RequirePass", "(redacted)"));
}

TEST(Secrets, PasswordsOfRenamedCommandsAreHidden) {
  EXPECT_THAT(shown_of("auth", Words{"login", "p"}), ElementsAre("login", "(redacted)"));
  EXPECT_THAT(shown_of("set", Words{"b840fc", "SET", "requirepass", "p"}),
              ElementsAre("b840fc", "SET", "requirepass", "(redacted)"));
}

TEST(Secrets, TheRestIsShown) {
  CommandSpec set{"set", -3, 0, {}, Group::string, "1.0.0", ""};
  EXPECT_THAT(without_secrets(set, Words{"SET", "auth", "requirepass", "p"}),
              ElementsAre("SET", "auth", "requirepass", "p"));
  EXPECT_THAT(shown_of("auth", Words{"AUTH"}), ElementsAre("AUTH"));
  EXPECT_THAT(shown_of("hello", Words{"HELLO", "3", "AUTH"}), ElementsAre("HELLO", "3", "AUTH"));
  EXPECT_THAT(shown_of("set", Words{"CONFIG", "SET", "requirepass"}),
              ElementsAre("CONFIG", "SET", "requirepass"));
  EXPECT_THAT(shown_of("get", Words{"CONFIG", "GET", "requirepass"}),
              ElementsAre("CONFIG", "GET", "requirepass"));
}

}  // namespace
}  // namespace baton
