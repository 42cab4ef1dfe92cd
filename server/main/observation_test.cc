// INFO, SLOWLOG, LATENCY, COMMAND, MEMORY, OBJECT, TIME, ROLE and DEBUG as operators and their tools use
// them.
#include "server/main/test_server.h"

namespace baton {
namespace {

class ObservationTest : public ServerTest {};
BATON_EACH_THREADING(ObservationTest);

TEST_P(ObservationTest, InfoHasTheSectionsAndFieldsOfRedis) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("SET k v EX 1000"), "OK");
  (void)c.ask("FOO");
  const std::string info = c.text_of("INFO everything");
  for (const char* section :
       {"Server", "Clients", "Memory", "Persistence", "Threads", "Stats", "Replication", "CPU", "Modules",
        "Commandstats", "Errorstats", "Latencystats", "Cluster", "Keyspace", "Handoff"})
    EXPECT_NE(info.find(std::string("# ") + section + "\r\n"), std::string::npos) << section;
  for (const char* field : {"redis_version",
                            "redis_mode",
                            "process_id",
                            "run_id",
                            "tcp_port",
                            "uptime_in_seconds",
                            "config_file",
                            "io_threads_active",
                            "connected_clients",
                            "maxclients",
                            "blocked_clients",
                            "used_memory",
                            "used_memory_human",
                            "used_memory_rss",
                            "used_memory_peak",
                            "maxmemory",
                            "maxmemory_policy",
                            "mem_fragmentation_ratio",
                            "mem_allocator",
                            "loading",
                            "rdb_changes_since_last_save",
                            "total_connections_received",
                            "total_commands_processed",
                            "instantaneous_ops_per_sec",
                            "total_net_input_bytes",
                            "rejected_connections",
                            "expired_keys",
                            "evicted_keys",
                            "keyspace_hits",
                            "keyspace_misses",
                            "pubsub_channels",
                            "total_error_replies",
                            "total_reads_processed",
                            "io_threaded_reads_processed",
                            "role",
                            "connected_slaves",
                            "used_cpu_sys",
                            "used_cpu_user",
                            "used_cpu_sys_main_thread",
                            "used_cpu_user_main_thread",
                            "cmdstat_set",
                            "errorstat_ERR",
                            "latency_percentiles_usec_set",
                            "cluster_enabled",
                            "handoff_queue_depth",
                            "handoff_to_executor_usec_avg",
                            "doorbells_rung",
                            "doorbells_elided",
                            "thread_pauses",
                            "thread_pause_usec",
                            "executor_busy_share"})
    EXPECT_NE(info.find(std::string("\n") + field + ":"), std::string::npos) << field;
  EXPECT_NE(info.find("\ndb0:keys=1,expires=1,avg_ttl="), std::string::npos) << info;
  EXPECT_NE(info.find(std::string("handoff_queue:") + GetParam().handoff), std::string::npos);
}

TEST_P(ObservationTest, InfoShowsTheSectionsAskedFor) {
  start();
  TestClient c = client();
  EXPECT_TRUE(c.text_of("INFO server").starts_with("# Server\r\n"));
  const std::string two = c.text_of("INFO cpu KEYSPACE");
  EXPECT_NE(two.find("# CPU"), std::string::npos);
  EXPECT_NE(two.find("# Keyspace"), std::string::npos);
  EXPECT_EQ(two.find("# Server"), std::string::npos);
  EXPECT_EQ(c.text_of("INFO").find("# Commandstats"), std::string::npos);
  EXPECT_EQ(c.text_of("INFO").find("# Latencystats"), std::string::npos);
  EXPECT_NE(c.text_of("INFO all").find("# Commandstats"), std::string::npos);
  EXPECT_EQ(c.text_of("INFO nothing"), "");
}

TEST_P(ObservationTest, InfoCountsEachThread) {
  start();
  std::vector<TestClient> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(client());
    EXPECT_EQ(clients.back().ask("PING"), "PONG");
  }
  const std::string info = clients[0].text_of("INFO threads");
  int seen = 0;
  for (int slot = 0; slot < GetParam().io_threads; ++slot) {
    const std::string name = "io_thread_" + std::to_string(slot) + ":clients=";
    const std::size_t at = info.find(name);
    ASSERT_NE(at, std::string::npos) << info;
    const int count = std::stoi(info.substr(at + name.size()));
    seen += count;
    if (GetParam().io_threads > 1) {
      EXPECT_EQ(count, slot == 0 ? 0 : 2) << info;
    }
  }
  EXPECT_EQ(seen, 6) << info;
}

TEST_P(ObservationTest, SlowlogKeepsTheNewestCommands) {
  start({"--slowlog-log-slower-than", "0", "--slowlog-max-len", "3"});
  TestClient c = client();
  EXPECT_EQ(c.ask("CLIENT SETNAME me"), "OK");
  EXPECT_EQ(c.ask("SLOWLOG RESET"), "OK");
  EXPECT_EQ(c.ask({"SET", "k", std::string(200, 'x')}), "OK");
  c.post("SLOWLOG GET");
  const TestReply log = c.next_reply();
  ASSERT_FALSE(log.items.empty());
  const TestReply& newest = log.items[0];
  ASSERT_EQ(newest.items.size(), 6u);
  EXPECT_EQ(newest.items[3].str(), "[\"SET\" \"k\" \"" + std::string(128, 'x') + "... (72 more bytes)\"]");
  EXPECT_EQ(newest.items[4].text, c.local_address());
  EXPECT_EQ(newest.items[5].text, "me");
  Words many{"DEL"};
  for (int i = 0; i < 40; ++i) many.push_back("k" + std::to_string(i));
  (void)c.ask(many);
  c.post("SLOWLOG GET 1");
  const TestReply last = c.next_reply();
  ASSERT_EQ(last.items.size(), 1u);
  ASSERT_EQ(last.items[0].items[3].items.size(), 32u);
  EXPECT_EQ(last.items[0].items[3].items[31].text, "... (10 more arguments)");
  EXPECT_EQ(c.ask("SLOWLOG LEN"), ":3");
  EXPECT_EQ(c.ask("SLOWLOG GET -2"), "-ERR count should be greater than or equal to -1");
  EXPECT_EQ(c.ask("CONFIG SET slowlog-log-slower-than -1"), "OK");
  EXPECT_EQ(c.ask("SLOWLOG RESET"), "OK");
  EXPECT_EQ(c.ask("PING"), "PONG");
  EXPECT_EQ(c.ask("SLOWLOG LEN"), ":0");
}

TEST_P(ObservationTest, SlowlogKeepsNoSecrets) {
  start({"--slowlog-log-slower-than", "0", "--requirepass", "hunter2"});
  TestClient c = client();
  EXPECT_EQ(c.ask("AUTH hunter2"), "OK");
  EXPECT_TRUE(c.ask("HELLO 2 AUTH default hunter2").starts_with("["));
  EXPECT_EQ(c.ask("CONFIG SET requirepass hunter2x maxmemory 0"), "OK");
  const std::string log = c.ask("SLOWLOG GET -1");
  EXPECT_EQ(log.find("hunter2"), std::string::npos) << log;
  EXPECT_NE(log.find("(redacted)"), std::string::npos) << log;
}

TEST_P(ObservationTest, LatencyRemembersSpikes) {
  start({"--enable-debug-command", "local", "--latency-monitor-threshold", "20"});
  TestClient c = client();
  EXPECT_EQ(c.ask("LATENCY LATEST"), "[]");
  EXPECT_EQ(c.ask("DEBUG SLEEP 0.03"), "OK");
  c.post("LATENCY LATEST");
  const TestReply latest = c.next_reply();
  ASSERT_EQ(latest.items.size(), 1u) << latest.str();
  EXPECT_EQ(latest.items[0].items[0].text, "command");
  EXPECT_GE(std::stoi(latest.items[0].items[3].text), 30);
  EXPECT_TRUE(c.ask("LATENCY HISTORY command").starts_with("[[:"));
  EXPECT_EQ(c.ask("LATENCY HISTORY none"), "[]");
  EXPECT_NE(c.text_of("LATENCY DOCTOR").find("command"), std::string::npos);
  EXPECT_EQ(c.ask("LATENCY RESET command none"), ":1");
  EXPECT_EQ(c.ask("LATENCY RESET"), ":0");
  EXPECT_EQ(c.ask("LATENCY LATEST"), "[]");
}

TEST_P(ObservationTest, CommandDescribesTheTable) {
  start();
  TestClient c = client();
  c.post("COMMAND");
  const TestReply all = c.next_reply();
  EXPECT_EQ(c.ask("COMMAND COUNT"), ":" + std::to_string(all.items.size()));
  c.post("COMMAND LIST");
  EXPECT_EQ(c.next_reply().items.size(), all.items.size());
  c.post("COMMAND INFO get foo client|kill");
  const TestReply info = c.next_reply();
  ASSERT_EQ(info.items.size(), 3u);
  EXPECT_TRUE(info.items[0].str().starts_with("[\"get\" :2 [readonly fast] :1 :1 :1 [@read @string @fast]"))
      << info.items[0].str();
  EXPECT_EQ(info.items[1].str(), "nil*");
  EXPECT_TRUE(info.items[2].str().starts_with(
      "[\"client|kill\" :-3 [admin noscript loading stale] :0 :0 :0 [@admin @slow "
      "@dangerous @connection]"))
      << info.items[2].str();
  EXPECT_EQ(c.ask("COMMAND GETKEYS MSET a 1 b 2"), "[\"a\" \"b\"]");
  EXPECT_NE(c.ask("COMMAND DOCS set").find("summary"), std::string::npos);
  EXPECT_EQ(c.ask("COMMAND LIST FILTERBY PATTERN unsub*"), "[\"unsubscribe\"]");
}

TEST_P(ObservationTest, SessionCommandsHaveTheFlagsAndCategoriesOfRedis) {
  start();
  TestClient c = client();
  const std::pair<const char*, const char*> cases[] = {
      {"auth", "[\"auth\" :-2 [noscript loading stale fast no_auth allow_busy] :0 :0 :0 [@fast @connection]"},
      {"multi", "[\"multi\" :1 [noscript loading stale fast allow_busy] :0 :0 :0 [@fast @transaction]"},
      {"watch", "[\"watch\" :-2 [noscript loading stale fast allow_busy] :1 :-1 :1 [@fast @transaction]"},
      {"subscribe", "[\"subscribe\" :-2 [pubsub noscript loading stale] :0 :0 :0 [@pubsub @slow]"},
      {"publish", "[\"publish\" :3 [pubsub loading stale fast] :0 :0 :0 [@pubsub @fast]"},
      {"info", "[\"info\" :-1 [loading stale] :0 :0 :0 [@slow @dangerous]"},
      {"monitor", "[\"monitor\" :1 [admin noscript loading stale] :0 :0 :0 [@admin @slow @dangerous]"},
      {"ssubscribe", "[\"ssubscribe\" :-2 [pubsub noscript loading stale] :1 :-1 :1 [@pubsub @slow]"},
      {"sunsubscribe", "[\"sunsubscribe\" :-1 [pubsub noscript loading stale] :1 :-1 :1 [@pubsub @slow]"},
      {"spublish", "[\"spublish\" :3 [pubsub loading stale fast] :1 :1 :1 [@pubsub @fast]"},
      {"role", "[\"role\" :1 [noscript loading stale fast] :0 :0 :0 [@admin @fast @dangerous]"},
      {"lastsave", "[\"lastsave\" :1 [loading stale fast] :0 :0 :0 [@admin @fast @dangerous]"},
      {"command", "[\"command\" :-1 [loading stale] :0 :0 :0 [@slow @connection]"},
      {"command|getkeys", "[\"command|getkeys\" :-3 [loading stale] :0 :0 :0 [@slow @connection]"},
      {"debug", "[\"debug\" :-2 [admin noscript loading stale] :0 :0 :0 [@admin @slow @dangerous] [] [] []]"},
      {"config|set", "[\"config|set\" :-4 [admin noscript loading stale] :0 :0 :0 [@admin @slow @dangerous]"},
  };
  for (const auto& [name, start_of_line] : cases) {
    c.post(std::string("COMMAND INFO ") + name);
    const TestReply reply = c.next_reply();
    ASSERT_EQ(reply.items.size(), 1u);
    EXPECT_TRUE(reply.items[0].str().starts_with(start_of_line)) << reply.items[0].str();
  }
  // A shard channel chooses a node, but is no key.
  EXPECT_NE(c.ask("COMMAND INFO spublish").find("[not_key]"), std::string::npos);
  EXPECT_EQ(c.ask("COMMAND GETKEYS SPUBLISH a b"), "-ERR The command has no key arguments");
}

TEST_P(ObservationTest, LatencyHistogramCountsEveryCall) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask("LATENCY HISTOGRAM get set nosuch"), "[]");
  std::string pipeline;
  for (int i = 0; i < 40; ++i) pipeline += request({"SET", "k", "v"}) + request({"GET", "k"});
  ASSERT_TRUE(c.send(pipeline));
  for (int i = 0; i < 80; ++i) (void)c.next();
  // Queueing is no call; the calls are those of EXEC.
  (void)c.ask("MULTI");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(c.ask("GET k"), "QUEUED");
  (void)c.ask("DISCARD");
  (void)c.ask("MULTI");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(c.ask("GET k"), "QUEUED");
  (void)c.ask("EXEC");
  (void)c.ask("CONFIG GET port");
  c.post("LATENCY HISTOGRAM GET nosuch set config");
  const TestReply all = c.next_reply();
  ASSERT_EQ(all.items.size(), 6u) << all.str();
  EXPECT_EQ(all.items[0].text, "get");
  EXPECT_TRUE(all.items[1].str().starts_with("[\"calls\" :45 \"histogram_usec\" [:")) << all.str();
  EXPECT_EQ(all.items[1].items[3].items.back().str(), ":45");
  EXPECT_EQ(all.items[2].text, "set");
  EXPECT_EQ(all.items[3].items[1].str(), ":40");
  EXPECT_EQ(all.items[4].text, "config|get");
  EXPECT_NE(c.text_of("INFO latencystats").find("\nlatency_percentiles_usec_get:p50="), std::string::npos);
}

TEST_P(ObservationTest, LatencyTrackingCanBeTurnedOffAndStartedAnew) {
  start();
  TestClient c = client();
  (void)c.ask("GET k");
  EXPECT_EQ(c.ask({"CONFIG", "SET", "latency-tracking-info-percentiles", "50.5 100"}), "OK");
  const std::string shown = c.text_of("INFO latencystats");
  const std::size_t at = shown.find("latency_percentiles_usec_get:p50.5=");
  ASSERT_NE(at, std::string::npos) << shown;
  EXPECT_NE(shown.find(",p100=", at), std::string::npos);
  EXPECT_EQ(c.ask("CONFIG SET latency-tracking no"), "OK");
  (void)c.ask("GET k");
  EXPECT_EQ(c.text_of("INFO latencystats"), "# Latencystats\r\n");
  EXPECT_TRUE(c.ask("LATENCY HISTOGRAM get").starts_with("[\"get\" [\"calls\" :1 "));
  EXPECT_EQ(c.ask("CONFIG RESETSTAT"), "OK");
  EXPECT_EQ(c.ask("LATENCY HISTOGRAM"), "[]");
}

TEST_P(ObservationTest, LatencyGraphDrawsAnEvent) {
  start({"--enable-debug-command", "local", "--latency-monitor-threshold", "20"});
  TestClient c = client();
  EXPECT_EQ(c.ask("LATENCY GRAPH command"), "-ERR No samples available for event 'command'");
  EXPECT_EQ(c.ask("DEBUG SLEEP 0.03"), "OK");
  const std::string graph = c.text_of("LATENCY GRAPH command");
  EXPECT_TRUE(graph.starts_with("command - high ")) << graph;
  EXPECT_NE(graph.find("\n_\n"), std::string::npos) << graph;
}

TEST_P(ObservationTest, MonitorIsRefusedInsideOfATransaction) {
  start();
  TestClient c = client();
  (void)c.ask("MULTI");
  EXPECT_EQ(c.ask("MONITOR"), "QUEUED");
  EXPECT_EQ(c.ask("PING"), "QUEUED");
  EXPECT_EQ(c.ask("EXEC"), "[-ERR MONITOR isn't allowed for DENY BLOCKING client PONG]");
  EXPECT_EQ(c.ask("MONITOR"), "OK");
}

TEST_P(ObservationTest, MemoryTellsWhatKeysTake) {
  start();
  TestClient c = client();
  EXPECT_EQ(c.ask({"SET", "large", std::string(100'000, 'x')}), "OK");
  const std::string usage = c.ask("MEMORY USAGE large");
  EXPECT_GE(std::stoll(usage.substr(1)), 100'000);
  EXPECT_EQ(c.ask("MEMORY USAGE large SAMPLES 0"), usage);
  EXPECT_EQ(c.ask("MEMORY USAGE absent"), "nil");
  const std::string stats = c.ask("MEMORY STATS");
  EXPECT_NE(stats.find("\"keys.count\" :1"), std::string::npos) << stats;
  EXPECT_NE(stats.find("\"peak.allocated\""), std::string::npos);
  EXPECT_EQ(c.ask("MEMORY PURGE"), "OK");
  EXPECT_NE(c.text_of("MEMORY MALLOC-STATS"), "");
  EXPECT_NE(c.text_of("MEMORY DOCTOR"), "");
}

TEST_P(ObservationTest, ObjectTellsHowAValueIsHeld) {
  start();
  TestClient c = client();
  (void)c.ask("MSET n 12 s short");
  (void)c.ask({"SET", "l", std::string(100, 'x')});
  EXPECT_EQ(c.ask("OBJECT ENCODING n"), "\"int\"");
  EXPECT_EQ(c.ask("OBJECT ENCODING s"), "\"embstr\"");
  EXPECT_EQ(c.ask("OBJECT ENCODING l"), "\"raw\"");
  EXPECT_EQ(c.ask("OBJECT REFCOUNT s"), ":1");
  EXPECT_EQ(c.ask("OBJECT IDLETIME s"), ":0");
  EXPECT_TRUE(c.ask("OBJECT FREQ s").starts_with("-ERR An LFU maxmemory policy is not selected"));
  EXPECT_EQ(c.ask("OBJECT ENCODING absent"), "nil");
}

TEST_P(ObservationTest, TimeRoleAndLastsave) {
  start();
  TestClient c = client();
  c.post("TIME");
  const TestReply time = c.next_reply();
  ASSERT_EQ(time.items.size(), 2u);
  EXPECT_GT(std::stoll(time.items[0].text), 1'600'000'000);
  EXPECT_LT(std::stoll(time.items[1].text), 1'000'000);
  EXPECT_EQ(c.ask("ROLE"), "[\"master\" :0 []]");
  EXPECT_TRUE(c.ask("LASTSAVE").starts_with(":1"));
}

TEST_P(ObservationTest, DebugNeedsPermission) {
  start();
  TestClient c = client();
  EXPECT_TRUE(c.ask("DEBUG SLEEP 0").starts_with("-ERR DEBUG command not allowed."));
  EXPECT_TRUE(c.ask("CONFIG SET enable-debug-command yes").starts_with("-ERR CONFIG SET failed"));
  for (const char* permission : {"local", "yes"}) {
    start({"--enable-debug-command", permission});
    TestClient allowed = client();
    EXPECT_EQ(allowed.ask("DEBUG SLEEP 0"), "OK");
    EXPECT_EQ(allowed.ask("DEBUG SLEEP x"), "-ERR value is not a valid float");
    EXPECT_EQ(allowed.ask("SET k v"), "OK");
    EXPECT_TRUE(allowed.ask("DEBUG OBJECT k").starts_with("Value at:0x"));
    EXPECT_EQ(allowed.ask("DEBUG OBJECT absent"), "-ERR no such key");
    EXPECT_EQ(allowed.ask({"DEBUG", "ERROR", "MINE some text"}), "-MINE some text");
    EXPECT_EQ(allowed.ask("DEBUG SET-ACTIVE-EXPIRE 1"), "OK");
    EXPECT_TRUE(
        allowed.ask("DEBUG FOO")
            .starts_with("-ERR unknown subcommand or wrong number of arguments for 'FOO'. Try DEBUG HELP."));
  }
}

TEST_P(ObservationTest, DebugHelpNamesEveryVerb) {
  start({"--enable-debug-command", "local"});
  TestClient c = client();
  const std::string help = c.ask("DEBUG HELP");
  for (const char* verb : {"ASSERT",
                           "CHANGE-REPL-ID",
                           "DICT-RESIZING",
                           "DIGEST",
                           "DIGEST-VALUE",
                           "ERROR",
                           "HTSTATS",
                           "HTSTATS-KEY",
                           "LISTPACK",
                           "LOG",
                           "OBJECT",
                           "PANIC",
                           "PAUSE-CRON",
                           "POPULATE",
                           "PROTOCOL",
                           "QUICKLIST-PACKED-THRESHOLD",
                           "RELOAD",
                           "REPLYBUFFER",
                           "SDSLEN",
                           "SEGFAULT",
                           "SET-ACTIVE-EXPIRE",
                           "SLEEP",
                           "STRINGMATCH-LEN"})
    EXPECT_NE(help.find(std::string(" ") + verb), std::string::npos) << verb;
}

TEST_P(ObservationTest, DebugDigestTellsDatasetsApart) {
  start({"--enable-debug-command", "local"});
  TestClient c = client();
  EXPECT_EQ(c.ask("DEBUG DIGEST"), std::string(40, '0'));
  (void)c.ask("MSET a 1 c hello b 22");
  // As redis-server 7.0.15 answers.
  EXPECT_EQ(c.ask("DEBUG DIGEST"), "bec31d705fc4d37f0ff249ef64b7394f690b9492");
  EXPECT_EQ(c.ask("DEBUG DIGEST-VALUE a absent c"),
            "[b4fc66738120fba0b5aa500ab5c2bf89cea1c5da 0000000000000000000000000000000000000000 "
            "36b23a1456b2dce2c3ed252c456761301dba8060]");
  (void)c.ask("EXPIRE c 100");
  EXPECT_NE(c.ask("DEBUG DIGEST"), "bec31d705fc4d37f0ff249ef64b7394f690b9492");
  (void)c.ask("PERSIST c");
  (void)c.ask("MOVE a 5");
  EXPECT_NE(c.ask("DEBUG DIGEST"), "bec31d705fc4d37f0ff249ef64b7394f690b9492");
  (void)c.ask("FLUSHALL");
  EXPECT_EQ(c.ask("DEBUG DIGEST"), std::string(40, '0'));
}

TEST_P(ObservationTest, DebugPopulateFillsADatabase) {
  start({"--enable-debug-command", "local"});
  TestClient c = client();
  (void)c.ask("SET key:1 mine");
  EXPECT_EQ(c.ask("DEBUG POPULATE 1000"), "OK");
  EXPECT_EQ(c.ask("DBSIZE"), ":1000");
  EXPECT_EQ(c.ask("MGET key:0 key:1 key:999"), "[\"value:0\" \"mine\" \"value:999\"]");
  EXPECT_EQ(c.ask("DEBUG POPULATE 3 other 100"), "OK");
  EXPECT_EQ(c.ask("STRLEN other:2"), ":100");
  EXPECT_EQ(c.ask("GETRANGE other:2 0 6"), "\"value:2\"");
  EXPECT_EQ(c.ask("DEBUG POPULATE x"), "-ERR value is not an integer or out of range");
  EXPECT_EQ(c.ask("DEBUG POPULATE -1"), "-ERR value is out of range, must be positive");
  EXPECT_EQ(c.ask("DEBUG POPULATE 1 a -1"), "-ERR value is out of range, must be positive");
  // Keys that came are changes to those who watch them.
  TestClient watcher = client();
  (void)watcher.ask("WATCH late:0");
  (void)watcher.ask("MULTI");
  (void)c.ask("DEBUG POPULATE 1 late");
  EXPECT_EQ(watcher.ask("EXEC"), "nil*");
}

TEST_P(ObservationTest, DebugLooksInside) {
  start({"--enable-debug-command", "local"});
  TestClient c = client();
  (void)c.ask("MSET n 1 s short");
  EXPECT_EQ(c.ask({"SET", "l", std::string(1000, 'x')}), "OK");
  EXPECT_NE(c.ask("DEBUG OBJECT n").find(" encoding:int serializedlength:2 lru:"), std::string::npos);
  EXPECT_NE(c.ask("DEBUG OBJECT l").find(" encoding:raw serializedlength:1002 lru:"), std::string::npos);
  EXPECT_TRUE(c.ask("DEBUG SDSLEN s").starts_with("key_sds_len:1, key_sds_avail:0, key_zmalloc: "));
  EXPECT_NE(c.ask("DEBUG SDSLEN l").find("val_sds_len:1000, val_sds_avail:0, val_zmalloc: "),
            std::string::npos);
  EXPECT_EQ(c.ask("DEBUG SDSLEN n"), "-ERR Not an sds encoded string.");
  EXPECT_EQ(c.ask("DEBUG SDSLEN absent"), "-ERR no such key");
  EXPECT_EQ(c.ask("DEBUG LISTPACK s"), "-ERR Not a listpack encoded object.");
  EXPECT_EQ(c.ask("DEBUG QUICKLIST s"), "-ERR Not a quicklist encoded object.");
  EXPECT_EQ(c.ask("DEBUG HTSTATS-KEY s"),
            "-ERR The value stored at the specified key is not represented using an hash table");
  const std::string tables = c.text_of("DEBUG HTSTATS 0");
  EXPECT_TRUE(tables.starts_with("[Dictionary HT]\n")) << tables;
  EXPECT_NE(tables.find(" number of elements: 3\n"), std::string::npos) << tables;
  EXPECT_NE(tables.find("[Expires HT]\n"), std::string::npos) << tables;
  EXPECT_EQ(c.ask("DEBUG HTSTATS 16"), "-ERR Out of range database");
  EXPECT_EQ(c.ask("DEBUG STRINGMATCH-LEN h?llo hello"), ":1");
  EXPECT_EQ(c.ask("DEBUG STRINGMATCH-LEN h?llo help"), ":0");
  EXPECT_TRUE(c.ask("DEBUG STRUCTSIZE").starts_with("bits:64 "));
}

TEST_P(ObservationTest, DebugRefusesOrAcceptsWhatThereIsNot) {
  start({"--enable-debug-command", "local"});
  TestClient c = client();
  EXPECT_EQ(c.ask("DEBUG RELOAD NOSAVE"),
            "-ERR DEBUG RELOAD: this version keeps nothing on disk, so there is nothing to load");
  EXPECT_TRUE(c.ask("DEBUG LOADAOF").starts_with("-ERR DEBUG LOADAOF: "));
  EXPECT_EQ(c.ask("DEBUG CLIENT-EVICTION"), "-ERR maxmemory-clients is disabled.");
  for (const char* line : {"DEBUG CHANGE-REPL-ID", "DEBUG QUICKLIST-PACKED-THRESHOLD 100b",
                           "DEBUG DICT-RESIZING 0", "DEBUG REPLYBUFFER PEAK-RESET-TIME never",
                           "DEBUG REPLYBUFFER resizing 0", "DEBUG SET-DISABLE-DENY-SCRIPTS 1"})
    EXPECT_EQ(c.ask(line), "OK") << line;
  EXPECT_EQ(c.ask("DEBUG QUICKLIST-PACKED-THRESHOLD 5gb"),
            "-ERR argument must be a memory value bigger than 1 and smaller than 4gb");
  for (const char* line : {"DEBUG DICT-RESIZING x", "DEBUG PAUSE-CRON x", "DEBUG REPLYBUFFER resizing x"})
    EXPECT_EQ(c.ask(line), "-ERR value is not an integer or out of range") << line;
  EXPECT_EQ(c.ask("DEBUG DIGEST x"),
            "-ERR unknown subcommand or wrong number of arguments for 'DIGEST'. Try DEBUG HELP.");
}

TEST_P(ObservationTest, PausedCronLeavesExpiredKeysAlone) {
  start({"--enable-debug-command", "local", "--hz", "500"});
  TestClient c = client();
  EXPECT_EQ(c.ask("DEBUG PAUSE-CRON 1"), "OK");
  EXPECT_EQ(c.ask("SET k v PX 1"), "OK");
  // Many crons are due after each of these.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(c.ask("DEBUG SLEEP 0.02"), "OK");
  EXPECT_EQ(c.ask("DBSIZE"), ":1");
  EXPECT_EQ(c.ask("DEBUG PAUSE-CRON 0"), "OK");
  EXPECT_TRUE(eventually([&] { return c.ask("DBSIZE") == ":0"; }));
}

TEST_P(ObservationTest, DebugEndsTheProcessLoudly) {
  for (const char* verb : {"ASSERT", "OOM", "PANIC", "SEGFAULT"}) {
    start({"--enable-debug-command", "local"});
    client().post(std::string("DEBUG ") + verb);
    const Ended ended = server().wait();
    EXPECT_NE(ended.status, 0) << verb;
    EXPECT_NE(ended.output.find(std::string("DEBUG ") + verb + ": the process "), std::string::npos)
        << ended.output;
  }
}

TEST_P(ObservationTest, ProtectedDirectivesMayBeOpenedToLocalClients) {
  start({"--enable-protected-configs", "local"});
  TestClient c = client();
  EXPECT_EQ(c.ask({"CONFIG", "SET", "dir", directory()}), "OK");
  start({"--enable-protected-configs", "no"});
  EXPECT_TRUE(client().ask({"CONFIG", "SET", "dir", directory()}).starts_with("-ERR CONFIG SET failed"));
}

TEST_P(ObservationTest, ExpiredKeysGoWithoutBeingLookedAt) {
  start({"--enable-debug-command", "yes"});
  TestClient c = client();
  std::string pipeline;
  for (int i = 0; i < 1000; ++i) pipeline += request({"SET", "k" + std::to_string(i), "v", "PX", "50"});
  ASSERT_TRUE(c.send(pipeline));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(c.next(), "OK");
  EXPECT_TRUE(eventually([&] { return c.ask("DBSIZE") == ":0"; }));
  EXPECT_NE(c.text_of("INFO stats").find("expired_keys:1000\r"), std::string::npos);
}

// EXEC knows the time of its fast commands together only; that of the others is theirs.
TEST_P(ObservationTest, AFastCommandIsNotChargedForASlowNeighbourInATransaction) {
  start({"--enable-debug-command", "yes"});
  TestClient c = client();
  c.send(request({"MULTI"}) + request({"GET", "a"}) + request({"DEBUG", "SLEEP", "0.1"}) + request({"EXEC"}));
  for (int i = 0; i < 4; ++i) EXPECT_NE(c.next(), "(closed)");
  const std::string info = c.text_of("INFO commandstats");
  const std::size_t at = info.find("cmdstat_get:calls=1,usec=");
  ASSERT_NE(at, std::string::npos) << info;
  EXPECT_LT(std::stol(info.substr(at + sizeof "cmdstat_get:calls=1,usec=" - 1)), 30'000) << info;
}

}  // namespace
}  // namespace baton
