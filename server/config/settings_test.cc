#include "server/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "server/platform/real_files.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// Notes what it is asked to apply; refuses one directive.
class Recorder final : public ConfigApplier {
 public:
  std::string apply(std::string_view name, Config& next) override {
    calls.push_back(std::string(name) + " timeout=" + std::to_string(next.clients.timeout));
    if (name == "dir") next.process.dir = "/absolute";
    return name == refused ? "no room" : "";
  }
  std::vector<std::string> calls;
  std::string refused;
};

class SettingsTest : public testing::Test {
 protected:
  Settings::Shown get(std::vector<std::string_view> patterns) { return settings_.get(patterns); }
  std::string set(std::vector<Settings::Pair> pairs, bool local = false) {
    return settings_.set(pairs, applier_, local);
  }

  Settings settings_{Config(), ""};
  Recorder applier_;
};

TEST_F(SettingsTest, GetTakesNamesAndPatterns) {
  EXPECT_THAT(get({"port"}), ElementsAre(Pair("port", "6379")));
  EXPECT_THAT(get({"PORT", "por*", "port"}), ElementsAre(Pair("port", "6379")));
  EXPECT_THAT(get({"SAVE", "appendonly"}), ElementsAre(Pair("save", ""), Pair("appendonly", "no")));
  EXPECT_THAT(get({"io-threads*"}), ElementsAre(Pair("io-threads", "1"), Pair("io-threads-do-reads", "yes"),
                                                Pair("io-threads-handoff", "ring")));
  EXPECT_THAT(get({"nonsense", "x*"}), IsEmpty());
  EXPECT_THAT(get({}), IsEmpty());
  EXPECT_THAT(get({"lua-time-limit"}), ElementsAre(Pair("lua-time-limit", "5000")));
  EXPECT_GT(get({"*"}).size(), 45u);
}

TEST_F(SettingsTest, SetChangesAndApplies) {
  EXPECT_EQ(set({{"timeout", "5"}, {"MaxMemory", "100mb"}}), "");
  EXPECT_EQ(settings_.values().clients.timeout, 5);
  EXPECT_THAT(get({"maxmemory"}), ElementsAre(Pair("maxmemory", "104857600")));
  EXPECT_THAT(applier_.calls, ElementsAre("timeout timeout=5", "maxmemory timeout=5"));
}

TEST_F(SettingsTest, AnUnchangedValueIsNotApplied) {
  EXPECT_EQ(set({{"timeout", "0"}, {"maxmemory", "0b"}}), "");
  EXPECT_THAT(applier_.calls, IsEmpty());
}

TEST_F(SettingsTest, ErrorsAreThoseThatClientsKnow) {
  EXPECT_EQ(set({{"foo", "1"}}), "ERR Unknown option or number of arguments for CONFIG SET - 'foo'");
  EXPECT_EQ(set({{"Databases", "1"}}),
            "ERR CONFIG SET failed (possibly related to argument 'Databases') - can't set immutable config");
  EXPECT_EQ(set({{"timeout", "1"}, {"timeout", "2"}}),
            "ERR CONFIG SET failed (possibly related to argument 'timeout') - duplicate parameter");
  EXPECT_EQ(
      set({{"lua-time-limit", "1"}, {"busy-reply-threshold", "2"}}),
      "ERR CONFIG SET failed (possibly related to argument 'busy-reply-threshold') - duplicate parameter");
  EXPECT_EQ(
      set({{"timeout", "x"}}),
      "ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an "
      "integer");
}

TEST_F(SettingsTest, ProtectedDirectivesNeedAPermission) {
  const std::string refused =
      "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config";
  EXPECT_EQ(set({{"dir", "/x"}}, true), refused);
  settings_.at_start().process.enable_protected_configs = Permission::local;
  EXPECT_EQ(set({{"dir", "/x"}}, false), refused);
  EXPECT_EQ(set({{"dir", "/x"}}, true), "");
  EXPECT_EQ(settings_.values().process.dir, "/absolute");
}

TEST_F(SettingsTest, OneBadPairLeavesEverythingAsItWas) {
  EXPECT_THAT(set({{"timeout", "5"}, {"maxmemory", "x"}}), HasSubstr("'maxmemory'"));
  EXPECT_THAT(set({{"timeout", "5"}, {"foo", "x"}}), HasSubstr("'foo'"));
  EXPECT_EQ(settings_.values(), Config());
  EXPECT_THAT(applier_.calls, IsEmpty());
}

TEST_F(SettingsTest, WhatWasAppliedIsTakenBackWhenALaterPairFails) {
  applier_.refused = "maxmemory";
  EXPECT_EQ(set({{"timeout", "5"}, {"hz", "20"}, {"maxmemory", "1mb"}, {"maxclients", "1"}}),
            "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - no room");
  EXPECT_EQ(settings_.values(), Config());
  EXPECT_THAT(applier_.calls, ElementsAre("timeout timeout=5", "hz timeout=5", "maxmemory timeout=5",
                                          "hz timeout=0", "timeout timeout=0"));
}

TEST_F(SettingsTest, SeveralWordsComeAsOneValue) {
  EXPECT_EQ(set({{"client-output-buffer-limit", "normal 1 2 3 pubsub 4 5 6"}, {"save", ""}}), "");
  EXPECT_EQ(settings_.values().clients.output_limit(ClientClass::pubsub), (OutputLimit{4, 5, 6}));
  EXPECT_THAT(set({{"client-output-buffer-limit", ""}}), HasSubstr("Wrong number of arguments"));
  EXPECT_THAT(set({{"save", "60 1"}}), HasSubstr("persistence"));
}

TEST_F(SettingsTest, PasswordsAreSensitive) {
  EXPECT_TRUE(is_sensitive_directive("RequirePass"));
  EXPECT_FALSE(is_sensitive_directive("port"));
  EXPECT_FALSE(is_sensitive_directive("foo"));
}

class SettingsFileTest : public testing::Test {
 protected:
  std::string content() {
    std::string text;
    EXPECT_EQ(files_.load(path_, text, 1 << 20), 0);
    return text;
  }
  Settings changed(const std::string& file) {
    Config config;
    config.clients.timeout = 5;
    return {config, file};
  }

  RealFiles files_;
  TemporaryDirectory directory_;
  std::string path_ = directory_.file("baton.conf");
};

TEST_F(SettingsFileTest, RewriteNeedsAFile) {
  EXPECT_EQ(changed("").rewrite(files_), "ERR The server is running without a config file");
}

TEST_F(SettingsFileTest, RewriteBringsTheValuesIntoTheFile) {
  ASSERT_EQ(files_.replace(path_, "# mine\ntimeout 0\n"), 0);
  EXPECT_EQ(changed(path_).rewrite(files_), "");
  EXPECT_EQ(content(), "# mine\ntimeout 5\n");
}

TEST_F(SettingsFileTest, RewriteCreatesAFileThatIsGone) {
  EXPECT_EQ(changed(path_).rewrite(files_), "");
  EXPECT_EQ(content(), "# Generated by CONFIG REWRITE\ntimeout 5\n");
}

TEST_F(SettingsFileTest, RewriteRefusesAFileThatIsNoConfiguration) {
  ASSERT_EQ(files_.replace(path_, "port 1\nfoo\n"), 0);
  EXPECT_EQ(changed(path_).rewrite(files_),
            "ERR Rewriting config file: " + path_ + ", line 2: Bad directive or wrong number of arguments");
  EXPECT_EQ(content(), "port 1\nfoo\n");
}

// A file size limit stands for a full disk.
TEST_F(SettingsFileTest, RewriteOnAFullDiskKeepsTheOldFileAndSaysSo) {
  const std::string old = "# a comment that is long enough\n";
  ASSERT_EQ(files_.replace(path_, old), 0);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{10, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string error = changed(path_).rewrite(files_);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_EQ(error, "ERR Rewriting config file: File too large");
  EXPECT_EQ(content(), old);
}

TEST_F(SettingsFileTest, RewriteIntoADirectoryThatIsGoneReportsIt) {
  EXPECT_EQ(changed(directory_.file("no/baton.conf")).rewrite(files_),
            "ERR Rewriting config file: No such file or directory");
}

}  // namespace
}  // namespace baton
