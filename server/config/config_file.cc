#include "server/config/config_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "server/config/directive.h"
#include "server/config/glob.h"
#include "server/config/words.h"

namespace baton {
namespace {

constexpr std::string_view kStandardInput = "standard input";
constexpr std::string_view kCommandLine = "command line";

std::string_view trim(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const std::size_t begin = line.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlank) - begin + 1);
}

// The line as a report shows it: a refused secret is still one.
std::string shown_line(std::string_view line) {
  // The line may be too broken to split; quotes around the name change nothing.
  const std::size_t begin = std::min(line.find_first_not_of("\"'"), line.size());
  const std::string_view name = line.substr(begin, line.find_first_of(" \t\"'", begin) - begin);
  const Directive* const d = find_directive(name);
  return d && d->is(kSensitive) ? std::string(name) + " (redacted)" : std::string(line);
}

// What one line says; an error has only a reason, or is that of an included file.
std::optional<ConfigError> parse_line(std::string_view line, const Include& include, Config& config) {
  const auto refuse = [](std::string reason) { return ConfigError{{}, 0, {}, std::move(reason)}; };
  // The splitter ends a line there; what follows would be ignored silently.
  if (line.find('\0') != std::string_view::npos) return refuse("a line must not contain a zero byte");
  auto words = split_words(line);
  if (!words) return refuse("Unbalanced quotes in configuration line");
  if (words->size() == 2 && ascii_lower(words->front()) == "include") return include(words->back(), config);
  const Directive* const d = find_directive(words->front());
  if (!d) return refuse("Bad directive or wrong number of arguments");
  words->erase(words->begin());
  if (words->empty() || (words->size() > 1 && !d->is(kManyWords))) return refuse("wrong number of arguments");
  if (d->is(kManyWords) && !d->is(kHidden) && words->size() == 1) words = split_value(words->front());
  std::string reason = d->assign(*d, config, *words);
  if (!reason.empty()) return refuse(std::move(reason));
  return std::nullopt;
}

// Reads what an `include` names, and what that includes.
class IncludeFiles {
 public:
  IncludeFiles(Files& files, int depth) : files_(files), depth_(depth) {}

  std::optional<ConfigError> operator()(const std::string& pattern, Config& config) const {
    if (depth_ >= kIncludeDepthMax) return unreadable(pattern, "include is nested too deeply");
    std::vector<std::string> paths;
    const bool magic = glob_has_magic(pattern);
    if (const int error = magic ? files_.match(pattern, paths) : 0; error != 0)
      return unreadable(pattern, std::strerror(-error));
    if (!magic) paths.push_back(pattern);
    for (const std::string& path : paths) {
      std::string text;
      if (const int error = files_.load(path, text, kConfigBytesMax); error != 0)
        return unreadable(path, std::strerror(-error));
      if (auto error = parse_config(text, path, IncludeFiles(files_, depth_ + 1), config)) return error;
    }
    return std::nullopt;
  }

 private:
  static ConfigError unreadable(const std::string& path, const std::string& reason) {
    return {path, 0, {}, "can't open '" + path + "': " + reason};
  }

  Files& files_;
  int depth_;
};

int read_standard_input(Files& files, std::string& text) {
  std::vector<char> block(64 * 1024);
  for (;;) {
    const ssize_t n = files.read(0, block);
    if (n <= 0) return static_cast<int>(n);
    text.append(block.data(), static_cast<std::size_t>(n));
    if (text.size() > kConfigBytesMax) return -EFBIG;
  }
}

bool starts_option(const std::string& argument) { return argument.starts_with("--"); }

}  // namespace

std::string ConfigError::report() const {
  if (line == 0) return "Fatal error, can't read the configuration from '" + source + "': " + reason + "\n";
  std::string where = "the configuration file '" + source + "', at line " + std::to_string(line);
  if (source == kStandardInput) where = source + ", at line " + std::to_string(line);
  if (source == kCommandLine) where = "the command line";
  return "\n*** FATAL CONFIG FILE ERROR (Baton) ***\nReading " + where + "\n>>> '" + text + "'\n" + reason +
         "\n";
}

std::optional<ConfigError> parse_config(std::string_view text, const std::string& source,
                                        const Include& include, Config& config) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    auto& renames = config.process.renames;
    const std::size_t known = renames.size();
    auto error = parse_line(line, include, config);
    // Only the start knows the commands; it can still say which line is wrong.
    for (std::size_t i = known; i < renames.size(); ++i)
      if (renames[i].where.empty()) renames[i].where = source + ", line " + std::to_string(number);
    if (!error) continue;
    if (error->line == 0) error = {source, number, shown_line(line), std::move(error->reason)};
    return error;
  }
  return std::nullopt;
}

Include include_from(Files& files) { return IncludeFiles(files, 0); }

CommandLine parse_command_line(std::span<const std::string> arguments) {
  CommandLine line;
  if (arguments.empty()) return line;
  const std::string& first = arguments.front();
  if (first == "-v" || first == "--version") line.ask = CommandLine::Ask::version;
  if (first == "-h" || first == "--help") line.ask = CommandLine::Ask::help;
  if (line.ask != CommandLine::Ask::run) return line;

  std::size_t i = 0;
  if (!first.starts_with('-')) line.file = arguments[i++];
  bool wants_value =
      false;  // the option has no value yet, so what follows is one even if it begins with "--"
  for (; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool last = i + 1 == arguments.size();
    if (argument == "-" && (i == 0 || last)) {
      line.standard_input = true;
    } else if (starts_option(argument) && !wants_value) {
      if (!line.options.empty()) line.options += "\n";
      line.options += argument.substr(2);
      const auto words = split_words(argument);
      wants_value = words && words->size() == 1;  // "--port 7000" as one argument has its value
      // `--save` alone, or before another option, means no saving.
      if (ascii_lower(argument) == "--save" && (last || starts_option(arguments[i + 1]))) {
        line.options += " \"\"";
        wants_value = false;
      }
    } else {
      line.options += " " + quote_word(argument);
      wants_value = false;
    }
  }
  return line;
}

std::string absolute_path(const std::string& directory, const std::string& path) {
  if (path.empty() || path.starts_with('/')) return path;
  return directory + (directory.ends_with('/') ? "" : "/") + path;
}

std::optional<ConfigError> load_config(Files& files, const CommandLine& line, Config& config) {
  config = Config();
  const Include include = include_from(files);
  if (!line.file.empty()) {
    std::string text;
    if (const int error = files.load(line.file, text, kConfigBytesMax); error != 0)
      return ConfigError{line.file, 0, {}, std::strerror(-error)};
    if (auto error = parse_config(text, line.file, include, config)) return error;
  }
  if (line.standard_input) {
    std::string text;
    if (const int error = read_standard_input(files, text); error != 0)
      return ConfigError{std::string(kStandardInput), 0, {}, std::strerror(-error)};
    if (auto error = parse_config(text, std::string(kStandardInput), include, config)) return error;
  }
  return parse_config(line.options, std::string(kCommandLine), include, config);
}

}  // namespace baton
