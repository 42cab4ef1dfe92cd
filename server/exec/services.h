// Services: what a session command may reach; built by main, passed by reference. No globals.
#pragma once

namespace baton {

class Acceptor;
class AllShards;
class ClientRegistry;
class CommandTable;
class ConfigApplier;
class Executor;
class IoCrew;
class Keyspace;
class Log;
class Observatory;
class PubSub;
class Settings;
class Tracking;
class WatchIndex;
struct Platform;
struct ServerStats;

// The process as a whole.
class ServerControl {
 public:
  // Drains and ends; returns at once.
  virtual void shut_down() = 0;

 protected:
  ~ServerControl() = default;
};

struct Services {
  Platform& platform;
  Log& log;
  Settings& settings;
  ConfigApplier& applier;
  const CommandTable& commands;
  Keyspace& keyspace;
  AllShards& shards;
  ClientRegistry& clients;
  IoCrew& crew;
  Acceptor& acceptor;
  PubSub& pubsub;
  Tracking& tracking;
  WatchIndex& watches;
  ServerStats& stats;
  Observatory& observatory;
  Executor& executor;
  ServerControl& control;
};

}  // namespace baton
