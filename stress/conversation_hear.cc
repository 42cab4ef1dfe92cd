// The hearing side of a Conversation: is it the reply that is due, and if not, what happened to that one?
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "stress/conversation.h"
#include "stress/reply_frame.h"

namespace baton {
namespace {

constexpr std::size_t kAnsweredKept = 64;

// The texts of an array or push of bulk strings; empty if it is anything else.
std::vector<std::string_view> bulk_strings_of(std::string_view frame) {
  std::vector<std::string_view> texts;
  std::size_t at = frame.find("\r\n") + 2;
  while (at < frame.size()) {
    const std::size_t line_end = frame.find("\r\n", at);
    std::size_t size = 0;
    if (frame[at] != '$') return {};
    auto [end, error] = std::from_chars(frame.data() + at + 1, frame.data() + line_end, size);
    if (error != std::errc() || line_end + 2 + size + 2 > frame.size()) return {};
    texts.push_back(frame.substr(line_end + 2, size));
    at = line_end + 2 + size + 2;
  }
  return texts;
}

// The connection named by the first tag in `bytes`; 0 if there is none. Connections count from 1.
std::uint64_t tagged_connection(std::string_view bytes) {
  const std::size_t at = bytes.find("<c");
  if (at == std::string_view::npos) return 0;
  std::uint64_t connection = 0;
  std::from_chars(bytes.data() + at + 2, bytes.data() + bytes.size(), connection);
  return connection;
}

}  // namespace

std::optional<Fault> Conversation::hear(std::string_view bytes) {
  unread_.append(bytes);
  std::size_t at = 0;
  std::optional<Fault> fault;
  while (!fault && at < unread_.size()) {
    const std::string_view rest = std::string_view(unread_).substr(at);
    const Frame frame = first_frame(rest);
    if (frame.state == FrameState::kMore) break;
    if (frame.state == FrameState::kMalformed) {
      fault = unfinished(FaultKind::kMalformed, std::string(rest.substr(0, 200)));
      break;
    }
    fault = hear_frame(rest.substr(0, frame.bytes), rest.substr(frame.bytes));
    at += frame.bytes;
  }
  unread_.erase(0, at);
  return fault;
}

std::optional<Fault> Conversation::hear_frame(std::string_view frame, std::string_view rest) {
  if (settings_.subscriber && is_message(frame)) return hear_message(frame);
  if (due_.empty() || !matches(due_.front(), frame)) return classify(frame, rest);
  if (due_.front().tagged) {
    answered_.emplace_back(frame);
    if (answered_.size() > kAnsweredKept) answered_.pop_front();
  }
  ++heard_;
  bytes_due_ -= due_.front().wire.size();
  due_.pop_front();
  return std::nullopt;
}

bool Conversation::matches(const Due& due, std::string_view frame) {
  if (due.match == Match::kExact) return frame == due.wire;
  if (due.match == Match::kPrefix) return frame.substr(0, due.wire.size()) == due.wire;
  if (due.match == Match::kSubscribed) {
    if (frame != due.wire) return false;
    subscribed_ = true;
    for (const auto& [publisher, channel] : ledger_.channels()) {
      issued_when_subscribed_[publisher] = channel.issued;
    }
    return true;
  }
  std::uint64_t number = 0;
  if (frame.front() != ':') return false;
  auto [end, error] = std::from_chars(frame.data() + 1, frame.data() + frame.size(), number);
  if (error != std::errc() || end != frame.data() + frame.size() - 2) return false;
  if (due.match == Match::kPublished) {
    ++ledger_.channel(settings_.connection).acknowledged;
  } else if (due.match == Match::kCounter) {
    if (number <= last_counter_ || !ledger_.counter_told(number)) return false;
    last_counter_ = number;
  }
  return true;
}

Fault Conversation::classify(std::string_view frame, std::string_view rest) const {
  Fault fault = unfinished(FaultKind::kWrong, std::string(frame));
  const std::uint64_t connection = tagged_connection(frame);
  if (connection != 0 && connection != settings_.connection) {
    fault.kind = FaultKind::kForeign;
    return fault;
  }
  const bool given_before = std::find(answered_.begin(), answered_.end(), frame) != answered_.end();
  if (due_.empty()) {
    fault.kind = given_before ? FaultKind::kDoubled : FaultKind::kUnasked;
    return fault;
  }
  // A reply without a tag says where it belongs only by its place: the next one.
  const auto later = std::find_if(due_.begin() + 1, due_.end(), [&](const Due& due) {
    const bool telling = due.tagged || (&due == &due_[1] && due_.front().tagged);
    return telling &&
           (due.match == Match::kExact ? due.wire == frame : frame.substr(0, due.wire.size()) == due.wire);
  });
  if (later != due_.end()) {
    // Skipped or late: what was due tells, if it has already come behind.
    const bool late = due_.front().match == Match::kExact && rest.find(due_.front().wire) != rest.npos;
    fault.kind = late ? FaultKind::kReordered : FaultKind::kLost;
  } else if (given_before) {
    fault.kind = FaultKind::kDoubled;
  }
  return fault;
}

Fault Conversation::unfinished(FaultKind kind, std::string why) const {
  Fault fault{kind, settings_.connection, sequence_, "(nothing)", std::move(why)};
  if (!due_.empty()) {
    fault.sequence = due_.front().sequence;
    fault.expected = due_.front().wire;
  }
  return fault;
}

bool Conversation::is_message(std::string_view frame) const {
  const std::string_view start =
      settings_.protocol == 3 ? ">4\r\n$8\r\npmessage\r\n" : "*4\r\n$8\r\npmessage\r\n";
  return frame.substr(0, start.size()) == start;
}

std::optional<Fault> Conversation::hear_message(std::string_view frame) {
  const std::vector<std::string_view> words = bulk_strings_of(frame);
  const std::string prefix = ledger_.channel_prefix();
  std::uint64_t publisher = 0;
  std::uint64_t number = 0;
  Fault fault{FaultKind::kWrong, settings_.connection, sequence_, "a message of this run",
              std::string(frame)};
  if (!subscribed_ || words.size() != 4 || words[2].substr(0, prefix.size()) != prefix) return fault;
  const std::string_view payload = words[3];
  const char* payload_end = payload.data() + payload.size();
  auto [colon, error] = std::from_chars(payload.data(), payload_end, publisher);
  if (error != std::errc() || colon == payload_end || *colon != ':') return fault;
  std::from_chars(colon + 1, payload_end, number);
  fault.expected = fmt::format("message {} of publisher {}", last_message_[publisher] + 1, publisher);
  if (words[2].substr(prefix.size()) != std::to_string(publisher)) {
    fault.kind = FaultKind::kForeign;
    return fault;
  }
  std::uint64_t& last = last_message_[publisher];
  const auto known = issued_when_subscribed_.find(publisher);
  const std::uint64_t known_issued = known == issued_when_subscribed_.end() ? 0 : known->second;
  if (last != 0 && number <= last) {
    fault.kind = number == last ? FaultKind::kDoubled : FaultKind::kReordered;
    return fault;
  }
  if (number > std::max(last, last == 0 ? known_issued : 0) + 1) {
    fault.kind = FaultKind::kLost;
    return fault;
  }
  last = number;
  ++messages_;
  return std::nullopt;
}

std::optional<Fault> Conversation::message_missing() const {
  if (!subscribed_) return std::nullopt;
  for (const auto& [publisher, channel] : ledger_.channels()) {
    const auto known = issued_when_subscribed_.find(publisher);
    const std::uint64_t before = known == issued_when_subscribed_.end() ? 0 : known->second;
    const auto heard = last_message_.find(publisher);
    const std::uint64_t last = heard == last_message_.end() ? 0 : heard->second;
    if (channel.acknowledged > before && last < channel.acknowledged) {
      return Fault{FaultKind::kLost, settings_.connection, sequence_,
                   fmt::format("message {} of publisher {}", last + 1, publisher),
                   fmt::format("(nothing, though {} were acknowledged)", channel.acknowledged)};
    }
  }
  return std::nullopt;
}

}  // namespace baton
