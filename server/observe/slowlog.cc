#include "server/observe/slowlog.h"

#include <fmt/core.h>

namespace baton {

void Slowlog::add(std::int64_t at_s, std::int64_t took_us, std::span<const std::string_view> args,
                  std::string_view address, std::string_view client_name, std::size_t length_max) {
  SlowlogEntry entry{next_id_++, at_s, took_us, {}, std::string(address), std::string(client_name)};
  const std::size_t shown = args.size() > kArgumentsMax ? kArgumentsMax - 1 : args.size();
  for (const std::string_view argument : args.first(shown)) {
    if (argument.size() <= kArgumentBytesMax)
      entry.arguments.emplace_back(argument);
    else
      entry.arguments.push_back(fmt::format("{}... ({} more bytes)", argument.substr(0, kArgumentBytesMax),
                                            argument.size() - kArgumentBytesMax));
  }
  if (shown < args.size())
    entry.arguments.push_back(fmt::format("... ({} more arguments)", args.size() - shown));
  entries_.push_front(std::move(entry));
  trim(length_max);
}

void Slowlog::trim(std::size_t length_max) {
  while (entries_.size() > length_max) entries_.pop_back();
}

}  // namespace baton
