#include "model/sim/oracle/history.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "model/sim/oracle/reference_parse.h"

namespace baton::sim {

namespace {

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view other) { return ref_is(word, other); });
}

}  // namespace

bool is_pushed(const Reply& frame, bool listens, bool monitors) {
  using Kind = Reply::Kind;
  const bool is_list = frame.kind == Kind::push || frame.kind == Kind::array;
  const std::string_view first = is_list && !frame.items.empty() ? frame.items[0].text : std::string_view{};
  if (frame.kind == Kind::push)
    return !is_any_of(
        first, {"subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"});
  if (frame.kind == Kind::array) return listens && is_any_of(first, {"message", "pmessage", "smessage"});
  return monitors && frame.kind == Kind::simple && !frame.text.empty() && frame.text[0] >= '0' &&
         frame.text[0] <= '9';
}

void History::complain(std::string text) {
  if (wrong_.empty()) wrong_ = std::move(text);
}

void History::opened(std::uint64_t connection, std::uint64_t step) {
  const auto [it, fresh] = connections_.try_emplace(connection);
  it->second.opened = step;
  if (!fresh) complain(fmt::format("connection {} was opened twice", connection));
}

std::size_t History::invoked(std::uint64_t number, Arguments args, std::uint64_t step) {
  Connection& connection = connections_[number];
  std::size_t due = 0;
  if (connection.ends) {
    due = kNoRequest;  // is never answered
  } else if (args.empty()) {
    due = 1;
    connection.ends = true;
  } else {
    due = connection.counter.execute(number, args, 0).size();
    connection.ends = connection.counter.is_closing(number);
    connection.listens |= is_any_of(args[0], {"subscribe", "psubscribe", "ssubscribe"});
    connection.monitors |= is_any_of(args[0], {"monitor"});
  }
  requests_.push_back({number, std::move(args), step, due, {}, kNever, kNever});
  connection.requests.push_back(requests_.size() - 1);
  return requests_.size() - 1;
}

void History::heard(std::uint64_t number, std::string_view bytes, std::uint64_t step) {
  Connection& connection = connections_[number];
  if (connection.closed != kNever)
    return complain(fmt::format("connection {} heard \"{}\" after its end", number, printable(bytes)));
  connection.decoder.feed(bytes);
  while (auto frame = connection.decoder.next()) take(number, connection, std::move(*frame), step);
  if (connection.decoder.malformed())
    complain(fmt::format("connection {}: malformed bytes after {} frames", number, connection.stream.size()));
}

void History::take(std::uint64_t number, Connection& connection, Reply frame, std::uint64_t step) {
  ++frames_;
  if (connection.turned_away)
    return complain(fmt::format("connection {} heard {} after it was turned away", number, to_text(frame)));
  const bool denied = frame.is_error() && frame.text.starts_with("DENIED");
  if (connection.stream.empty() &&
      (denied || (frame.is_error() && frame.text.starts_with("ERR max number of clients")))) {
    connection.turned_away = true;
    connection.denied = denied;
    return;
  }
  if (is_pushed(frame, connection.listens, connection.monitors)) {
    connection.stream.push_back({std::move(frame), step, kNoRequest});
    return;
  }
  // Requests that have no frame are passed by.
  while (connection.next_due < connection.requests.size() &&
         requests_[connection.requests[connection.next_due]].answered())
    ++connection.next_due;
  const std::size_t at = connection.next_due < connection.requests.size()
                             ? connection.requests[connection.next_due]
                             : kNoRequest;
  if (at == kNoRequest || requests_[at].frames_due == kNoRequest)
    return complain(fmt::format("connection {} heard {} that it did not ask for", number, to_text(frame)));
  Request& request = requests_[at];
  if (request.malformed() && !frame.is_error())
    complain(fmt::format("connection {}: malformed bytes were answered by {}", number, to_text(frame)));
  if (request.first_heard == kNever) request.first_heard = step;
  connection.stream.push_back({frame, step, at});
  request.frames.push_back(std::move(frame));
  if (request.answered()) request.returned = step;
}

void History::closed(std::uint64_t number, std::uint64_t step) {
  Connection& connection = connections_[number];
  if (connection.closed != kNever) complain(fmt::format("connection {} ended twice", number));
  connection.closed = step;
}

std::size_t History::open_requests(std::uint64_t number) const {
  const auto it = connections_.find(number);
  if (it == connections_.end()) return 0;
  const auto& all = it->second.requests;
  return static_cast<std::size_t>(std::count_if(
      all.begin() + static_cast<std::ptrdiff_t>(it->second.next_due), all.end(), [this](std::size_t request) {
        return !requests_[request].answered() && requests_[request].frames_due != kNoRequest;
      }));
}

Verdict History::check() const { return {.wrong = wrong_, .checked = frames_}; }

Verdict History::check_all_answered() const {
  for (const Request& request : requests_) {
    const Connection& connection = connections_.at(request.connection);
    if (request.answered() || connection.closed != kNever || request.frames_due == kNoRequest) continue;
    return Verdict::failure(fmt::format("connection {} waits: {} (asked at step {}) has {} of {} frames",
                                        request.connection,
                                        request.malformed() ? "malformed bytes" : to_text(request.args),
                                        request.invoked, request.frames.size(), request.frames_due));
  }
  for (const auto& [number, connection] : connections_) {
    if (connection.closed != kNever) continue;
    if (connection.ends)
      return Verdict::failure(fmt::format("connection {} was not closed after its end", number));
    if (connection.decoder.pending() != 0)
      return Verdict::failure(fmt::format("connection {} waits for the rest of a frame", number));
  }
  return {.checked = requests_.size()};
}

}  // namespace baton::sim
