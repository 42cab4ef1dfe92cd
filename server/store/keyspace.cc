#include "server/store/keyspace.h"

#include <utility>
#include <vector>

#include "queues/check.h"

namespace baton {

struct Keyspace::Impl {
  explicit Impl(const KeyspaceOptions& options) : context(options) {
    for (unsigned i = 0; i < options.databases; ++i) databases.push_back(std::make_unique<Database>(context));
  }
  StoreContext context;
  std::vector<std::unique_ptr<Database>> databases;
  bool leased = false;
};

AllShards::AllShards(Keyspace& keyspace) : keyspace_(&keyspace) {
  check(!std::exchange(keyspace.impl_->leased, true), "keyspace: all shards are leased twice");
}

AllShards::AllShards(AllShards&& other) noexcept : keyspace_(std::exchange(other.keyspace_, nullptr)) {}

AllShards::~AllShards() {
  if (keyspace_) keyspace_->impl_->leased = false;
}

unsigned AllShards::count() const noexcept {
  return static_cast<unsigned>(keyspace_->impl_->databases.size());
}

Database& AllShards::database(unsigned index) const noexcept { return *keyspace_->impl_->databases[index]; }

void AllShards::swap(unsigned a, unsigned b) noexcept {
  std::swap(keyspace_->impl_->databases[a], keyspace_->impl_->databases[b]);
}

const LazyPolicy& AllShards::lazy() const noexcept { return keyspace_->impl_->context.options.lazy; }

Keyspace::Keyspace(const KeyspaceOptions& options) : impl_(std::make_unique<Impl>(options)) {}

Keyspace::~Keyspace() = default;

AllShards Keyspace::lease_all() { return AllShards(*this); }

const KeyHasher& Keyspace::hasher() const noexcept { return impl_->context.hasher; }

void Keyspace::set_now_ms(std::int64_t now_ms) noexcept { impl_->context.now_ms = now_ms; }

std::int64_t Keyspace::now_ms() const noexcept { return impl_->context.now_ms; }

void Keyspace::set_touch(bool enabled) noexcept { impl_->context.touch_enabled = enabled; }

void Keyspace::set_expiry_observer(ExpiryObserver* observer) noexcept {
  impl_->context.expiry_observer = observer;
}

void Keyspace::set_options(const KeyspaceOptions& options) noexcept {
  KeyspaceOptions& mine = impl_->context.options;
  mine.lfu_log_factor = options.lfu_log_factor;
  mine.lfu_decay_minutes = options.lfu_decay_minutes;
  mine.track_frequency = options.track_frequency;
  mine.lazy = options.lazy;
}

std::size_t Keyspace::bytes() const noexcept { return impl_->context.bytes; }

const KeyspaceStats& Keyspace::stats() const noexcept { return impl_->context.stats; }

bool Keyspace::free_lazily(const LazyFree::Slice& slice) noexcept {
  return impl_->context.lazy_free.free_some(slice);
}

bool Keyspace::lazy_idle() const noexcept { return impl_->context.lazy_free.idle(); }

std::size_t Keyspace::lazy_pending() const noexcept { return impl_->context.lazy_free.pending(); }

std::uint64_t Keyspace::lazy_freed() const noexcept { return impl_->context.lazy_free.freed(); }

void Keyspace::reset_stats() noexcept {
  impl_->context.stats = {};
  impl_->context.lazy_free.reset_freed();
}

}  // namespace baton
