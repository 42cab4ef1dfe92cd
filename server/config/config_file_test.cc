#include "server/config/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/platform/real_files.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ConfigFileTest : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    std::string path = directory_.file(name);
    EXPECT_EQ(files_.replace(path, text), 0);
    return path;
  }
  std::optional<ConfigError> parse(std::string_view text) {
    return parse_config(text, "test.conf", include_from(files_), config_);
  }
  std::optional<ConfigError> load(std::vector<std::string> arguments) {
    return load_config(files_, parse_command_line(arguments), config_);
  }
  std::string reason(std::string_view text) {
    const auto error = parse(text);
    return error ? error->reason : "accepted";
  }

  RealFiles files_;
  TemporaryDirectory directory_;
  Config config_;
};

TEST_F(ConfigFileTest, LinesAreReadInOrderAndTheLastWins) {
  EXPECT_FALSE(
      parse("# comment\n\n  PORT 7000\r\n\tport 7001\nbind 127.0.0.1 ::1\nrequirepass \"a b\"\ntimeout 5"));
  EXPECT_EQ(config_.network.port, 7001);
  EXPECT_THAT(config_.network.bind, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(config_.clients.requirepass, "a b");
  EXPECT_EQ(config_.clients.timeout, 5);
}

TEST_F(ConfigFileTest, AnErrorNamesSourceLineTextAndReason) {
  const auto error = parse("port 1\n# x\n\n  timeout abc \nport 2\n");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->source, "test.conf");
  EXPECT_EQ(error->line, 4u);
  EXPECT_EQ(error->text, "timeout abc");
  EXPECT_EQ(error->reason, "argument couldn't be parsed into an integer");
  EXPECT_EQ(
      error->report(),
      "\n*** FATAL CONFIG FILE ERROR (Baton) ***\nReading the configuration file 'test.conf', at line 4\n"
      ">>> 'timeout abc'\nargument couldn't be parsed into an integer\n");
}

TEST_F(ConfigFileTest, AReportKeepsSecrets) {
  for (const std::string_view line :
       {"requirepass a hunter2", "masterauth hunter2", "TLS-KEY-FILE-PASS hunter2", "requirepass \"hunter2",
        "\"requirepass\" a hunter2"}) {
    const auto error = parse(line);
    ASSERT_TRUE(error) << line;
    EXPECT_EQ(error->report().find("hunter2"), std::string::npos) << error->report();
    EXPECT_THAT(error->text, HasSubstr("(redacted)"));
  }
}

TEST_F(ConfigFileTest, OfUsersOnlyTheDefaultOneAsItIsInitiallyIsAccepted) {
  EXPECT_EQ(reason("user default on nopass ~* &* +@all"), "accepted");
  EXPECT_EQ(reason("user default on nopass sanitize-payload ~* &* +@all"), "accepted");
  EXPECT_THAT(reason("user default on >secret ~* &* +@all"), HasSubstr("users other than"));
  EXPECT_THAT(reason("user joe on nopass ~* &* +@all"), HasSubstr("users other than"));
}

TEST_F(ConfigFileTest, AnEmptySyslogIdentAndASecondRenameAreRefused) {
  EXPECT_EQ(reason("syslog-ident \"\""), "syslog-ident must not be empty");
  EXPECT_EQ(reason("rename-command get a\nrename-command GET b"), "the command has been renamed before");
}

// Found by fuzzing: a line that begins with one has no words.
TEST_F(ConfigFileTest, AZeroByteIsRefusedWhereItWouldHideTheRestOfALine) {
  for (const std::string_view line : {std::string_view("\0\0port 1", 8), std::string_view("port 1\0 2", 9)})
    EXPECT_EQ(reason(line), "a line must not contain a zero byte");
  EXPECT_EQ(reason(std::string_view("# a\0b", 5)), "accepted");
}

TEST_F(ConfigFileTest, WhatIsMalformedOrUnknownIsRefused) {
  EXPECT_EQ(reason("nonsense 1"), "Bad directive or wrong number of arguments");
  EXPECT_EQ(reason("include"), "Bad directive or wrong number of arguments");
  EXPECT_EQ(reason("\"\""), "Bad directive or wrong number of arguments");
  EXPECT_EQ(reason("port"), "wrong number of arguments");
  EXPECT_EQ(reason("port 1 2"), "wrong number of arguments");
  EXPECT_EQ(reason("port 1 # comment"), "wrong number of arguments");
  EXPECT_EQ(reason("bind"), "wrong number of arguments");
  EXPECT_EQ(reason("requirepass \"abc"), "Unbalanced quotes in configuration line");
  EXPECT_THAT(reason("save 3600 1"), HasSubstr("persistence"));
}

TEST_F(ConfigFileTest, OneWordMayHoldSeveralValues) {
  EXPECT_FALSE(parse("bind \"127.0.0.1 ::1\"\nclient-output-buffer-limit \"normal 1 2 3\""));
  EXPECT_THAT(config_.network.bind, ElementsAre("127.0.0.1", "::1"));
  EXPECT_EQ(config_.clients.output_limit(ClientClass::normal), (OutputLimit{1, 2, 3}));
}

TEST_F(ConfigFileTest, IncludedFilesAreReadWhereTheyAreNamed) {
  const std::string a = write("a.inc", "port 1\ntimeout 9\n");
  write("b.inc", "port 2\n");
  EXPECT_FALSE(parse("port 7\ninclude " + directory_.file("*.inc") + "\ntimeout 3\n"));
  EXPECT_EQ(config_.network.port, 2);
  EXPECT_EQ(config_.clients.timeout, 3);
  EXPECT_FALSE(parse("include " + directory_.file("*.none")));
}

TEST_F(ConfigFileTest, AnErrorInAnIncludedFileNamesThatFile) {
  const std::string path = write("a.inc", "\nfoo\n");
  const auto error = parse("include " + path);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->source, path);
  EXPECT_EQ(error->line, 2u);
}

TEST_F(ConfigFileTest, AMissingIncludeNamesTheLineThatAsksForIt) {
  const auto error = parse("port 1\ninclude /no/such.conf\n");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->source, "test.conf");
  EXPECT_EQ(error->line, 2u);
  EXPECT_EQ(error->reason, "can't open '/no/such.conf': No such file or directory");
}

TEST_F(ConfigFileTest, AFileThatIncludesItselfIsRefused) {
  const std::string path = write("a.conf", "include " + directory_.file("a.conf") + "\n");
  EXPECT_THAT(load({path})->reason, HasSubstr("include is nested too deeply"));
}

TEST_F(ConfigFileTest, OptionsComeAfterTheFile) {
  const std::string path = write("a.conf", "port 7000\ntimeout 5\nmaxclients 9\n");
  EXPECT_FALSE(load({path, "--port", "7001", "--save", "", "--bind", "127.0.0.1", "::1", "--appendonly no"}));
  EXPECT_EQ(config_.network.port, 7001);
  EXPECT_EQ(config_.clients.timeout, 5);
  EXPECT_THAT(config_.network.bind, ElementsAre("127.0.0.1", "::1"));
}

TEST_F(ConfigFileTest, LoadingStartsFromTheDefaults) {
  config_.network.port = 1;
  EXPECT_FALSE(load({}));
  EXPECT_EQ(config_, Config());
}

TEST_F(ConfigFileTest, ErrorsOfOptionsNameTheCommandLine) {
  const auto error = load({"--timeout", "1", "--port", "a b"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->source, "command line");
  EXPECT_EQ(error->text, "port \"a b\"");
  EXPECT_THAT(error->report(), HasSubstr("Reading the command line\n>>> 'port \"a b\"'\n"));
  EXPECT_EQ(load({"--foo"})->reason, "Bad directive or wrong number of arguments");
  EXPECT_EQ(load({"-p", "7000"})->reason, "Bad directive or wrong number of arguments");
}

TEST_F(ConfigFileTest, AFileThatCannotBeReadIsAnError) {
  const auto error = load({directory_.file("none.conf")});
  ASSERT_TRUE(error);
  EXPECT_THAT(error->report(), HasSubstr("none.conf'"));
  EXPECT_THAT(error->report(), HasSubstr("No such file or directory"));
}

CommandLine line(std::vector<std::string> arguments) { return parse_command_line(arguments); }

TEST(CommandLine, AsksForVersionHelpOrARun) {
  EXPECT_EQ(line({}).ask, CommandLine::Ask::run);
  for (const char* word : {"-v", "--version"}) EXPECT_EQ(line({word}).ask, CommandLine::Ask::version);
  for (const char* word : {"-h", "--help"}) EXPECT_EQ(line({word}).ask, CommandLine::Ask::help);
}

TEST(CommandLine, TheFirstWordWithoutADashIsTheFile) {
  EXPECT_EQ(line({"a.conf"}).file, "a.conf");
  EXPECT_EQ(line({"--port", "1"}).file, "");
  EXPECT_EQ(line({"a.conf", "--port", "1"}).options, "port 1");
}

TEST(CommandLine, ADashIsStandardInput) {
  EXPECT_TRUE(line({"-"}).standard_input);
  EXPECT_TRUE(line({"-", "--port", "1"}).standard_input);
  EXPECT_TRUE(line({"a.conf", "--port", "1", "-"}).standard_input);
  EXPECT_FALSE(line({"a.conf", "--logfile", "-", "--port", "1"}).standard_input);
}

TEST(CommandLine, OptionsTakeTheWordsUpToTheNextOne) {
  EXPECT_EQ(line({"--port", "1", "--bind", "a", "b"}).options, "port 1\nbind a b");
  EXPECT_EQ(line({"--port 7000", "--timeout", "1"}).options, "port 7000\ntimeout 1");
  EXPECT_EQ(line({"--requirepass", "--secret", "--port", "1"}).options, "requirepass --secret\nport 1");
  EXPECT_EQ(line({"--requirepass", "a \"b\""}).options, "requirepass \"a \\\"b\\\"\"");
}

TEST(CommandLine, SaveWithoutAValueMeansNoSaving) {
  EXPECT_EQ(line({"--save", "--port", "1"}).options, "save \"\"\nport 1");
  EXPECT_EQ(line({"--port", "1", "--save"}).options, "port 1\nsave \"\"");
  EXPECT_EQ(line({"--save", ""}).options, "save \"\"");
}

TEST(CommandLine, PathsAreMadeAbsolute) {
  EXPECT_EQ(absolute_path("/etc", "a.conf"), "/etc/a.conf");
  EXPECT_EQ(absolute_path("/", "a.conf"), "/a.conf");
  EXPECT_EQ(absolute_path("/etc", "/b/a.conf"), "/b/a.conf");
  EXPECT_EQ(absolute_path("/etc", ""), "");
}

}  // namespace
}  // namespace baton
