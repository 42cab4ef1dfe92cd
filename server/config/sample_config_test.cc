#include <gtest/gtest.h>

#include "server/config/config_file.h"
#include "server/config/directive.h"
#include "server/platform/real_files.h"

namespace baton {
namespace {

std::string sample() {
  std::string text;
  EXPECT_EQ(RealFiles().load(BATON_SAMPLE_CONFIG, text, kConfigBytesMax), 0);
  return text;
}

TEST(SampleConfig, SetsEveryDirectiveToItsDefault) {
  RealFiles files;
  Config config;
  config.network.port = 1;
  const auto error = parse_config(sample(), "baton.conf", include_from(files), config);
  EXPECT_FALSE(error) << error->report();
  EXPECT_EQ(config, Config());
}

TEST(SampleConfig, NamesEveryDirective) {
  const std::string text = sample();
  for (const Directive& d : directives())
    EXPECT_NE(text.find("\n" + std::string(d.name) + " "), std::string::npos) << d.name;
}

}  // namespace
}  // namespace baton
