#include "server/observe/info_sections.h"

#include <gtest/gtest.h>

#include <vector>

namespace baton {
namespace {

bool asked(bool by_default, std::vector<std::string_view> names) {
  return is_asked_for({"server", "Server", by_default, nullptr}, names);
}

TEST(InfoSectionsTest, WithoutANameTheDefaultSectionsAreShown) {
  EXPECT_TRUE(asked(true, {}));
  EXPECT_FALSE(asked(false, {}));
  EXPECT_TRUE(asked(true, {"Default"}));
  EXPECT_FALSE(asked(false, {"default"}));
}

TEST(InfoSectionsTest, ANameAsksForItsSectionInEitherCase) {
  EXPECT_TRUE(asked(false, {"SERVER"}));
  EXPECT_TRUE(asked(false, {"cpu", "server"}));
  EXPECT_FALSE(asked(true, {"cpu"}));
  EXPECT_FALSE(asked(true, {"serve"}));
}

TEST(InfoSectionsTest, AllAndEverythingAskForAll) {
  EXPECT_TRUE(asked(false, {"all"}));
  EXPECT_TRUE(asked(false, {"nothing", "Everything"}));
}

}  // namespace
}  // namespace baton
