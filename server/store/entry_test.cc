#include "server/store/entry.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "server/store/access_clock.h"
#include "server/store/entry_block.h"

namespace baton {
namespace {

TEST(EntryTest, EveryShapeKeepsItsKeyValueAndExpiryApart) {
  for (const std::size_t key_bytes :
       {std::size_t{0}, std::size_t{16}, std::size_t{65'535}, std::size_t{65'536}})
    for (const bool expires : {false, true})
      for (const std::size_t value_bytes : {0, 1, 44, 128}) {
        MemoryAccount account;
        const std::string key(key_bytes, 'k');
        const std::string value(value_bytes, 'v');
        EntryBlock* const entry = EntryBlock::create(account,
                                                     {.expires = expires,
                                                      .wide = key_bytes > EntryBlock::kNarrowKeyMax,
                                                      .key_bytes = key_bytes,
                                                      .value_bytes = value_bytes},
                                                     key, 0xabcdef);
        std::memcpy(entry->embedded_data(), value.data(), value.size());
        if (expires) {
          entry->set_expiry(-5);
          entry->set_expiry_slot(77);
        }
        IntegerText scratch;
        EXPECT_EQ(entry->key(), key);
        EXPECT_EQ(entry->string(scratch), value);
        EXPECT_EQ(entry->expiry_ms(), expires ? -5 : Entry::kNoExpiry);
        EXPECT_EQ(entry->access(), 0xabcdefu);
        EXPECT_EQ(entry->bytes(), account.bytes);
        EntryBlock::destroy(account, entry);
        EXPECT_EQ(account.bytes, 0u);
      }
}

TEST(EntryTest, AnIntegerReadsAsItsDecimalText) {
  MemoryAccount account;
  EntryBlock* const entry =
      EntryBlock::create(account, {.encoding = Encoding::integer, .key_bytes = 1}, "k", 0);
  IntegerText scratch;
  entry->set_integer(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(entry->string(scratch), "-9223372036854775808");
  EXPECT_EQ(entry->string_size(), 20u);
  EXPECT_EQ(entry->integer(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(entry->encoding(), Encoding::integer);
  EntryBlock::destroy(account, entry);
}

TEST(EntryTest, AKeyOf16AndAValueOf32BytesTake56) {
  const EntryShape shape{.key_bytes = 16, .value_bytes = 32};
  EXPECT_EQ(shape.block_bytes(), 56u);
}

TEST(EntryTest, NamesAreThoseThatClientsSee) {
  EXPECT_EQ(type_name(Type::string), "string");
  EXPECT_EQ(type_name(Type::stream), "stream");
  EXPECT_EQ(encoding_name(Encoding::integer), "int");
  EXPECT_EQ(encoding_name(Encoding::embedded), "embstr");
  EXPECT_EQ(encoding_name(Encoding::raw), "raw");
}

TEST(AccessClockTest, IdleTimeSurvivesTheWrapOf24Bits) {
  const std::int64_t before = ((std::int64_t{1} << 24) - 10) * 1000;
  EXPECT_EQ(AccessClock::idle_seconds(AccessClock::seconds(before), before + 25'000), 25u);
}

TEST(AccessClockTest, ANewCounterAlwaysGrowsByOneUse) {
  const std::uint32_t access = AccessClock::frequency(0, AccessClock::kNewCounter);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(access, 0, 10, 1, ~0ull)), AccessClock::kNewCounter + 1);
}

TEST(AccessClockTest, AHighCounterSeldomGrowsAndNeverPasses255) {
  const std::uint32_t busy = AccessClock::frequency(0, 200);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(busy, 0, 10, 1, ~0ull)), 200);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(busy, 0, 10, 1, 0)), 201);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(AccessClock::frequency(0, 255), 0, 10, 1, 0)), 255);
}

TEST(AccessClockTest, RestTakesOneForEachDecayPeriod) {
  const std::uint32_t busy = AccessClock::frequency(0, 200);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(busy, 30 * 60'000, 10, 3, ~0ull)), 190);
  EXPECT_EQ(AccessClock::counter(AccessClock::used(busy, 30 * 60'000, 10, 0, ~0ull)), 200);
}

}  // namespace
}  // namespace baton
