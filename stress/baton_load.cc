// baton-load: drives a server over RESP and checks every reply. See docs/stress.md.
#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdint>
#include <random>

#include "stress/idle.h"
#include "stress/load.h"

int main(int argc, char** argv) {
  baton::LoadOptions options;
  baton::IdleOptions idle;
  options.seed = (std::uint64_t{std::random_device{}()} << 16) ^ std::random_device{}();

  CLI::App app(
      "Drives a Redis-protocol server and reports every lost, doubled, reordered, foreign or wrong reply");
  app.add_option("--host", options.host, "IPv4 address of the server")->capture_default_str();
  app.add_option("--port", options.port, "port of the server")
      ->capture_default_str()
      ->check(CLI::Range(1, 65535));
  app.add_option("--seed", options.seed, "what the connections ask; random unless told");
  app.add_option("--connections,-c", options.connections)->capture_default_str()->check(CLI::Range(1, 20000));
  app.add_option("--depth,-P", options.depth, "commands in flight per connection, at most about")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  app.add_option("--seconds", options.seconds)->capture_default_str()->check(CLI::NonNegativeNumber);
  app.add_option("--requests", options.requests, "stop after about so many commands; 0: only by time")
      ->capture_default_str();
  app.add_option("--value-bytes", options.value_bytes_max, "largest value")
      ->capture_default_str()
      ->check(CLI::Range(16, 64 * 1024 * 1024));
  app.add_option("--resp", options.protocol, "2, 3, or 0 for both")
      ->capture_default_str()
      ->check(CLI::IsMember({0, 2, 3}));
  app.add_option("--life", options.life_commands, "commands of a connection before it ends, at most")
      ->capture_default_str();
  app.add_option("--mortal", options.mortal_percent, "percent of connections that the server may close")
      ->capture_default_str();
  app.add_option("--subscribers", options.subscriber_percent, "percent of connections")
      ->capture_default_str();
  app.add_option("--slow", options.slow_percent, "percent of connections that stop reading now and then")
      ->capture_default_str();
  app.add_option("--cut", options.cut_percent, "percent of connections that cut what they send anywhere")
      ->capture_default_str();
  app.add_option("--half-close", options.half_close_percent, "percent of lives that end by a half close")
      ->capture_default_str();
  app.add_option("--reset", options.reset_percent, "percent of lives that end by a reset")
      ->capture_default_str();
  app.add_option("--stall-seconds", options.stall_seconds, "silence that counts as a fault")
      ->capture_default_str();
  app.add_option("--idle", idle.connections, "instead: open so many idle connections and measure");
  app.add_option("--server-pid", idle.server_pid, "with --idle: whose resident memory to print");
  app.add_option("--hold-seconds", idle.hold_seconds, "with --idle: how long they stay")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  if (idle.connections > 0) {
    idle.host = options.host;
    idle.port = options.port;
    return baton::run_idle(idle) ? 0 : 1;
  }
  fmt::print("seed {}\n", options.seed);
  std::fflush(stdout);
  const baton::LoadResult result = baton::run_load(options);
  fmt::print("{}\n", result.summary());
  if (result.faults.empty()) return 0;
  fmt::print("again: {} --seed {} and the same options\n", argv[0], options.seed);
  return 1;
}
