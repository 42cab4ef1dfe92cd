#include "server/commands/command_keys.h"

namespace baton {

int command_keys(const CommandSpec& spec, std::span<const std::string_view> args,
                 std::span<std::uint32_t> out) {
  if (!arity_matches(spec.arity, args.size())) return -1;
  if (spec.find_keys) return spec.find_keys(args, out);
  const KeyRange& keys = spec.keys;
  if (keys.first <= 0) return 0;
  const auto argc = static_cast<int>(args.size());
  const int last = keys.last < 0 ? argc + keys.last : keys.last;
  if (keys.step <= 0 || last >= argc || last < keys.first) return -1;
  const int count = (last - keys.first) / keys.step + 1;
  for (int i = 0; i < count && static_cast<std::size_t>(i) < out.size(); ++i)
    out[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(keys.first + i * keys.step);
  return count;
}

}  // namespace baton
