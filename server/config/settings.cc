#include "server/config/settings.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "server/config/config_file.h"
#include "server/config/config_rewrite.h"
#include "server/config/directive.h"
#include "server/config/glob.h"
#include "server/config/words.h"

namespace baton {
namespace {

std::string set_failed(std::string_view name, std::string_view reason) {
  return std::string("ERR CONFIG SET failed (possibly related to argument '")
      .append(name)
      .append("') - ")
      .append(reason);
}

bool matches(std::string_view name, std::string_view pattern) {
  if (!glob_has_magic(pattern)) return ascii_lower(pattern) == name;
  return glob_match(pattern, name, Letters::any_case);
}

bool matches_any(std::string_view name, std::span<const std::string_view> patterns) {
  return !name.empty() && std::any_of(patterns.begin(), patterns.end(),
                                      [&](std::string_view pattern) { return matches(name, pattern); });
}

std::vector<std::string> words_of(const Directive& d, std::string_view value) {
  if (d.is(kManyWords)) return split_value(value);
  return {std::string(value)};
}

}  // namespace

Settings::Shown Settings::get(std::span<const std::string_view> patterns) const {
  Shown shown;
  for (const Directive& d : directives())
    for (const std::string_view name : {d.name, d.alias})
      if (!d.is(kHidden) && matches_any(name, patterns)) shown.emplace_back(name, d.show(d, values_));
  return shown;
}

std::string Settings::set(std::span<const Pair> pairs, ConfigApplier& applier, bool caller_is_local) {
  std::vector<const Directive*> named;
  for (const auto& [name, value] : pairs) {
    const Directive* const d = find_directive(name);
    if (!d || d->is(kHidden))  // of files only
      return std::string("ERR Unknown option or number of arguments for CONFIG SET - '")
          .append(name)
          .append("'");
    if (d->is(kImmutable)) return set_failed(name, "can't set immutable config");
    if (d->is(kProtected) && !permits(values_.process.enable_protected_configs, caller_is_local))
      return set_failed(name, "can't set protected config");
    if (std::find(named.begin(), named.end(), d) != named.end())
      return set_failed(name, "duplicate parameter");
    named.push_back(d);
  }

  Config next = values_;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string refusal = named[i]->assign(*named[i], next, words_of(*named[i], pairs[i].second));
    if (!refusal.empty()) return set_failed(pairs[i].first, refusal);
  }

  std::vector<const Directive*> applied;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Directive& d = *named[i];
    if (d.show(d, values_) == d.show(d, next)) continue;
    const std::string refusal = applier.apply(d.name, next);
    if (refusal.empty()) {
      applied.push_back(&d);
      continue;
    }
    for (; !applied.empty(); applied.pop_back()) {
      Config old = values_;
      // What held a moment ago holds again; if it does not, there is nothing better to fall back to.
      static_cast<void>(applier.apply(applied.back()->name, old));
    }
    return set_failed(pairs[i].first, refusal);
  }
  values_ = std::move(next);
  return {};
}

std::string Settings::rewrite(Files& files) const {
  if (file_.empty()) return "ERR The server is running without a config file";
  const auto failed = [](const std::string& reason) { return "ERR Rewriting config file: " + reason; };
  std::string old_text;
  const int error = files.load(file_, old_text, kConfigBytesMax);
  if (error != 0 && error != -ENOENT) return failed(std::strerror(-error));
  const Rewritten rewritten = rewrite_config(old_text, file_, include_from(files), values_);
  if (rewritten.error)
    return failed(rewritten.error->source + ", line " + std::to_string(rewritten.error->line) + ": " +
                  rewritten.error->reason);
  if (const int written = files.replace(file_, rewritten.text); written != 0)
    return failed(std::strerror(-written));
  return {};
}

bool is_sensitive_directive(std::string_view name) noexcept {
  const Directive* const d = find_directive(name);
  return d && d->is(kSensitive);
}

}  // namespace baton
