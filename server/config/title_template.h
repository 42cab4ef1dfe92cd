// TitleTemplate: what `ps` shows of the server, from a text with variables in braces.
//
//   "{title} {listen-addr} {server-mode}"  ->  "baton-server *:6379"
//
// Variables: title, listen-addr, server-mode (empty: neither cluster nor sentinel), port, tls-port,
// unixsocket, config-file. Source: Redis's proc-title-template.
#pragma once

#include <string>
#include <string_view>

namespace baton {

struct TitleFacts {
  std::string title;
  std::string listen_addr;  // "*:6379", or the path of the unix socket
  int port = 0;
  std::string unixsocket;
  std::string config_file;
};

[[nodiscard]] bool is_title_template(std::string_view text);
// Trailing spaces, which empty variables leave, are cut. Of a text that is no template: nothing.
[[nodiscard]] std::string expand_title(std::string_view text, const TitleFacts& facts);

}  // namespace baton
