#include "server/commands/command_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "queues/check.h"
#include "server/commands/words.h"

namespace baton {

namespace {

// Lowers the ASCII letters among eight bytes at once: a byte gets 0x20 when it lies from 'A' to 'Z'.
std::uint64_t lower_letters(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t low7 = bytes & (kOnes * 0x7f);
  const std::uint64_t from_a = low7 + kOnes * (0x80 - 'A');
  const std::uint64_t beyond_z = low7 + kOnes * (0x7f - 'Z');
  const std::uint64_t is_upper = (from_a & ~beyond_z & ~bytes) & (kOnes * 0x80);
  return bytes | (is_upper >> 2);
}

// Up to eight bytes as one word, padded with zeros: by loads that overlap instead of a loop or a call.
std::uint64_t load_word(const char* bytes, std::size_t size) noexcept {
  if (size >= 4) {
    std::uint32_t head = 0;
    std::uint32_t tail = 0;
    std::memcpy(&head, bytes, 4);
    std::memcpy(&tail, bytes + size - 4, 4);
    return head | std::uint64_t{tail} << (8 * (size - 4));
  }
  if (size == 0) return 0;
  const auto byte = [&](std::size_t at) {
    return std::uint64_t{static_cast<unsigned char>(bytes[at])} << (8 * at);
  };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

bool has_handler(const CommandSpec& spec) { return spec.data || spec.session || !spec.subcommands.empty(); }

bool is_lower(std::string_view name) {
  for (const char c : name)
    if (lower_letter(c) != c) return false;
  return true;
}

}  // namespace

CommandTable::CommandTable(std::initializer_list<std::span<const CommandSpec>> groups) {
  std::size_t total = 0;
  for (const auto group : groups)
    for (const CommandSpec& spec : group) total += 1 + spec.subcommands.size();
  specs_.reserve(total);  // pointers into it are kept from here on
  containers_.assign(total, nullptr);
  for (const auto group : groups) specs_.insert(specs_.end(), group.begin(), group.end());
  commands_ = specs_.size();

  const std::size_t slots = std::bit_ceil(4 * commands_ + 1);
  slots_.resize(slots);
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  for (std::size_t i = 0; i < commands_; ++i) {
    CommandSpec& spec = specs_[i];
    check(has_handler(spec), "CommandTable: a command without a handler");
    const std::size_t first = specs_.size();
    for (const CommandSpec& sub : spec.subcommands) {
      check(sub.data || sub.session, "CommandTable: a subcommand without a handler");
      check(is_lower(sub.name), "CommandTable: a subcommand that is not in lower case");
      for (std::size_t j = first; j < specs_.size(); ++j)
        check(specs_[j].name != sub.name, "CommandTable: two subcommands of one name");
      containers_[specs_.size()] = &spec;
      specs_.push_back(sub);
    }
    spec.subcommands = {specs_.data() + first, specs_.size() - first};
    names_.emplace_back(spec.name);
    insert(spec.name, spec);
  }
}

std::string CommandTable::rename(std::string_view command, std::string_view name) {
  const CommandSpec* const spec = find(command);
  if (!spec) return "No such command";
  if (!name.empty() && find(name)) return "Target command name already exists";
  std::string lower(name);
  for (char& c : lower) c = lower_letter(c);
  names_[index_of(*spec)] = lower;
  removed_ += name.empty() ? 1 : 0;
  has_long_names_ |= name.size() > kNameBytesMax;
  // Open addressing forgets nothing, so it is filled anew.
  slots_.assign(slots_.size(), {});
  for (std::size_t i = 0; i < commands_; ++i)
    if (!names_[i].empty() && names_[i].size() <= kNameBytesMax) insert(names_[i], specs_[i]);
  return {};
}

// Only an operator gives names of that length, to hide a command.
const CommandSpec* CommandTable::find_long(std::string_view name) const noexcept {
  if (!has_long_names_) return nullptr;
  for (std::size_t i = 0; i < commands_; ++i)
    if (is_word(name, names_[i])) return &specs_[i];
  return nullptr;
}

CommandTable::Name CommandTable::pack(std::string_view name) noexcept {
  Name packed{};
  for (std::size_t i = 0; i < packed.size() && 8 * i < name.size(); ++i)
    packed[i] = lower_letters(load_word(name.data() + 8 * i, std::min<std::size_t>(name.size() - 8 * i, 8)));
  return packed;
}

std::size_t CommandTable::slot_of(const Name& name) const noexcept {
  std::uint64_t hash = name[0] ^ (name[1] * 0xbf58476d1ce4e5b9) ^ (name[2] * 0x94d049bb133111eb);
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  return static_cast<std::size_t>(hash >> shift_);
}

void CommandTable::insert(std::string_view name, const CommandSpec& spec) {
  check(!name.empty() && name.size() <= kNameBytesMax && is_lower(name),
        "CommandTable: a name that cannot be found");
  const Name packed = pack(name);
  std::size_t at = slot_of(packed);
  for (; slots_[at].spec; at = (at + 1) & (slots_.size() - 1))
    check(slots_[at].name != packed, "CommandTable: two commands of one name");
  slots_[at] = {packed, &spec};
}

const CommandSpec* CommandTable::find(std::string_view name) const noexcept {
  if (name.empty()) return nullptr;
  if (name.size() > kNameBytesMax) return find_long(name);
  const Name packed = pack(name);
  for (std::size_t at = slot_of(packed); slots_[at].spec; at = (at + 1) & (slots_.size() - 1)) {
    // A zero byte at the end of what a client sent packs like padding, which no name ends with.
    const Name& held = slots_[at].name;
    const std::uint64_t difference = (held[0] ^ packed[0]) | (held[1] ^ packed[1]) | (held[2] ^ packed[2]);
    if (difference == 0 && name.back() != '\0') return slots_[at].spec;
  }
  return nullptr;
}

const CommandSpec* CommandTable::find_subcommand(const CommandSpec& container,
                                                 std::string_view word) noexcept {
  for (const CommandSpec& spec : container.subcommands)
    if (is_word(word, spec.name)) return &spec;
  return nullptr;
}

const CommandSpec* CommandTable::find_full(std::string_view name) const noexcept {
  const std::size_t bar = name.find('|');
  if (bar == std::string_view::npos) return find(name);
  const CommandSpec* container = find(name.substr(0, bar));
  return container ? find_subcommand(*container, name.substr(bar + 1)) : nullptr;
}

}  // namespace baton
