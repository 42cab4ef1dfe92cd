#include "server/exec/secrets.h"

#include <algorithm>

#include "server/commands/command.h"
#include "server/commands/words.h"
#include "server/config/settings.h"

namespace baton {

namespace {

constexpr std::string_view kRedacted = "(redacted)";

void hide(std::span<std::string_view> args) { std::fill(args.begin(), args.end(), kRedacted); }

void hide_in_hello(std::span<std::string_view> args) {
  for (std::size_t i = 2; i < args.size(); ++i)
    if (is_word(args[i], "auth")) hide(args.subspan(i + 1, std::min<std::size_t>(2, args.size() - i - 1)));
}

void hide_in_config_set(std::span<std::string_view> args) {
  for (std::size_t i = 2; i + 1 < args.size(); i += 2)
    if (is_sensitive_directive(args[i])) args[i + 1] = kRedacted;
}

}  // namespace

std::vector<std::string_view> without_secrets(const CommandSpec& spec,
                                              std::span<const std::string_view> args) {
  std::vector<std::string_view> shown(args.begin(), args.end());
  if (spec.name == "auth")
    // With a user's name the name may stay.
    hide(std::span(shown).subspan(args.size() == 3 ? 2 : 1));
  else if (spec.name == "hello")
    hide_in_hello(shown);
  else if (spec.name == "set" && spec.session)  // of CONFIG; the command SET is one on data
    hide_in_config_set(shown);
  return shown;
}

}  // namespace baton
