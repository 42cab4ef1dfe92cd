// Sections of INFO that are not written in info.cc itself, and the choice among all.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/exec/services.h"
#include "server/observe/info_writer.h"

namespace baton {

enum class IoStat : std::uint8_t;  // io/io_loop.h

struct InfoSection {
  std::string_view name;  // lower case
  std::string_view title;
  bool by_default;
  void (*write)(const Services&, InfoWriter&);
};

// Whether a client that wrote these names asked for the section. No name means the default ones.
[[nodiscard]] bool is_asked_for(const InfoSection& section, std::span<const std::string_view> names);

void write_commandstats(const Services& services, InfoWriter& out);
void write_errorstats(const Services& services, InfoWriter& out);
void write_latencystats(const Services& services, InfoWriter& out);
void write_threads(const Services& services, InfoWriter& out);
void write_handoff(const Services& services, InfoWriter& out);

// The sum over all I/O threads that there are or were.
[[nodiscard]] std::uint64_t sum_of(const Services& services, IoStat field);
[[nodiscard]] std::int64_t uptime_ns(const Services& services);

}  // namespace baton
