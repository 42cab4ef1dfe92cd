#include "server/config/title_template.h"

#include <optional>

namespace baton {
namespace {

std::optional<std::string> value_of(std::string_view variable, const TitleFacts& facts) {
  if (variable == "title") return facts.title;
  if (variable == "listen-addr") return facts.listen_addr;
  if (variable == "server-mode") return std::string();
  if (variable == "port") return std::to_string(facts.port);
  if (variable == "tls-port") return "0";
  if (variable == "unixsocket") return facts.unixsocket;
  if (variable == "config-file") return facts.config_file;
  return std::nullopt;
}

std::optional<std::string> expand(std::string_view text, const TitleFacts& facts) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const auto value = value_of(text.substr(open + 1, close - open - 1), facts);
    if (!value) return std::nullopt;
    out += *value;
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

bool is_title_template(std::string_view text) { return expand(text, {}).has_value(); }

std::string expand_title(std::string_view text, const TitleFacts& facts) {
  std::string title = expand(text, facts).value_or("");
  title.erase(title.find_last_not_of(' ') + 1);
  return title;
}

}  // namespace baton
