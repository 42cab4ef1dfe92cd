#include "model/sim/oracle/pubsub_oracle.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

// A subscription as a stream names it: "message" and a channel, "pmessage" and a pattern, "smessage" and a
// channel.
using Name = std::pair<std::string, std::string>;

struct Published {
  std::size_t request;
  std::string channel;
  bool shard;
  std::int64_t told = -1;  // how many received it; -1: not heard
  std::int64_t received = 0;
};

// From its confirmation to the first sign of its end.
struct Span {
  Name name;
  std::uint64_t confirmed;
  std::uint64_t left = History::kNever;
  std::set<std::string> messages;
};

bool fits(const Name& name, const Published& published) {
  if (published.shard != (name.first == "smessage")) return false;
  if (name.first == "pmessage") return ref_glob(name.second, published.channel);
  return name.second == published.channel;
}

std::string family_of(std::string_view word) {
  if (word.starts_with('p')) return "pmessage";
  return word.starts_with("ss") || word.starts_with("sun") ? "smessage" : "message";
}

class Oracle {
 public:
  explicit Oracle(const History& history) : history_(history) {
    for (std::size_t i = 0; i < history.requests().size(); ++i) note_publish(i);
  }

  Verdict run(bool at_rest) {
    for (const auto& [number, connection] : history_.connections()) {
      spans_.clear();
      open_.clear();
      last_.clear();
      number_ = number;
      for (const History::Frame& frame : connection.stream)
        if (wrong_.empty()) take(frame);
      if (wrong_.empty() && at_rest && connection.closed == History::kNever) check_complete(connection);
    }
    for (const auto& [message, published] : published_)
      if (wrong_.empty() && published.told >= 0 && published.received > published.told)
        wrong_ = fmt::format("message {} was told {} times and received {} times", message, published.told,
                             published.received);
    return {wrong_, published_.size(), 0};
  }

 private:
  void note_publish(std::size_t index) {
    const History::Request& request = history_.requests()[index];
    if (request.args.size() != 3) return;
    const bool shard = ref_is(request.args[0], "spublish");
    if (!shard && !ref_is(request.args[0], "publish")) return;
    Published published{index, request.args[1], shard};
    if (!request.frames.empty() && request.frames[0].kind == Reply::Kind::integer)
      published.told = request.frames[0].integer;
    published_.emplace(request.args[2], std::move(published));
  }

  void take(const History::Frame& frame) {
    const auto& items = frame.reply.items;
    const bool is_list = frame.reply.kind == Reply::Kind::array || frame.reply.kind == Reply::Kind::push;
    if (frame.request != History::kNoRequest) {
      const History::Request& request = history_.requests()[frame.request];
      if (ref_is(request.args.empty() ? "" : request.args[0], "reset")) return leave_all(request.invoked);
      if (!is_list || items.size() != 3 || items[0].text.find("subscribe") == std::string::npos) return;
      const Name name{family_of(items[0].text), items[1].text};
      if (items[0].text.find("unsubscribe") != std::string::npos) return leave(name, request.invoked);
      if (open_.contains(name)) return;
      open_[name] = spans_.size();
      spans_.push_back({name, frame.step, History::kNever, {}});
      return;
    }
    if (!is_list || items.empty() || items[0].text == "invalidate") return;
    const bool by_pattern = items[0].text == "pmessage";
    if (items.size() != (by_pattern ? 4u : 3u)) return;
    if (items[items.size() - 2].text == "__redis__:invalidate") return;
    take_message({items[0].text, items[1].text}, items[items.size() - 2].text, items.back().text, frame.step);
  }

  void take_message(const Name& name, const std::string& channel, const std::string& message,
                    std::uint64_t step) {
    const auto complain = [&](std::string_view what) {
      wrong_ = fmt::format("connection {}, {} {}: message {} on {} at step {} {}", number_, name.first,
                           name.second, printable(message), channel, step, what);
    };
    const auto it = published_.find(message);
    if (it == published_.end()) return complain("was never published");
    Published& published = it->second;
    if (published.channel != channel || !fits(name, published)) return complain("was published elsewhere");
    const History::Request& request = history_.requests()[published.request];
    if (request.invoked > step) return complain("came before it was published");
    const auto open = open_.find(name);
    if (open == open_.end()) return complain("came without a subscription");
    if (!spans_[open->second].messages.insert(message).second) return complain("came twice");
    const auto [last, first_one] = last_.try_emplace({name, request.connection}, published.request);
    if (!first_one && published.request < last->second) return complain("was overtaken by a later one");
    last->second = published.request;
    ++published.received;
  }

  void leave(const Name& name, std::uint64_t asked) {
    const auto open = open_.find(name);
    if (open == open_.end()) return;
    spans_[open->second].left = asked;
    open_.erase(open);
  }
  void leave_all(std::uint64_t asked) {
    for (const auto& [name, span] : open_) spans_[span].left = asked;
    open_.clear();
  }

  void check_complete(const History::Connection& connection) {
    // An end that was asked for and not confirmed is an end all the same.
    std::uint64_t asked_to_end = History::kNever;
    for (const std::size_t index : connection.requests) {
      const History::Request& request = history_.requests()[index];
      if (!request.answered()) asked_to_end = std::min(asked_to_end, request.invoked);
    }
    for (const Span& span : spans_) {
      for (const auto& [message, published] : published_) {
        const History::Request& request = history_.requests()[published.request];
        if (published.told < 0 || !fits(span.name, published) || span.messages.contains(message)) continue;
        if (request.invoked <= span.confirmed || request.returned >= std::min(span.left, asked_to_end))
          continue;
        wrong_ = fmt::format("connection {}, {} {}: message {} (published from step {} to {}) was lost",
                             number_, span.name.first, span.name.second, printable(message), request.invoked,
                             request.returned);
        return;
      }
    }
  }

  const History& history_;
  std::map<std::string, Published> published_;
  std::uint64_t number_ = 0;
  std::vector<Span> spans_;                                     // of the connection that is looked at
  std::map<Name, std::size_t> open_;                            // its subscriptions now
  std::map<std::pair<Name, std::uint64_t>, std::size_t> last_;  // the latest request of a publisher
  std::string wrong_;
};

}  // namespace

Verdict check_pubsub(const History& history, bool at_rest) { return Oracle(history).run(at_rest); }

}  // namespace baton::sim
