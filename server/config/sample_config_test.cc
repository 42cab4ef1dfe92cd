#include <gtest/gtest.h>

#include "server/config/config_file.h"
#include "server/config/directive.h"
#include "server/platform/real_files.h"

namespace baton {
namespace {

// Names and values alone; the second and third say only what the first does not.
constexpr const char* kForeignFiles[] = {
    // Redis 8
    "bind 127.0.0.1 -::1\n"
    "protected-mode yes\n"
    "port 6379\n"
    "tcp-backlog 511\n"
    "timeout 0\n"
    "tcp-keepalive 300\n"
    "daemonize no\n"
    "pidfile /var/run/redis_6379.pid\n"
    "loglevel notice\n"
    "logfile \"\"\n"
    "databases 16\n"
    "always-show-logo no\n"
    "set-proc-title yes\n"
    "proc-title-template \"{title} {listen-addr} {server-mode}\"\n"
    "locale-collate \"\"\n"
    "stop-writes-on-bgsave-error yes\n"
    "rdbcompression yes\n"
    "rdbchecksum yes\n"
    "dbfilename dump.rdb\n"
    "rdb-del-sync-files no\n"
    "dir ./\n"
    "replica-serve-stale-data yes\n"
    "replica-read-only yes\n"
    "repl-diskless-sync yes\n"
    "repl-diskless-sync-delay 5\n"
    "repl-diskless-sync-max-replicas 0\n"
    "repl-diskless-load disabled\n"
    "repl-disable-tcp-nodelay no\n"
    "replica-priority 100\n"
    "acllog-max-len 128\n"
    "lazyfree-lazy-eviction no\n"
    "lazyfree-lazy-expire no\n"
    "lazyfree-lazy-server-del no\n"
    "replica-lazy-flush no\n"
    "lazyfree-lazy-user-del no\n"
    "lazyfree-lazy-user-flush no\n"
    "oom-score-adj no\n"
    "oom-score-adj-values 0 200 800\n"
    "disable-thp yes\n"
    "appendonly no\n"
    "appendfilename \"appendonly.aof\"\n"
    "appenddirname \"appendonlydir\"\n"
    "appendfsync everysec\n"
    "no-appendfsync-on-rewrite no\n"
    "auto-aof-rewrite-percentage 100\n"
    "auto-aof-rewrite-min-size 64mb\n"
    "aof-load-truncated yes\n"
    "aof-use-rdb-preamble yes\n"
    "aof-timestamp-enabled no\n"
    "slowlog-log-slower-than 10000\n"
    "slowlog-max-len 128\n"
    "latency-monitor-threshold 0\n"
    "notify-keyspace-events \"\"\n"
    "hash-max-listpack-entries 512\n"
    "hash-max-listpack-value 64\n"
    "list-max-listpack-size -2\n"
    "list-compress-depth 0\n"
    "set-max-intset-entries 512\n"
    "set-max-listpack-entries 128\n"
    "set-max-listpack-value 64\n"
    "zset-max-listpack-entries 128\n"
    "zset-max-listpack-value 64\n"
    "hll-sparse-max-bytes 3000\n"
    "stream-node-max-bytes 4096\n"
    "stream-node-max-entries 100\n"
    "activerehashing yes\n"
    "client-output-buffer-limit normal 0 0 0\n"
    "client-output-buffer-limit replica 256mb 64mb 60\n"
    "client-output-buffer-limit pubsub 32mb 8mb 60\n"
    "hz 10\n"
    "dynamic-hz yes\n"
    "aof-rewrite-incremental-fsync yes\n"
    "rdb-save-incremental-fsync yes\n"
    "jemalloc-bg-thread yes\n",
    // Redis 7.0 as Debian has it
    "daemonize yes\n"
    "pidfile /run/redis/redis-server.pid\n"
    "logfile /var/log/redis/redis-server.log\n"
    "dir /var/lib/redis\n",
    // Valkey 8
    "pidfile /var/run/valkey_6379.pid\n"
    "hide-user-data-from-log yes\n"
    "dual-channel-replication-enabled no\n"
    "lazyfree-lazy-eviction yes\n"
    "lazyfree-lazy-expire yes\n"
    "lazyfree-lazy-server-del yes\n"
    "replica-lazy-flush yes\n"
    "lazyfree-lazy-user-del yes\n"
    "lazyfree-lazy-user-flush yes\n"
    "commandlog-execution-slower-than 10000\n"
    "commandlog-slow-execution-max-len 128\n"
    "commandlog-request-larger-than 1048576\n"
    "commandlog-large-request-max-len 128\n"
    "commandlog-reply-larger-than 1048576\n"
    "commandlog-large-reply-max-len 128\n"};

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

// What the files of Redis 7.0 and 8 and Valkey 8 set as they come, comments left out.
TEST(ForeignConfig, IsUnderstoodAsItComes) {
  RealFiles files;
  Config config;
  for (const char* text : kForeignFiles) {
    const auto error = parse_config(text, "redis.conf", include_from(files), config);
    EXPECT_FALSE(error) << error->report();
  }
  EXPECT_EQ(config.network.bind, (std::vector<std::string>{"127.0.0.1", "-::1"}));
  EXPECT_TRUE(config.memory.lazyfree_lazy_user_flush) << "as Valkey's file says";
}

TEST(SampleConfig, NamesEveryDirective) {
  const std::string text = sample();
  for (const Directive& d : directives())
    if (!d.is(kHidden)) {
      EXPECT_NE(text.find("\n" + std::string(d.name) + " "), std::string::npos) << d.name;
    }
}

}  // namespace
}  // namespace baton
