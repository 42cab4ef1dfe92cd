#include "server/exec/tracking.h"

#include <algorithm>
#include <utility>

namespace baton {

namespace {

// Keys or readings that one work() takes down.
constexpr std::size_t kSlice = 1000;

constexpr std::string_view kPush = ">2\r\n$10\r\ninvalidate\r\n";
constexpr std::string_view kMessage = "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n";

void append_bulk(std::string& out, std::string_view text) {
  out += '$';
  out += std::to_string(text.size());
  out += "\r\n";
  out += text;
  out += "\r\n";
}

std::string array_header(std::size_t size) { return "*" + std::to_string(size) + "\r\n"; }

std::string array_of(std::string_view key) {
  std::string out = array_header(1);
  append_bulk(out, key);
  return out;
}

std::string redirect_broken_push(std::uint64_t id) {
  return ">2\r\n$21\r\ntracking-redir-broken\r\n:" + std::to_string(id) + "\r\n";
}

}  // namespace

Tracking::Tracking(Keyspace& keyspace, ClientRegistry& clients, Outbound& outbound)
    : keyspace_(keyspace),
      clients_(clients),
      outbound_(outbound),
      keys_(0, NameHash{&keyspace.hasher()}, std::equal_to<>{}) {}

Tracking::~Tracking() { keyspace_.set_expiry_observer(nullptr); }

// --- who tracks ---

void Tracking::start(Client& client, const TrackingOptions& options,
                     std::span<const std::string_view> prefixes) {
  if (!client.tracker) {
    auto& tracker = trackers_[client.id];
    tracker = std::make_unique<Tracker>();
    tracker->client = &client;
    client.tracker = tracker.get();
    keyspace_.set_expiry_observer(this);
  }
  Tracker& tracker = *client.tracker;
  redirect_to(tracker, options.redirect);
  tracker.options = options;
  tracker.redirect_broken = false;
  if (options.broadcast) {
    if (prefixes.empty()) add_prefix(tracker, {});
    for (const std::string_view prefix : prefixes) add_prefix(tracker, prefix);
  }
  client.settle();
}

void Tracking::end(Client& client) {
  if (!client.tracker) return;
  Tracker& tracker = *client.tracker;
  redirect_to(tracker, 0);
  while (!tracker.prefixes.empty()) remove_prefix(tracker, *tracker.prefixes.begin());
  readings_ -= tracker.readings.size();
  tracker.client = nullptr;
  client.tracker = nullptr;
  client.settle();
  auto node = trackers_.extract(client.id);
  if (!tracker.readings.empty()) ended_.push_back(std::move(node.mapped()));
  if (trackers_.empty()) keyspace_.set_expiry_observer(nullptr);
}

// Whoever is told in place of others is not plain: what it is told must not fall into the reply to a command.
void Tracking::redirect_to(Tracker& tracker, std::uint64_t id) {
  if (Client* before = clients_.find(std::exchange(tracker.options.redirect, id))) {
    --before->redirected_here;
    before->settle();
  }
  if (Client* now = clients_.find(id)) {
    ++now->redirected_here;
    now->settle();
  }
}

void Tracking::add_prefix(Tracker& tracker, std::string_view name) {
  if (!tracker.prefixes.emplace(name).second) return;
  Prefix& prefix = prefixes_[std::string(name)];
  if (prefix.trackers.empty()) ++lengths_[name.size()];
  prefix.trackers.push_back(&tracker);
}

void Tracking::remove_prefix(Tracker& tracker, std::string_view name) {
  const auto it = prefixes_.find(name);
  std::erase(it->second.trackers, &tracker);
  if (it->second.trackers.empty()) {
    const auto length = lengths_.find(name.size());
    if (--length->second == 0) lengths_.erase(length);
    due_.erase(it->first);
    prefixes_.erase(it);
  }
  tracker.prefixes.erase(tracker.prefixes.find(name));
}

// --- what was read ---

void Tracking::remember(const Client& client, std::string_view name) {
  Tracker& tracker = *client.tracker;
  const TrackingOptions& options = tracker.options;
  if (options.broadcast || (options.opt_in && !tracker.caching) || (options.opt_out && tracker.caching))
    return;
  auto it = keys_.find(name);
  if (it == keys_.end()) {
    it = keys_.try_emplace(std::string(name)).first;
    TrackedKey& key = it->second;
    key.name = it->first;
    key.number = keys_numbered_++;
    key.older = newest_;
    (newest_ ? newest_->newer : oldest_) = &key;
    newest_ = &key;
  }
  TrackedKey& key = it->second;
  const auto [reading, fresh] =
      tracker.readings.try_emplace(key.number, Reading{&tracker, &key, nullptr, key.readings});
  if (!fresh) return;
  if (key.readings) key.readings->previous = &reading->second;
  key.readings = &reading->second;
  ++readings_;
  if (over_bound()) give_up_oldest();
}

// The key has no readings any more.
void Tracking::forget(TrackedKey& key) {
  (key.older ? key.older->newer : oldest_) = key.newer;
  (key.newer ? key.newer->older : newest_) = key.older;
  keys_.erase(keys_.find(key.name));
}

void Tracking::give_up_oldest() { invalidate(*oldest_, nullptr); }

void Tracking::forget_readings_of_ended() {
  auto& readings = ended_.front()->readings;
  for (std::size_t n = 0; n < kSlice && !readings.empty(); ++n) {
    const auto it = readings.begin();
    const Reading& reading = it->second;
    TrackedKey& key = *reading.key;
    (reading.previous ? reading.previous->next : key.readings) = reading.next;
    if (reading.next) reading.next->previous = reading.previous;
    readings.erase(it);
    if (!key.readings) forget(key);
  }
  if (readings.empty()) ended_.pop_front();
}

void Tracking::set_max_keys(std::size_t max_keys) noexcept { max_keys_ = max_keys; }

// --- what changed ---

void Tracking::changed(std::string_view key) {
  const Client* const changer = outbound_.current();
  note_for_broadcast(key, changer ? changer->id : 0);
  invalidate(key, changer);
}

// Nobody did that; but whoever has just been told that the key is not there need not be told again.
void Tracking::expired(std::string_view key) {
  note_for_broadcast(key, 0);
  invalidate(key, outbound_.current());
}

void Tracking::invalidate(std::string_view name, const Client* changer) {
  if (const auto it = keys_.find(name); it != keys_.end()) invalidate(it->second, changer);
}

void Tracking::invalidate(TrackedKey& key, const Client* changer) {
  std::vector<Tracker*> told;
  for (Reading* reading = key.readings; reading;) {
    Reading* const next = reading->next;
    Tracker& tracker = *reading->tracker;
    if (tracker.client) {
      --readings_;
      if (!tracker.options.no_loop || tracker.client != changer) told.push_back(&tracker);
    }
    tracker.readings.erase(key.number);
    reading = next;
  }
  const std::string keys = array_of(key.name);
  forget(key);
  send(told, {keys, keys});
}

void Tracking::flushed() {
  for (const auto& [id, tracker] : trackers_) tracker->readings.clear();
  ended_.clear();
  keys_.clear();
  oldest_ = newest_ = nullptr;
  readings_ = 0;
  std::vector<Tracker*> all;
  for (const auto& [id, tracker] : trackers_) all.push_back(tracker.get());
  send(all, {"$-1\r\n", "_\r\n"});
}

// Looks up each length that prefixes have, so that the time does not grow with their number.
void Tracking::note_for_broadcast(std::string_view key, std::uint64_t changer) {
  for (const auto& [length, count] : lengths_) {
    if (length > key.size()) break;
    const auto it = prefixes_.find(key.substr(0, length));
    if (it == prefixes_.end()) continue;
    it->second.changed.insert_or_assign(std::string(key), changer);
    due_.emplace(it->first, &it->second);
  }
}

// --- what they are told ---

void Tracking::work() {
  if (!due_.empty()) broadcast();
  for (std::size_t n = 0; n < kSlice && over_bound(); ++n) give_up_oldest();
  if (!ended_.empty()) forget_readings_of_ended();
}

void Tracking::broadcast() {
  for (const auto& [name, prefix] : due_) {
    const auto tell = [&keys = prefix->changed, this](std::span<Tracker* const> trackers,
                                                      std::uint64_t spared) {
      std::string body;
      std::size_t count = 0;
      for (const auto& [key, changer] : keys) {
        if (spared != 0 && changer == spared) continue;
        append_bulk(body, key);
        ++count;
      }
      if (count == 0) return;
      const std::string message = array_header(count) + body;
      send(trackers, {message, message});
    };
    std::vector<Tracker*> told_all;
    for (Tracker* tracker : prefix->trackers) {
      const std::uint64_t id = tracker->client->id;
      const auto by_itself = [id](const auto& change) { return change.second == id; };
      if (tracker->options.no_loop && std::any_of(prefix->changed.begin(), prefix->changed.end(), by_itself))
        tell({&tracker, 1}, id);
      else
        told_all.push_back(tracker);
    }
    if (!told_all.empty()) tell(told_all, 0);
    prefix->changed.clear();
  }
  due_.clear();
}

void Tracking::send(std::span<Tracker* const> trackers, const Message& message) {
  std::vector<Client*> pushed;
  std::vector<Client*> subscribed;
  for (Tracker* tracker : trackers) {
    Client* client = tracker->client;
    const std::uint64_t redirect = tracker->options.redirect;
    if (redirect != 0 && !(client = clients_.find(redirect))) {
      tracker->redirect_broken = true;
      if (tracker->client->protocol == Protocol::resp3)
        outbound_.send({tracker->client}, redirect_broken_push(redirect));
      continue;
    }
    // A RESP2 client understands messages, once it is subscribed to something; replies are all else it knows.
    if (client->protocol == Protocol::resp3)
      pushed.push_back(client);
    else if (redirect != 0 && client->subscriptions() != 0)
      subscribed.push_back(client);
  }
  if (!pushed.empty()) outbound_.send(pushed, std::string(kPush).append(message.resp3));
  if (!subscribed.empty()) outbound_.send(subscribed, std::string(kMessage).append(message.resp2));
}

}  // namespace baton
