#include "server/exec/executor.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "queues/check.h"
#include "server/commands/arguments.h"
#include "server/commands/command_table.h"
#include "server/commands/data_call.h"
#include "server/commands/words.h"
#include "server/config/settings.h"
#include "server/exec/execution_witness.h"
#include "server/exec/key_positions.h"
#include "server/exec/observatory.h"
#include "server/exec/session_call.h"
#include "server/platform/platform.h"

namespace baton {

namespace {

// Slices of lazy freeing that one command may have to wait for; each takes a fraction of a millisecond.
constexpr unsigned kSlicesForRoom = 8;

// From here on a command's own time matters to somebody, so it is measured apart from its neighbours'.
constexpr std::int64_t kCoarseThresholdNs = 1'000'000;

// Sessions that go home before their I/O threads are told.
constexpr std::uint64_t kReleaseRun = 32;

// What a RESP2 client may say while it is subscribed.
bool allowed_while_subscribed(std::string_view name) {
  return name == "ping" || name == "quit" || name == "reset" || name == "subscribe" ||
         name == "unsubscribe" || name == "psubscribe" || name == "punsubscribe" || name == "ssubscribe" ||
         name == "sunsubscribe";
}

// Commands that act at once between MULTI and EXEC.
bool acts_inside_multi(std::string_view name) {
  return name == "exec" || name == "discard" || name == "multi" || name == "watch" || name == "quit" ||
         name == "reset";
}

}  // namespace

Executor::Executor(Services& services)
    : services_(services),
      outbox_(services, [this](Client& client) { wait_no_longer(client); }),
      monitors_(services.platform.clock, outbox_),
      changes_(services) {}

Executor::~Executor() {
  check(pending_.empty() && parked_.empty() && killers_.empty(),
        "executor: destroyed while it holds sessions");
}

// --- sessions ---

std::size_t Executor::turn(std::int64_t monotonic_ns) {
  ParcelChain mail;
  const std::size_t n = services_.crew.drain(options_.drain_max, mail);
  if (n == 0 && pending_.empty()) {
    if (services_.tracking.has_work()) services_.tracking.work();
    return 0;
  }
  ServerStats& stats = services_.stats;
  stats.handoffs_in += n;
  stats.queue_depth_last = n;
  stats.queue_depth_max = std::max<std::uint64_t>(stats.queue_depth_max, n);
  while (!mail.empty()) {
    Held<Parcel> parcel = mail.pop_front();
    const auto waited =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, monotonic_ns - parcel->posted_ns));
    stats.handoff_ns += waited;
    stats.handoff_ns_max = std::max(stats.handoff_ns_max, waited);
    take(std::move(parcel));
  }
  now_ms_ = services_.platform.clock.wall_ms();
  services_.keyspace.set_now_ms(now_ms_);
  run_pending();
  if (services_.tracking.has_work()) services_.tracking.work();
  return n;
}

void Executor::take(Held<Parcel> parcel) {
  check(parcel->kind() == ParcelKind::session, "executor: an I/O loop sent something else than a session");
  Held<Session> session(static_cast<Session*>(parcel.release()));
  if (session->errand == Errand::closed) return forget(std::move(session));
  session->client->held = session.get();
  pending_.push_back(std::move(session));
}

void Executor::forget(Held<Session> held) {
  const std::unique_ptr<Session> session(held.release());
  Client& client = *session->client;
  client.held = nullptr;
  note_end_of_victim(client);
  end_transaction(client);
  services_.pubsub.forget(client);
  services_.tracking.end(client);
  changes_.settle();
  monitors_.remove(client);
  services_.crew.forget(client);
  services_.clients.remove(client);
}

void Executor::run_pending() {
  const unsigned width = std::max(1u, options_.prefetch_window);
  std::vector<Held<Session>> sessions;
  sessions.swap(pending_);
  std::size_t released = 0;
  window_.clear();
  const auto run_and_release = [&](std::size_t whole) {
    if (!window_.empty()) run_window(window_);
    window_.clear();
    for (; released < whole; ++released) settle_session(std::move(sessions[released]));
  };
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    Session& session = *sessions[i];
    const auto count = static_cast<std::uint32_t>(session.batch.commands.size());
    for (std::uint32_t c = session.next_command; c < count; ++c) {
      window_.push_back({&session, c});
      if (window_.size() == width) run_and_release(c + 1 == count ? i + 1 : i);
    }
  }
  run_and_release(sessions.size());
  sessions.clear();
  // Its memory serves the next turn.
  if (pending_.empty()) pending_.swap(sessions);
}

// All commands of the session were looked at: it goes home, or waits for the end of a pause with those that
// are left.
void Executor::settle_session(Held<Session> session) {
  const bool ended = session->client->killed || session->close_after_replies;
  if (!ended && session->next_command < session->batch.commands.size()) {
    // It stays held: a message that went past it would overtake the replies that wait in it. A pause that
    // ended in the turn in which this session met it wakes nobody later: the session goes on in the next
    // turn.
    if (pause_mode_ == PauseMode::none)
      pending_.push_back(std::move(session));
    else
      parked_.push(std::move(session));
    return;
  }
  finish(*session);
  if (session->client->victims_left != 0 && !session->client->killed) {
    killers_.push(std::move(session));
    return;
  }
  release(std::move(session));
}

void Executor::finish(Session& session) {
  Client& client = *session.client;
  if (!session.batch.protocol_error.empty() && !session.close_after_replies && !client.killed) {
    ReplyWriter reply(session.replies, client.protocol);
    reply.error(fmt::format("ERR {}", session.batch.protocol_error));
    note_error(nullptr, reply);
    services_.log.verbose("Protocol error ({}) from client id={} addr={}", session.batch.protocol_error,
                          client.id, client.address);
    session.close_after_replies = true;
  }
  session.authenticated = client.authenticated;
  // A monitor is a normal client to the output limits, as in Redis.
  session.output_class = client.subscriptions() != 0 ? ClientClass::pubsub : ClientClass::normal;
  session.may_idle = client.subscriptions() != 0 || client.monitor;
}

void Executor::release(Held<Session> session) {
  gate_.hold(std::move(session), ReleaseGate::kNothingPromised);
  gate_.open(ReleaseGate::kNothingPromised, [this](Held<Session> released) {
    Client& client = *released->client;
    services_.crew.send_home(client, std::move(released));
    // I/O threads start to send while the rest is being executed.
    if (++released_ % kReleaseRun == 0) services_.crew.flush();
  });
}

// --- commands ---

void Executor::prefetch(std::span<const Item> window) {
  const auto each_key = [&](auto&& stage) {
    for (const Item& item : window) {
      const CommandBatch& batch = item.session->batch;
      const ParsedCommand& command = batch.commands[item.command];
      const Database& db = services_.shards.database(item.session->client->db);
      for (const std::uint64_t hash : batch.hashes_of(command)) stage(db, hash);
    }
  };
  each_key([](const Database& db, std::uint64_t hash) { db.prefetch_directory(hash); });
  each_key([](const Database& db, std::uint64_t hash) { db.prefetch_bucket(hash); });
  each_key([](const Database& db, std::uint64_t hash) { db.prefetch_entry(hash); });
  each_key([](const Database& db, std::uint64_t hash) { db.prefetch_value(hash); });
}

void Executor::run_window(std::span<const Item> window) {
  ServerStats& stats = services_.stats;
  if (window.size() > 1) {
    prefetch(window);
    for (const Item& item : window)
      stats.prefetched_keys += item.session->batch.commands[item.command].hashes;
  }
  ++stats.batches;
  stats.batched_commands += window.size();
  Clock& clock = services_.platform.clock;
  // Settled now: a command of the window may change it.
  const bool share = !precise_time_;
  const std::uint64_t begin = share ? clock.monotonic_ns() : 0;
  untimed_.clear();
  timed_ns_ = 0;
  for (const Item& item : window) {
    Session& session = *item.session;
    // Its place moves with each command that ran; one that had to stop waits with the rest behind it.
    if (session.next_command != item.command || session.client->killed || session.close_after_replies)
      continue;
    const ParsedCommand& command = session.batch.commands[item.command];
    if (must_wait(*session.client, command)) continue;
    ++session.next_command;
    run(session, command);
    outbox_.hold_to_limit(session);
  }
  if (!share || untimed_.empty()) return;
  const std::uint64_t took = clock.monotonic_ns() - begin;
  share_time(0, (took - std::min(took, timed_ns_)) / untimed_.size());
}

// The commands that ran without a clock of their own, from that one on, took so long each. A window has few
// different commands as a rule: the calls of each are told of together.
void Executor::share_time(std::size_t from, std::uint64_t ns) {
  constexpr auto kTold = static_cast<std::uint32_t>(-1);
  for (std::size_t i = from; i < untimed_.size(); ++i) {
    const std::uint32_t index = untimed_[i];
    if (index == kTold) continue;
    std::uint64_t calls = 1;
    for (std::size_t j = i + 1; j < untimed_.size(); ++j) {
      if (untimed_[j] != index) continue;
      untimed_[j] = kTold;
      ++calls;
    }
    services_.stats.by_command[index].ns += ns * calls;
    services_.observatory.command_took(index, ns, calls);
  }
  untimed_.resize(from);
}

bool Executor::must_wait(const Client& client, const ParsedCommand& command) const {
  if (pause_mode_ == PauseMode::none || !command.spec) return false;
  if (pause_mode_ == PauseMode::all) return true;
  if (command.spec->flags & (kWrite | kMayReplicate)) return true;
  if (command.spec->name != "exec" || !client.transaction) return false;
  const auto& queue = client.transaction->queue;
  return std::any_of(queue.begin(), queue.end(), [](const QueuedCommand& queued) {
    return (queued.spec->flags & (kWrite | kMayReplicate)) != 0;
  });
}

void Executor::run(Session& session, const ParsedCommand& command) {
  Client& client = *session.client;
  witness_execution(client, session.batch.arguments_of(command), now_ms_);
  ReplyWriter reply(session.replies, client.protocol);
  ++client.commands;
  if (client.plain() && command.refusal == Refusal::none && options_.memory_max == 0 && monitors_.empty() &&
      command.spec->data) {
    client.last_command = command.spec;
    client.last_container = command.container;
    call(client, session, *command.spec, command.container, session.batch.arguments_of(command),
         session.batch.hashes_of(command), reply);
    return;
  }
  run_guarded(client, session, command, reply);
}

void Executor::run_guarded(Client& client, Session& session, const ParsedCommand& command,
                           ReplyWriter& reply) {
  const auto args = session.batch.arguments_of(command);
  const std::size_t reply_start = session.replies.size();
  const ReplyMode mode = client.reply_mode;
  outbox_.begin(client);
  if (command.spec) {
    client.last_command = command.spec;
    client.last_container = command.container;
  }
  const CommandSpec* const top = command.container ? command.container : command.spec;
  const std::uint32_t flags = command.spec ? command.spec->flags : 0;
  if (!command.spec && (is_word(args[0], "post") || is_word(args[0], "host:"))) {
    // A web page makes a browser speak HTTP to this port: its lines must not be run as commands.
    services_.log.warning(
        "Closing client id={} addr={}: it speaks HTTP, which may be an attack across protocols", client.id,
        client.address);
    client.close_after_reply = true;
  } else if (command.refusal != Refusal::none) {
    refuse(client, command, args, reply,
           argument_error(command.refusal, command.spec, command.container, args));
  } else if (!client.authenticated && !(flags & kNoAuth)) {
    refuse(client, command, args, reply, "NOAUTH Authentication required.");
  } else if (options_.memory_max != 0 && (flags & kDenyOom) && out_of_memory()) {
    refuse(client, command, args, reply, "OOM command not allowed when used memory > 'maxmemory'.");
  } else if (client.subscriptions() != 0 && client.protocol == Protocol::resp2 &&
             !allowed_while_subscribed(top->name)) {
    refuse(client, command, args, reply,
           fmt::format("ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
                       "are allowed in "
                       "this context",
                       command.container ? fmt::format("{}|{}", command.container->name, command.spec->name)
                                         : std::string(command.spec->name)));
  } else if (client.transaction && client.transaction->open && !acts_inside_multi(top->name)) {
    if (flags & kNoMulti)
      refuse(client, command, args, reply, "ERR Command not allowed inside a transaction");
    else
      enqueue(client, command, args, session.batch.hashes_of(command), reply);
  } else {
    if (!monitors_.empty() && !(flags & (kSkipMonitor | kAdmin))) monitors_.show(client, *command.spec, args);
    call(client, session, *command.spec, command.container, args, session.batch.hashes_of(command), reply);
    if (client.tracker && (flags & kReadonly)) remember_read(client, *command.spec, args);
  }
  // CLIENT CACHING holds for the command that follows it, or for all of a transaction.
  if (client.tracker && !(client.transaction && client.transaction->open) &&
      !(command.spec && top->name == "client"))
    client.tracker->caching = false;
  // CLIENT REPLY: what was off before the command stays unsaid; skip covers the next command.
  if (mode == ReplyMode::off || mode == ReplyMode::skip || client.reply_mode == ReplyMode::off)
    if (client.reply_mode != ReplyMode::on || mode == ReplyMode::skip) session.replies.truncate(reply_start);
  if (mode == ReplyMode::skip && client.reply_mode == ReplyMode::skip) client.reply_mode = ReplyMode::on;
  if (client.reply_mode == ReplyMode::skip_next) client.reply_mode = ReplyMode::skip;
  // What is pushed is no reply, and is said also when replies are off.
  outbox_.end(session);
  client.settle();
  if (client.close_after_reply) session.close_after_replies = true;
}

void Executor::refuse(Client& client, const ParsedCommand& command, std::span<const std::string_view>,
                      ReplyWriter& reply, std::string_view error) {
  if (client.transaction && client.transaction->open) client.transaction->refused = true;
  if (command.spec) ++services_.stats.by_command[services_.commands.index_of(*command.spec)].rejected;
  reply.error(error);
  note_error(nullptr, reply);
}

void Executor::enqueue(Client& client, const ParsedCommand& command, std::span<const std::string_view> args,
                       std::span<const std::uint64_t> hashes, ReplyWriter& reply) {
  client.transaction->enqueue(*command.spec, command.container, args, hashes);
  reply.simple_string("QUEUED");
  // Queued commands are input that has not been executed.
  if (client.transaction->queued_bytes <= services_.settings.values().clients.client_query_buffer_limit)
    return;
  services_.log.warning("Closing client id={} that reached max query buffer length with its transaction",
                        client.id);
  services_.crew.kill(client, KillReason::query_limit);
}

void Executor::run_queued(Client& client, Session& session, const QueuedCommand& command,
                          ReplyWriter& reply) {
  if (!monitors_.empty() && !(command.spec->flags & (kSkipMonitor | kAdmin)))
    monitors_.show(client, *command.spec, command.arguments);
  if (options_.memory_max != 0 && (command.spec->flags & kDenyOom) && out_of_memory()) {
    reply.error("OOM command not allowed when used memory > 'maxmemory'.");
    note_error(command.spec, reply);
    return;
  }
  call(client, session, *command.spec, command.container, command.arguments, command.hashes, reply);
  if (client.tracker && (command.spec->flags & kReadonly))
    remember_read(client, *command.spec, command.arguments);
}

void Executor::call(Client& client, Session& session, const CommandSpec& spec, const CommandSpec* container,
                    std::span<const std::string_view> args, std::span<const std::uint64_t> hashes,
                    ReplyWriter& reply) {
  const std::size_t index = services_.commands.index_of(spec);
  const bool timed = precise_time_ || !(spec.flags & kFast);
  Clock& clock = services_.platform.clock;
  const std::uint64_t begin = timed ? clock.monotonic_ns() : 0;
  const std::size_t untimed = untimed_.size();
  const std::uint64_t timed_before = timed_ns_;
  const std::uint64_t errors = reply.errors();
  if (spec.data) {
    DataCall data{spec,
                  args,
                  hashes,
                  services_.shards.database(client.db),
                  client.db,
                  services_.shards,
                  services_.keyspace.hasher(),
                  reply,
                  now_ms_,
                  session.batch.bodies,
                  options_.string_max};
    const bool observed = changes_.observed() && (spec.flags & kWrite) != 0;
    if (observed) [[unlikely]]
      changes_.before({spec, args, data.db_index});
    // TOUCH is the one command whose purpose a client with NO-TOUCH cannot have excluded.
    if (client.no_touch) services_.keyspace.set_touch(spec.name == "touch");
    const Effect effect = spec.data(data);
    if (client.no_touch) services_.keyspace.set_touch(true);
    services_.stats.dirty += effect.dirty;
    if (observed) [[unlikely]]
      changes_.after({spec, args, data.db_index}, effect.dirty != 0, reply.errors() != errors);
  } else {
    SessionCall now{services_, client, session, spec, container, args, hashes, reply, now_ms_};
    spec.session(now);
    changes_.settle();
  }
  // A command may have cleared the statistics.
  CommandStats& counted = services_.stats.by_command[index];
  ++counted.calls;
  ++services_.stats.commands;
  if (reply.errors() != errors) note_error(&spec, reply);
  if (!timed) return untimed_.push_back(static_cast<std::uint32_t>(index));
  const std::uint64_t took = clock.monotonic_ns() - begin;
  counted.ns += took;
  services_.observatory.command_took(index, took, 1);
  // EXEC ran others: those that had a clock of their own keep their time, the rest share what is left with
  // it; all of it counts once in that of the window.
  const std::uint64_t by_itself = std::min(took, timed_ns_ - timed_before);
  if (untimed_.size() > untimed) share_time(untimed, (took - by_itself) / (untimed_.size() - untimed + 1));
  timed_ns_ = timed_before + took;
  const std::int64_t threshold = services_.observatory.threshold_ns();
  if (threshold >= 0 && static_cast<std::int64_t>(took) >= threshold)
    services_.observatory.slow_command(client, spec, args, static_cast<std::int64_t>(took));
}

void Executor::note_error(const CommandSpec* spec, const ReplyWriter& reply) {
  ++services_.stats.error_replies;
  if (spec) ++services_.stats.by_command[services_.commands.index_of(*spec)].failed;
  services_.stats.count_error(reply.last_error_code());
}

// A client that tracks is told when what it reads here changes.
void Executor::remember_read(const Client& client, const CommandSpec& spec,
                             std::span<const std::string_view> args) {
  const KeyPositions keys(spec, args);
  for (const std::uint32_t position : keys.get()) services_.tracking.remember(client, args[position]);
}

// What was given up and waits to be freed is no reason to refuse a write: some of it is freed now, as long as
// others can wait for it.
bool Executor::out_of_memory() {
  Keyspace& keyspace = services_.keyspace;
  for (unsigned slice = 0; slice < kSlicesForRoom && keyspace.bytes() > options_.memory_max; ++slice)
    if (!keyspace.free_lazily()) break;
  return keyspace.bytes() > options_.memory_max;
}

// --- clients ---

void Executor::end_transaction(Client& client) {
  services_.watches.unwatch_all(client);
  client.transaction.reset();
  client.settle();
}

void Executor::reset_client(Client& client) {
  end_transaction(client);
  services_.pubsub.forget(client);
  services_.tracking.end(client);
  monitors_.remove(client);
  outbox_.drop_for(client);  // no monitor any more: not shown its own RESET
  client.db = 0;
  client.protocol = Protocol::resp2;
  client.name.clear();
  client.reply_mode = ReplyMode::on;
  client.no_evict = false;
  client.no_touch = false;
  client.settle();
}

void Executor::kill(Client& client) {
  Client* const killer = outbox_.current();
  if (&client == killer) {
    client.close_after_reply = true;
    return;
  }
  services_.crew.kill(client);
  wait_no_longer(client);
  if (!killer) return;
  client.killed_by = killer->id;
  ++killer->victims_left;
}

// A killed client's session has nothing to wait for any more.
void Executor::wait_no_longer(Client& client) {
  if (Held<Session> parked = parked_.take(client)) settle_session(std::move(parked));
  if (Held<Session> killer = killers_.take(client)) release(std::move(killer));
}

void Executor::note_end_of_victim(const Client& victim) {
  Client* killer = victim.killed_by != 0 ? services_.clients.find(victim.killed_by) : nullptr;
  if (!killer || --killer->victims_left != 0) return;
  if (Held<Session> session = killers_.take(*killer)) release(std::move(session));
}

void Executor::end_pauses() {
  pauses_ended_ = true;
  unpause_clients();
}

void Executor::pause_clients(PauseMode mode, std::int64_t until_ms) {
  if (pauses_ended_) return;
  // A second pause lengthens the first and never loosens it.
  pause_mode_ = std::max(pause_mode_, mode);
  paused_until_ms_ = std::max(paused_until_ms_, until_ms);
}

void Executor::unpause_clients() {
  pause_mode_ = PauseMode::none;
  paused_until_ms_ = 0;
  parked_.take_all([this](Held<Session> session) { pending_.push_back(std::move(session)); });
}

void Executor::tick() {
  now_ms_ = services_.platform.clock.wall_ms();
  services_.keyspace.set_now_ms(now_ms_);
  if (pause_mode_ != PauseMode::none && now_ms_ >= paused_until_ms_) unpause_clients();
}

void Executor::resettle_time_keeping() {
  const std::int64_t threshold = services_.observatory.threshold_ns();
  precise_time_ = threshold >= 0 && threshold < kCoarseThresholdNs;
}

}  // namespace baton
