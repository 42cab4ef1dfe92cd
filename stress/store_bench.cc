// What the store costs with three million keys of 16 bytes and values of 32, far beyond the caches.
//
//   build/release/stress/store_bench
//
// A time is for one key. `bytes_per_key` is the store's own account; `longest_us` is the slowest single
// insert while the table grew, what the system's scheduler took included.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "server/store/keyspace.h"

namespace baton {
namespace {

constexpr std::size_t kKeys = 3'000'000;
constexpr std::size_t kBatch = 16;
constexpr std::size_t kKeyBytes = 16;
const std::string_view kValue = "0123456789abcdef0123456789abcdeX";

using Text = std::array<char, kKeyBytes + 1>;

Text text_of(std::size_t i, char kind) {
  Text text{};
  std::snprintf(text.data(), text.size(), "%c:%014zu", kind, i);
  return text;
}

std::int64_t cpu_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

struct Filled {
  Filled() {
    keyspace.set_now_ms(1'700'000'000'000);
    for (std::size_t i = 0; i < kKeys; ++i) {
      const Text text = text_of(i, 'k');
      const Key key = keyspace.hasher().key({text.data(), kKeyBytes});
      const std::int64_t start = cpu_ns();
      db.assign_string(key, kValue);
      longest = std::max(longest, cpu_ns() - start);
    }
  }
  Keyspace keyspace{KeyspaceOptions{.seed = 11}};
  AllShards shards = keyspace.lease_all();
  Database& db = shards.database(0);
  std::int64_t longest = 0;  // ns
};

Filled& filled() {
  static Filled instance;
  return instance;
}

// Keys in random order, hashed beforehand as the I/O thread does.
struct Queries {
  explicit Queries(char kind) : texts(1 << 20), keys(texts.size()) {
    std::uint64_t random = 88172645463325252ull;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      texts[i] = text_of(random % kKeys, kind);
      keys[i] = filled().keyspace.hasher().key({texts[i].data(), kKeyBytes});
    }
  }
  std::vector<Text> texts;
  std::vector<Key> keys;
};

template <class Use>
void run(benchmark::State& state, char kind, bool staged, Use&& use) {
  Database& db = filled().db;
  const Queries queries(kind);
  std::size_t at = 0;
  for (auto _ : state) {
    const Key* const batch = &queries.keys[at];
    if (staged) {
      for (std::size_t i = 0; i < kBatch; ++i) db.prefetch_directory(batch[i].hash);
      for (std::size_t i = 0; i < kBatch; ++i) db.prefetch_bucket(batch[i].hash);
      for (std::size_t i = 0; i < kBatch; ++i) db.prefetch_entry(batch[i].hash);
      for (std::size_t i = 0; i < kBatch; ++i) db.prefetch_value(batch[i].hash);
    }
    for (std::size_t i = 0; i < kBatch; ++i) use(db, batch[i]);
    at = (at + kBatch) % queries.keys.size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
  state.counters["time_per_key"] =
      benchmark::Counter(kBatch, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_key"] = static_cast<double>(db.bytes()) / static_cast<double>(db.size());
  state.counters["longest_us"] = static_cast<double>(filled().longest) / 1e3;
}

void find(Database& db, const Key& key) {
  IntegerText scratch;
  if (Entry* const entry = db.find_for_read(key)) benchmark::DoNotOptimize(entry->string(scratch).data()[0]);
}
void assign(Database& db, const Key& key) { benchmark::DoNotOptimize(db.assign_string(key, kValue)); }

void find_hit(benchmark::State& state) { run(state, 'k', state.range(0) != 0, find); }
void find_miss(benchmark::State& state) { run(state, 'm', state.range(0) != 0, find); }
void assign_over(benchmark::State& state) { run(state, 'k', state.range(0) != 0, assign); }

BENCHMARK(find_hit)->ArgName("staged")->Arg(0)->Arg(1);
BENCHMARK(find_miss)->ArgName("staged")->Arg(0)->Arg(1);
BENCHMARK(assign_over)->ArgName("staged")->Arg(0)->Arg(1);

}  // namespace
}  // namespace baton

BENCHMARK_MAIN();
