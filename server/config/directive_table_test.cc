#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/config/directive.h"
#include "server/config/io_limits.h"

namespace baton {
namespace {

// The refusal of `words` by the directive; empty when it took them.
std::string assign(std::string_view name, std::vector<std::string> words, Config& config) {
  const Directive* const d = find_directive(name);
  EXPECT_NE(d, nullptr) << name;
  return d ? d->assign(*d, config, words) : "unknown";
}
std::string refusal(std::string_view name, std::vector<std::string> words) {
  Config config;
  std::string text = assign(name, std::move(words), config);
  if (!text.empty()) {
    EXPECT_EQ(config, Config()) << "a refused value must change nothing";
  }
  return text;
}
std::string shown(std::string_view name, const Config& config = {}) {
  const Directive* const d = find_directive(name);
  EXPECT_NE(d, nullptr) << name;
  return d ? d->show(*d, config) : "unknown";
}

TEST(DirectiveTable, NamesAreUniqueAndLowerCase) {
  std::set<std::string_view> names;
  for (const Directive& d : directives()) {
    EXPECT_TRUE(names.insert(d.name).second) << d.name;
    EXPECT_TRUE(d.alias.empty() || names.insert(d.alias).second) << d.alias;
    EXPECT_EQ(d.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-46"), std::string_view::npos) << d.name;
    EXPECT_TRUE(d.assign && d.show && d.lines) << d.name;
  }
}

TEST(DirectiveTable, NamesAreFoundInAnyCaseAndByAlias) {
  EXPECT_EQ(find_directive("MaxMemory")->name, "maxmemory");
  EXPECT_EQ(find_directive("lua-time-limit")->name, "busy-reply-threshold");
  EXPECT_EQ(find_directive("nonsense"), nullptr);
  EXPECT_EQ(find_directive(""), nullptr);
}

TEST(DirectiveTable, DefaultsAreThoseThatClientsKnow) {
  EXPECT_EQ(shown("port"), "6379");
  EXPECT_EQ(shown("bind"), "* -::*");
  EXPECT_EQ(shown("maxclients"), "10000");
  EXPECT_EQ(shown("tcp-backlog"), "511");
  EXPECT_EQ(shown("tcp-keepalive"), "300");
  EXPECT_EQ(shown("client-query-buffer-limit"), "1073741824");
  EXPECT_EQ(shown("proto-max-bulk-len"), "536870912");
  EXPECT_EQ(shown("client-output-buffer-limit"),
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
  EXPECT_EQ(shown("slowlog-log-slower-than"), "10000");
  EXPECT_EQ(shown("slowlog-max-len"), "128");
  EXPECT_EQ(shown("latency-tracking-info-percentiles"), "50 99 99.9");
  EXPECT_EQ(shown("save"), "");
  EXPECT_EQ(shown("appendonly"), "no");
  EXPECT_EQ(shown("maxmemory-policy"), "noeviction");
  EXPECT_EQ(shown("unixsocketperm"), "0");
}

TEST(DirectiveTable, EveryDefaultIsAcceptedByItsOwnDirective) {
  for (const Directive& d : directives()) {
    if (d.is(kHidden)) continue;
    Config config;
    std::vector<std::string> words = {d.show(d, config)};
    if (d.is(kManyWords) && !words[0].empty()) {
      std::string rest = words[0];
      words.clear();
      for (std::size_t end; (end = rest.find(' ')) != std::string::npos; rest.erase(0, end + 1))
        words.push_back(rest.substr(0, end));
      words.push_back(rest);
    }
    EXPECT_EQ(d.assign(d, config, words), "") << d.name;
    EXPECT_EQ(config, Config()) << d.name;
  }
}

TEST(DirectiveTable, NumbersHaveBoundsAndSaySo) {
  EXPECT_EQ(refusal("port", {"65535"}), "");
  EXPECT_EQ(refusal("port", {"65536"}), "argument must be between 0 and 65535 inclusive");
  EXPECT_EQ(refusal("io-threads", {"0"}), "argument must be between 1 and 128 inclusive");
  EXPECT_EQ(refusal("io-threads", {"129"}), "argument must be between 1 and 128 inclusive");
  EXPECT_EQ(refusal("timeout", {"abc"}), "argument couldn't be parsed into an integer");
  EXPECT_EQ(refusal("slowlog-log-slower-than", {"-1"}), "");
  EXPECT_EQ(refusal("proto-max-bulk-len", {"10"}),
            "argument must be between 1048576 and 9223372036854775807 inclusive");
}

TEST(DirectiveTable, SizesYesNoOctalsAndChoicesAreChecked) {
  Config config;
  EXPECT_EQ(assign("maxmemory", {"100mb"}, config), "");
  EXPECT_EQ(config.memory.maxmemory, 100u << 20);
  EXPECT_EQ(refusal("maxmemory", {"-1"}), "argument must be a memory value");
  EXPECT_EQ(assign("protected-mode", {"NO"}, config), "");
  EXPECT_FALSE(config.network.protected_mode);
  EXPECT_EQ(refusal("protected-mode", {"maybe"}), "argument must be 'yes' or 'no'");
  EXPECT_EQ(assign("unixsocketperm", {"0755"}, config), "");
  EXPECT_EQ(shown("unixsocketperm", config), "755");
  EXPECT_EQ(refusal("unixsocketperm", {"999"}), "argument couldn't be parsed as an octal number");
  EXPECT_EQ(refusal("unixsocketperm", {"1777"}), "argument must be between 0 and 777 inclusive");
  EXPECT_EQ(assign("loglevel", {"Debug"}, config), "");
  EXPECT_EQ(config.log.loglevel, LogLevel::debug);
  EXPECT_EQ(refusal("loglevel", {"loud"}),
            "argument(s) must be one of the following: debug, verbose, notice, warning, nothing");
  EXPECT_EQ(assign("io-threads-handoff", {"mutex"}, config), "");
  EXPECT_EQ(config.threads.handoff, HandOff::mutex);
}

TEST(DirectiveTable, WhatDoesNotWorkYetIsRefusedByName) {
  EXPECT_EQ(refusal("maxmemory-policy", {"allkeys-lru"}),
            "'allkeys-lru' is not in this version of Baton, only noeviction");
  EXPECT_EQ(refusal("maxmemory-policy", {"foo"}), "argument(s) must be one of the following: noeviction");
  EXPECT_EQ(refusal("save", {""}), "");
  EXPECT_THAT(refusal("save", {"3600", "1"}), testing::HasSubstr("persistence is not in this version"));
  EXPECT_THAT(refusal("appendonly", {"yes"}), testing::HasSubstr("persistence is not in this version"));
  EXPECT_EQ(refusal("appendonly", {"perhaps"}), "argument must be 'yes' or 'no'");
}

TEST(DirectiveTable, OfAbsentFeaturesWhatAsksForNothingIsKeptAndShown) {
  Config config;
  EXPECT_EQ(assign("rdbchecksum", {"NO"}, config), "");
  EXPECT_EQ(shown("rdbchecksum", config), "no");
  EXPECT_NE(config, Config());
  EXPECT_EQ(assign("rdbchecksum", {"yes"}, config), "");
  EXPECT_EQ(config, Config());
  EXPECT_EQ(shown("repl-backlog-size", config), "1048576");
  EXPECT_EQ(assign("repl-backlog-size", {"10mb"}, config), "") << "Valkey's initial value";
  EXPECT_EQ(shown("repl-backlog-size", config), "10485760");
  EXPECT_EQ(assign("repl-backlog-size", {"1048576"}, config), "") << "the same number of bytes";
  EXPECT_EQ(assign("oom-score-adj-values", {"0", "200", "800"}, config), "");
  EXPECT_EQ(assign("replicaof", {"no", "one"}, config), "");
}

TEST(DirectiveTable, OfAbsentFeaturesWhatAsksForThemIsRefusedByName) {
  EXPECT_EQ(refusal("replicaof", {"10.0.0.1", "6379"}),
            "replication is not in this version of Baton, only \"\" and 'no one' are accepted");
  EXPECT_EQ(refusal("cluster-enabled", {"yes"}),
            "cluster mode is not in this version of Baton, only 'no' is accepted");
  EXPECT_EQ(refusal("tls-port", {"6380"}), "TLS is not in this version of Baton, only '0' is accepted");
  EXPECT_EQ(refusal("appendfsync", {"always"}),
            "an append-only file is not in this version of Baton, only 'everysec' and 'no' are accepted");
  EXPECT_EQ(refusal("loadmodule", {"a.so", "x"}), "modules are not in this version of Baton");
  EXPECT_EQ(refusal("user", {"default", "on"}),
            "users other than the default one are not in this version of Baton");
}

TEST(DirectiveTable, EncodingsOfTypesToComeAreCheckedAndKept) {
  Config config;
  EXPECT_EQ(assign("hash-max-ziplist-entries", {"7"}, config), "");
  EXPECT_EQ(shown("hash-max-listpack-entries", config), "7");
  EXPECT_EQ(assign("stream-node-max-bytes", {"8kb"}, config), "");
  EXPECT_EQ(shown("stream-node-max-bytes", config), "8192");
  EXPECT_EQ(assign("list-max-listpack-size", {"-5"}, config), "");
  EXPECT_THAT(refusal("set-max-intset-entries", {"-1"}), testing::HasSubstr("between 0"));
}

TEST(DirectiveTable, CommandsAreRenamedOneByOne) {
  Config config;
  EXPECT_EQ(assign("rename-command", {"CONFIG", ""}, config), "");
  EXPECT_EQ(assign("rename-command", {"flushall", "Wipe"}, config), "");
  // An included file must not give back what was taken away.
  EXPECT_EQ(assign("rename-command", {"Config", "configure"}, config), "the command has been renamed before");
  EXPECT_THAT(config.process.renames, testing::ElementsAre(Rename{"config", ""}, Rename{"flushall", "Wipe"}));
  EXPECT_EQ(refusal("syslog-ident", {""}), "syslog-ident must not be empty");
  EXPECT_EQ(refusal("rename-command", {"config"}), "wrong number of arguments");
  EXPECT_EQ(refusal("rename-command", {"", "x"}), "wrong number of arguments");
  EXPECT_THAT(refusal("rename-command", {"get", "a b"}), testing::HasSubstr("must not contain"));
}

TEST(DirectiveTable, TheServiceManagerIsOneThatIsThere) {
  EXPECT_EQ(refusal("supervised", {"systemd"}), "");
  EXPECT_EQ(refusal("supervised", {"auto"}), "");
  EXPECT_EQ(refusal("supervised", {"upstart"}),
            "'upstart' is not in this version of Baton, only no, systemd, auto");
}

TEST(DirectiveTable, TitlesAreTemplates) {
  EXPECT_EQ(refusal("proc-title-template", {"{title} {port}"}), "");
  EXPECT_EQ(refusal("proc-title-template", {"{nonsense}"}),
            "template format is invalid or contains unknown variables");
}

TEST(DirectiveTable, OutputLimitsChangeTheClassesThatAreNamed) {
  Config config;
  EXPECT_EQ(assign("client-output-buffer-limit", {"slave", "1mb", "2", "3", "pubsub", "4", "5", "6"}, config),
            "");
  EXPECT_EQ(shown("client-output-buffer-limit", config), "normal 0 0 0 slave 1048576 2 3 pubsub 4 5 6");
  EXPECT_EQ(refusal("client-output-buffer-limit", {"normal", "0", "0"}),
            "Wrong number of arguments in buffer limit configuration.");
  EXPECT_EQ(refusal("client-output-buffer-limit", {"normal", "1", "2", "3", "guest", "0", "0", "0"}),
            "Invalid client class specified in buffer limit configuration.");
  EXPECT_EQ(refusal("client-output-buffer-limit", {"normal", "1", "2", "3", "pubsub", "a", "0", "0"}),
            "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
  EXPECT_EQ(refusal("client-output-buffer-limit", {"normal", "1", "2", "-3"}),
            "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
}

TEST(DirectiveTable, PercentilesAreChecked) {
  Config config;
  EXPECT_EQ(assign("latency-tracking-info-percentiles", {"50", "99.99"}, config), "");
  EXPECT_EQ(shown("latency-tracking-info-percentiles", config), "50 99.99");
  EXPECT_EQ(assign("latency-tracking-info-percentiles", {""}, config), "");
  EXPECT_EQ(shown("latency-tracking-info-percentiles", config), "");
  EXPECT_EQ(refusal("latency-tracking-info-percentiles", {"50", "101"}),
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
  EXPECT_THAT(refusal("latency-tracking-info-percentiles", {"nan"}),
              testing::HasSubstr("should sit between"));
  EXPECT_THAT(refusal("latency-tracking-info-percentiles", {"x"}), testing::HasSubstr("Invalid"));
}

TEST(DirectiveTable, BindTakesAListOrNothing) {
  Config config;
  EXPECT_EQ(assign("bind", {"127.0.0.1", "-::1"}, config), "");
  EXPECT_THAT(config.network.bind, testing::ElementsAre("127.0.0.1", "-::1"));
  EXPECT_EQ(assign("bind", {""}, config), "");
  EXPECT_THAT(config.network.bind, testing::IsEmpty());
  EXPECT_EQ(refusal("bind", std::vector<std::string>(17, "127.0.0.1")), "Too many bind addresses specified.");
  EXPECT_THAT(refusal("bind", {"a b"}), testing::HasSubstr("must not contain"));
}

TEST(DirectiveTable, HzIsMovedIntoItsRange) {
  Config config;
  EXPECT_EQ(assign("hz", {"1000"}, config), "");
  EXPECT_EQ(config.process.hz, 500);
  EXPECT_EQ(assign("hz", {"0"}, config), "");
  EXPECT_EQ(config.process.hz, 1);
  EXPECT_THAT(refusal("hz", {"-1"}), testing::HasSubstr("between 0"));
}

TEST(DirectiveTable, NamesOfFilesAreChecked) {
  EXPECT_EQ(refusal("dbfilename", {"a/b"}), "dbfilename can't be a path, just a filename");
  EXPECT_THAT(refusal("logfile", {std::string("a\0b", 3)}), testing::HasSubstr("zero byte"));
  EXPECT_EQ(refusal("requirepass", {std::string("a\0b", 3)}), "");
}

TEST(IoLimits, AreTakenFromTheConfiguration) {
  Config config;
  ASSERT_EQ(assign("proto-max-bulk-len", {"2mb"}, config), "");
  ASSERT_EQ(assign("client-query-buffer-limit", {"3mb"}, config), "");
  ASSERT_EQ(assign("client-output-buffer-limit", {"pubsub", "4", "5", "6"}, config), "");
  ASSERT_EQ(assign("timeout", {"7"}, config), "");
  ASSERT_EQ(assign("tcp-keepalive", {"8"}, config), "");
  const IoLimits limits = io_limits_of(config);
  EXPECT_EQ(limits.proto_max_bulk_len, 2u << 20);
  EXPECT_EQ(limits.query_buffer_limit, 3u << 20);
  EXPECT_EQ(limits.output_limits[2], (OutputLimit{4, 5, 6}));
  EXPECT_EQ(limits.timeout_seconds, 7u);
  EXPECT_EQ(limits.tcp_keepalive_seconds, 8u);
  EXPECT_EQ(limits.inline_max, 65536u);
}

}  // namespace
}  // namespace baton
