#include "server/exec/tracking_commands.h"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "server/commands/words.h"
#include "server/exec/session_call.h"
#include "server/exec/tracking.h"
#include "server/resp/number.h"

namespace baton {

namespace {

constexpr std::string_view kSyntaxError = "ERR syntax error";

struct Request {
  TrackingOptions options;
  std::vector<std::string_view> prefixes;
};

// What follows ON or OFF; empty, or an error.
std::string_view parse_request(const SessionCall& call, Request& request) {
  TrackingOptions& options = request.options;
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string_view word = call.args[i];
    const bool has_value = i + 1 < call.args.size();
    if (is_word(word, "redirect") && has_value) {
      if (options.redirect != 0) return "ERR A client can only redirect to a single other client";
      const auto id = parse_int64(call.args[++i]);
      if (!id) return "ERR value is not an integer or out of range";
      options.redirect = static_cast<std::uint64_t>(*id);
      if (!call.server.clients.find(options.redirect))
        return "ERR The client ID you want redirect to does not exist";
    } else if (is_word(word, "bcast")) {
      options.broadcast = true;
    } else if (is_word(word, "optin")) {
      options.opt_in = true;
    } else if (is_word(word, "optout")) {
      options.opt_out = true;
    } else if (is_word(word, "noloop")) {
      options.no_loop = true;
    } else if (is_word(word, "prefix") && has_value) {
      request.prefixes.push_back(call.args[++i]);
    } else {
      return kSyntaxError;
    }
  }
  return {};
}

bool overlap(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }

// A client that named both would be told twice of a key under both. Empty, or an error.
std::string check_prefixes(const Tracker* tracker, const std::vector<std::string_view>& prefixes) {
  constexpr std::string_view kEnd = "Prefixes for a single client must not overlap.";
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    if (tracker)
      for (const std::string& existing : tracker->prefixes)
        if (overlap(prefixes[i], existing))
          return fmt::format("ERR Prefix '{}' overlaps with an existing prefix '{}'. {}", prefixes[i],
                             existing, kEnd);
    for (std::size_t other = i + 1; other < prefixes.size(); ++other)
      if (overlap(prefixes[i], prefixes[other]))
        return fmt::format("ERR Prefix '{}' overlaps with another provided prefix '{}'. {}", prefixes[i],
                           prefixes[other], kEnd);
  }
  return {};
}

// Whether the options go with one another and with what the client has. Empty, or an error.
std::string check_request(const Tracker* tracker, const Request& request) {
  const TrackingOptions& options = request.options;
  if (!options.broadcast && !request.prefixes.empty())
    return "ERR PREFIX option requires BCAST mode to be enabled";
  if (tracker && tracker->options.broadcast != options.broadcast)
    return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
           "re-enabling it with a different mode.";
  if (options.broadcast && (options.opt_in || options.opt_out))
    return "ERR OPTIN and OPTOUT are not compatible with BCAST";
  if (options.opt_in && options.opt_out) return "ERR You can't specify both OPTIN mode and OPTOUT mode";
  if (tracker &&
      ((options.opt_in && tracker->options.opt_out) || (options.opt_out && tracker->options.opt_in)))
    return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then "
           "re-enabling it with a different mode.";
  return options.broadcast ? check_prefixes(tracker, request.prefixes) : std::string();
}

// -1: tracking is off; 0: the client itself is told.
std::int64_t redirect_of(const Client& client) {
  return client.tracker ? static_cast<std::int64_t>(client.tracker->options.redirect) : -1;
}

}  // namespace

void client_tracking(SessionCall& call) {
  Request request;
  if (const std::string_view error = parse_request(call, request); !error.empty())
    return call.reply.error(error);
  if (is_word(call.args[2], "on")) {
    if (const std::string error = check_request(call.client.tracker, request); !error.empty())
      return call.reply.error(error);
    call.server.tracking.start(call.client, request.options, request.prefixes);
  } else if (is_word(call.args[2], "off")) {
    call.server.tracking.end(call.client);
  } else {
    return call.reply.error(kSyntaxError);
  }
  call.reply.ok();
}

void client_caching(SessionCall& call) {
  Tracker* const tracker = call.client.tracker;
  if (!tracker)
    return call.reply.error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode "
        "enabled");
  if (is_word(call.args[2], "yes")) {
    if (!tracker->options.opt_in)
      return call.reply.error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
  } else if (is_word(call.args[2], "no")) {
    if (!tracker->options.opt_out)
      return call.reply.error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
  } else {
    return call.reply.error(kSyntaxError);
  }
  tracker->caching = true;
  call.reply.ok();
}

void client_trackinginfo(SessionCall& call) {
  const Tracker* const tracker = call.client.tracker;
  std::vector<std::string_view> flags = {tracker ? "on" : "off"};
  if (tracker) {
    const TrackingOptions& options = tracker->options;
    if (options.broadcast) flags.push_back("bcast");
    if (options.opt_in) flags.push_back("optin");
    if (options.opt_in && tracker->caching) flags.push_back("caching-yes");
    if (options.opt_out) flags.push_back("optout");
    if (options.opt_out && tracker->caching) flags.push_back("caching-no");
    if (options.no_loop) flags.push_back("noloop");
    if (tracker->redirect_broken) flags.push_back("broken_redirect");
  }
  call.reply.map(3);
  call.reply.bulk("flags");
  call.reply.set(flags.size());
  for (const std::string_view flag : flags) call.reply.bulk(flag);
  call.reply.bulk("redirect");
  call.reply.integer(redirect_of(call.client));
  call.reply.bulk("prefixes");
  call.reply.array(tracker ? tracker->prefixes.size() : 0);
  if (!tracker) return;
  for (const std::string& prefix : tracker->prefixes) call.reply.bulk(prefix);
}

void client_getredir(SessionCall& call) { call.reply.integer(redirect_of(call.client)); }

}  // namespace baton
