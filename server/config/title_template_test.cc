#include "server/config/title_template.h"

#include <gtest/gtest.h>

namespace baton {
namespace {

TEST(TitleTemplate, VariablesAreReplaced) {
  const TitleFacts facts{"baton-server", "*:7000", 7000, "/run/b.sock", "/etc/b.conf"};
  EXPECT_EQ(expand_title("{title} {listen-addr} {server-mode}", facts), "baton-server *:7000");
  EXPECT_EQ(expand_title("{port}{tls-port} {unixsocket} {config-file}!", facts),
            "70000 /run/b.sock /etc/b.conf!");
  EXPECT_EQ(expand_title("plain", facts), "plain");
  EXPECT_EQ(expand_title("", facts), "");
}

TEST(TitleTemplate, UnknownOrUnclosedVariablesMakeNoTemplate) {
  EXPECT_TRUE(is_title_template("{title} of {port}"));
  EXPECT_TRUE(is_title_template("a } alone is text"));
  EXPECT_FALSE(is_title_template("{title} {nonsense}"));
  EXPECT_FALSE(is_title_template("{title"));
  EXPECT_EQ(expand_title("{title", {}), "");
}

}  // namespace
}  // namespace baton
