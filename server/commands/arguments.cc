#include "server/commands/arguments.h"

#include <fmt/core.h>

#include <algorithm>

#include "server/commands/words.h"

namespace baton {

namespace {

constexpr std::size_t kQuotedMax = 128;  // bytes of a client's own words that an error repeats

// As much of `text` as an error repeats: up to a zero byte, and not all of a long one.
std::string_view quoted(std::string_view text, std::size_t limit = kQuotedMax) {
  return text.substr(0, std::min(limit, text.find('\0')));
}

}  // namespace

std::string full_name(const CommandSpec& spec, const CommandSpec* container) {
  return container && container != &spec ? fmt::format("{}|{}", container->name, spec.name)
                                         : std::string(spec.name);
}

std::string unknown_command_error(std::span<const std::string_view> args) {
  std::string rest;
  for (std::size_t i = 1; i < args.size() && rest.size() < kQuotedMax; ++i)
    rest += fmt::format("'{}' ", quoted(args[i], kQuotedMax - rest.size()));
  return fmt::format("ERR unknown command '{}', with args beginning with: {}", quoted(args[0]), rest);
}

std::string arity_error(std::string_view name) {
  return fmt::format("ERR wrong number of arguments for '{}' command", name);
}

std::string argument_error(Refusal refusal, const CommandSpec* spec, const CommandSpec* container,
                           std::span<const std::string_view> args) {
  switch (refusal) {
    case Refusal::none:
      break;
    case Refusal::unknown_command:
      return unknown_command_error(args);
    case Refusal::unknown_subcommand: {
      std::string upper(container->name);
      for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      return fmt::format("ERR unknown subcommand '{}'. Try {} HELP.", quoted(args[1]), upper);
    }
    case Refusal::wrong_arity:
      return arity_error(full_name(*spec, container));
  }
  return {};
}

}  // namespace baton
