// What a command costs to parse, and a reply to write, once its bytes are in the cache.
//
//   build/release/stress/resp_bench
//
// Times are for one pipelined batch; the counters say what is one command, argument or reply of it.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/resp/reply_buffer.h"
#include "server/resp/reply_writer.h"
#include "server/resp/request_parser.h"

namespace baton {
namespace {

constexpr int kPipeline = 16;

std::string encode(const std::vector<std::string>& command) {
  std::string bytes = "*" + std::to_string(command.size()) + "\r\n";
  for (const std::string& arg : command) bytes += "$" + std::to_string(arg.size()) + "\r\n" + arg + "\r\n";
  return bytes;
}

benchmark::Counter time_of_one(std::size_t count) {
  return {static_cast<double>(count),
          benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert};
}

void parse_batch(benchmark::State& state, const std::string& one, std::size_t arguments) {
  std::string batch;
  for (int i = 0; i < kPipeline; ++i) batch += one;
  RequestParser parser;
  std::vector<std::string_view> args;
  const RequestLimits limits;
  for (auto _ : state) {
    std::span<char> pending(batch);
    args.clear();
    while (!pending.empty()) {
      const Parsed parsed = parser.parse(pending, limits, args);
      if (parsed != Parsed::command) return state.SkipWithError("not a command");
      pending = pending.subspan(parser.consumed());
    }
    benchmark::DoNotOptimize(args.data());
  }
  state.counters["command"] = time_of_one(kPipeline);
  state.counters["argument"] = time_of_one(kPipeline * arguments);
}

void parse_ping(benchmark::State& state) { parse_batch(state, encode({"PING"}), 1); }
void parse_get(benchmark::State& state) { parse_batch(state, encode({"GET", "key:000000012345"}), 2); }
void parse_set(benchmark::State& state) {
  parse_batch(state, encode({"SET", "key:000000012345", std::string(32, 'v')}), 3);
}
void parse_mget_100(benchmark::State& state) {
  parse_batch(state, encode(std::vector<std::string>(101, "key:000000012345")), 101);
}
void parse_inline_get(benchmark::State& state) { parse_batch(state, "GET key:000000012345\r\n", 2); }

// A command of many arguments that comes in small pieces: the state machine that resumes.
void parse_in_pieces(benchmark::State& state) {
  constexpr std::size_t kArguments = 10'000;
  std::string bytes = encode(std::vector<std::string>(kArguments, "key:000000012345"));
  std::vector<std::string_view> args;
  for (auto _ : state) {
    RequestParser parser;
    args.clear();
    for (std::size_t have = 100; have < bytes.size(); have += 100)
      benchmark::DoNotOptimize(parser.parse(std::span<char>(bytes).first(have), {}, args));
    if (parser.parse(bytes, {}, args) != Parsed::command) return state.SkipWithError("not a command");
  }
  state.counters["argument"] = time_of_one(kArguments);
}

// `write` writes one reply.
template <class Write>
void write_batch(benchmark::State& state, Write write) {
  ReplyBlock* block = ReplyBlock::allocate(16 * 1024);
  for (auto _ : state) {
    ReplyBuffer buffer;
    buffer.lend(block);
    ReplyWriter writer(buffer, Protocol::resp2);
    for (int i = 0; i < kPipeline; ++i) write(writer);
    block = buffer.take();
    benchmark::DoNotOptimize(block->data());
  }
  ReplyBlock::free(block);
  state.counters["reply"] = time_of_one(kPipeline);
}

void write_ok(benchmark::State& state) {
  write_batch(state, [](ReplyWriter& writer) { writer.ok(); });
}
void write_null(benchmark::State& state) {
  write_batch(state, [](ReplyWriter& writer) { writer.null(); });
}
void write_integer(benchmark::State& state) {
  write_batch(state, [](ReplyWriter& writer) { writer.integer(123456); });
}
void write_bulk_32(benchmark::State& state) {
  const std::string value(32, 'v');
  write_batch(state, [&](ReplyWriter& writer) { writer.bulk(value); });
}
void write_number(benchmark::State& state) {
  write_batch(state, [](ReplyWriter& writer) { writer.number(1234.5678); });
}

BENCHMARK(parse_ping);
BENCHMARK(parse_get);
BENCHMARK(parse_set);
BENCHMARK(parse_mget_100);
BENCHMARK(parse_inline_get);
BENCHMARK(parse_in_pieces);
BENCHMARK(write_ok);
BENCHMARK(write_null);
BENCHMARK(write_integer);
BENCHMARK(write_bulk_32);
BENCHMARK(write_number);

}  // namespace
}  // namespace baton

BENCHMARK_MAIN();
