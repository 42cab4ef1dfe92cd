// CommandTable: all commands of the server by name, built at start and never changed.
//
//   const CommandTable table({string_commands(), key_commands(), ...});
//   const CommandSpec* spec = table.find("gEt");             // null: unknown
//   spec = table.find_subcommand(*table.find("object"), "freq");
//
// The table keeps copies of the specs, commands first and subcommands behind them, in one array: a spec that
// it gave out has a dense index, for statistics by command.
//
// Ownership   Immutable after construction: every thread reads it without coordination.
// Refuses     Two commands of one name, a name that find() could not find, a command without a handler: our
// own
//             mistakes, which stop the process at start.
// Cost        find: the name as three words, lowered without a branch, one hash, one or two lines of memory.
// No
//             allocation.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/commands/command.h"

namespace baton {

class CommandTable {
 public:
  static constexpr std::size_t kNameBytesMax = 24;

  explicit CommandTable(std::initializer_list<std::span<const CommandSpec>> groups);
  CommandTable(const CommandTable&) = delete;  // its specs point at one another
  CommandTable& operator=(const CommandTable&) = delete;

  // rename-command: the command is found as `name` alone from now on, and not at all when that is empty.
  // Before any other thread looks. An error text, or empty.
  [[nodiscard]] std::string rename(std::string_view command, std::string_view name);

  // In either case of letters. Subcommands are not found here, nor is "object|freq".
  [[nodiscard]] const CommandSpec* find(std::string_view name) const noexcept;
  [[nodiscard]] static const CommandSpec* find_subcommand(const CommandSpec& container,
                                                          std::string_view word) noexcept;
  // A command, or a subcommand as "object|freq".
  [[nodiscard]] const CommandSpec* find_full(std::string_view name) const noexcept;

  [[nodiscard]] std::size_t count() const noexcept {
    return commands_ - removed_;
  }  // without subcommands (COMMAND COUNT)
  [[nodiscard]] std::size_t size() const noexcept { return specs_.size(); }  // with them
  // Of a spec that this table gave out: 0 <= index < size().
  [[nodiscard]] std::size_t index_of(const CommandSpec& spec) const noexcept {
    return static_cast<std::size_t>(&spec - specs_.data());
  }
  [[nodiscard]] const CommandSpec& at(std::size_t index) const noexcept { return specs_[index]; }
  // Null for what is not a subcommand.
  [[nodiscard]] const CommandSpec* container_of(const CommandSpec& spec) const noexcept {
    return containers_[index_of(spec)];
  }

  // f(spec), for commands that can be called, in the order of the groups.
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t i = 0; i < commands_; ++i)
      if (!names_[i].empty()) f(specs_[i]);
  }
  // f(spec, container), for commands and subcommands; container is null for the former.
  template <class F>
  void for_each_with_subcommands(F&& f) const {
    for (std::size_t i = 0; i < commands_; ++i) {
      if (names_[i].empty()) continue;
      f(specs_[i], static_cast<const CommandSpec*>(nullptr));
      for (const CommandSpec& sub : specs_[i].subcommands) f(sub, &specs_[i]);
    }
  }

 private:
  using Name = std::array<std::uint64_t, kNameBytesMax / 8>;  // lower case, padded with zeros
  struct Slot {
    Name name{};
    const CommandSpec* spec = nullptr;
  };

  static Name pack(std::string_view name) noexcept;  // at most kNameBytesMax bytes
  [[nodiscard]] std::size_t slot_of(const Name& name) const noexcept;
  void insert(std::string_view name, const CommandSpec& spec);
  [[nodiscard]] const CommandSpec* find_long(std::string_view name) const noexcept;

  std::vector<CommandSpec> specs_;
  std::vector<const CommandSpec*> containers_;
  std::vector<std::string> names_;  // by command, what it is called by; empty: nothing
  std::size_t commands_ = 0;
  std::size_t removed_ = 0;
  bool has_long_names_ = false;
  std::vector<Slot> slots_;  // open addressing, at most a quarter full
  unsigned shift_ = 0;
};

}  // namespace baton
