// CommandSyntax: which arguments a command takes, as COMMAND DOCS tells it; redis-cli makes its hints of it.
//
// A command's syntax is a text, parsed when it is asked for:
//
//   key              an argument of the name and type "key"      a?       may be left out
//   value:string     a name and a type                           a*       may be repeated
//   size:integer=EX  with a word before it                       !NX      a word alone
//   pair(key value)  arguments that belong together              how<!NX|!XX>  one of several
//
// A name without a type is a string. Types are those of COMMAND DOCS: string, integer, double, key, pattern,
// unix-time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/resp/reply_writer.h"

namespace baton {

struct ArgumentSyntax {
  std::string name;
  std::string_view type;   // "block" and "oneof" have parts
  std::string_view token;  // empty: none
  bool optional = false;
  bool multiple = false;
  std::vector<ArgumentSyntax> parts;
};

// Of a command, or of a subcommand as "object|freq"; empty when it takes none, or is not described.
[[nodiscard]] std::string_view command_syntax(std::string_view full_name) noexcept;

// Our own texts only: a syntax that cannot be read stops the process.
[[nodiscard]] std::vector<ArgumentSyntax> parse_syntax(std::string_view syntax);

// The array under "arguments" in COMMAND DOCS.
void write_arguments(ReplyWriter& reply, const std::vector<ArgumentSyntax>& arguments);

}  // namespace baton
