#include "server/exec/secrets.h"

#include <gmock/gmock.h>

namespace baton {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string_view>;

TEST(Secrets, PasswordsAreHidden) {
  EXPECT_THAT(without_secrets(Words{"auth", "p"}), ElementsAre("auth", "(redacted)"));
  EXPECT_THAT(without_secrets(Words{"AUTH", "user", "p"}), ElementsAre("AUTH", "user", "(redacted)"));
  EXPECT_THAT(without_secrets(Words{"AUTH", "a", "b", "c"}),
              ElementsAre("AUTH", "(redacted)", "(redacted)", "(redacted)"));
  EXPECT_THAT(without_secrets(Words{"hello", "3", "AUTH", "u", "p", "setname", "n"}),
              ElementsAre("hello", "3", "AUTH", "(redacted)", "(redacted)", "setname", "n"));
  EXPECT_THAT(without_secrets(Words{"config", "SET", "maxmemory", "1", "RequirePass", "p"}),
              ElementsAre("config", "SET", "maxmemory", "1", "RequirePass", "(redacted)"));
}

TEST(Secrets, TheRestIsShown) {
  EXPECT_THAT(without_secrets(Words{"SET", "auth", "requirepass"}),
              ElementsAre("SET", "auth", "requirepass"));
  EXPECT_THAT(without_secrets(Words{"AUTH"}), ElementsAre("AUTH"));
  EXPECT_THAT(without_secrets(Words{"HELLO", "3", "AUTH"}), ElementsAre("HELLO", "3", "AUTH"));
  EXPECT_THAT(without_secrets(Words{"CONFIG", "SET", "requirepass"}),
              ElementsAre("CONFIG", "SET", "requirepass"));
  EXPECT_THAT(without_secrets(Words{"CONFIG", "GET", "requirepass"}),
              ElementsAre("CONFIG", "GET", "requirepass"));
}

}  // namespace
}  // namespace baton
