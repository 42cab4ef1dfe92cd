#include "stress/conversation.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace baton {
namespace {

constexpr std::size_t kTextKeys = 4;  // keys 0 to 3 hold text, 4 to 6 numbers, 7 a large value
constexpr std::size_t kNumberKeys = 3;
constexpr std::size_t kLargeKey = 7;
constexpr std::string_view kOk = "+OK\r\n";
constexpr std::string_view kQueued = "+QUEUED\r\n";

std::string integer(long long value) { return fmt::format(":{}\r\n", value); }

}  // namespace

std::string bulk_string(std::string_view text) { return fmt::format("${}\r\n{}\r\n", text.size(), text); }

std::string encode_command(const std::vector<std::string>& words) {
  std::string out = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) out += bulk_string(word);
  return out;
}

Conversation::Conversation(const ConversationSettings& settings, Ledger& ledger)
    : settings_(settings), ledger_(ledger), random_(settings.seed) {}

std::string Conversation::tag() { return fmt::format("<c{}.{}>", settings_.connection, sequence_ + 1); }

std::string Conversation::key_of(std::uint64_t connection, std::size_t index) const {
  return fmt::format("{}:{}:{}", ledger_.run(), connection, index);
}

std::string Conversation::value() {
  std::string text = tag();
  const std::uint32_t padding = random_.chance(2) ? random_.below(4096) : random_.below(100);
  // Line ends inside values: a parser that looks for them instead of counting bytes is found out.
  if (random_.chance(10)) text += "\r\n$3\r\nfoo\r\n";
  while (text.size() < padding) text += static_cast<char>('a' + random_.below(26));
  return text;
}

void Conversation::send(const Words& words, std::string& out) {
  ++sequence_;
  const bool plain =
      settings_.inline_commands && std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return !word.empty() && word.size() < 1000 && word.find_first_of("\r\n \"'\\") == std::string::npos;
      });
  if (!plain || !random_.chance(5)) {
    out += encode_command(words);
    return;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += ' ';
    out += words[i];
  }
  out += "\r\n";
}

void Conversation::expect(Match match, std::string wire, bool tagged) {
  bytes_due_ += wire.size();
  due_.push_back({sequence_, match, tagged, std::move(wire)});
}

void Conversation::say(const Step& step, std::string& out) {
  send(step.words, out);
  expect(Match::kExact, step.reply, step.tagged);
}

void Conversation::open(std::string& out) {
  if (settings_.protocol == 3) {
    send({"HELLO", "3"}, out);
    expect(Match::kPrefix, "%");
  }
  if (!settings_.name.empty()) say({{"CLIENT", "SETNAME", settings_.name}, std::string(kOk)}, out);
  if (settings_.subscriber) {
    const std::string pattern = ledger_.channel_prefix() + "*";
    send({"PSUBSCRIBE", pattern}, out);
    expect(Match::kSubscribed, fmt::format("{}3\r\n{}{}:1\r\n", settings_.protocol == 3 ? '>' : '*',
                                           bulk_string("psubscribe"), bulk_string(pattern)));
  }
}

void Conversation::bury(std::uint64_t connection, std::string& out) {
  if (settings_.subscriber) return;
  Words words{"UNLINK"};
  for (std::size_t i = 0; i < kKeys; ++i) words.push_back(key_of(connection, i));
  for (std::size_t database = kDatabases; database-- > 0;) {
    say({{"SELECT", std::to_string(database)}, std::string(kOk)}, out);
    send(words, out);
    expect(Match::kPrefix, ":");
  }
  database_ = 0;
}

void Conversation::ask(std::uint32_t commands, std::string& out) {
  for (std::uint32_t i = 0; i < commands; ++i) ask_one(out);
}

void Conversation::ask_one(std::string& out) {
  if (settings_.subscriber && settings_.protocol == 2) {
    const std::string text = tag();
    say({{"PING", text}, "*2\r\n" + bulk_string("pong") + bulk_string(text), true}, out);
    return;
  }
  const std::uint32_t choice = random_.below(100);
  if (choice < 70) {
    say(random_step(), out);
  } else if (choice < 76) {
    ask_transaction(out);
  } else if (choice < 78) {
    ask_watched(out);
  } else if (choice < 80) {
    ask_silently(out);
  } else if (choice < 83) {
    ask_error(out);
  } else if (choice < 86) {
    database_ = random_.below(kDatabases);
    say({{"SELECT", std::to_string(database_)}, std::string(kOk)}, out);
  } else if (choice < 90 && database_ == 0) {
    ledger_.counter_asked();
    send({"INCR", ledger_.counter_key()}, out);
    expect(Match::kCounter, ":");
  } else if (choice < 95 && settings_.publisher) {
    const std::uint64_t number = ++ledger_.channel(settings_.connection).issued;
    send({"PUBLISH", ledger_.channel_prefix() + std::to_string(settings_.connection),
          fmt::format("{}:{}", settings_.connection, number)},
         out);
    expect(Match::kPublished, ":");
  } else {
    const std::string text = tag();
    say({{"ECHO", text}, bulk_string(text), true}, out);
  }
}

void Conversation::ask_much(std::uint32_t reads, std::string& out) {
  if (settings_.subscriber && settings_.protocol == 2) return ask(reads, out);
  std::optional<std::string>& large = data_[database_][kLargeKey];
  large = tag() + std::string(random_.between(1, settings_.value_bytes_max), 'L');
  say({{"SET", key(kLargeKey), *large}, std::string(kOk)}, out);
  for (std::uint32_t i = 0; i < reads; ++i) say({{"GET", key(kLargeKey)}, bulk_string(*large), true}, out);
}

Conversation::Step Conversation::random_step() {
  const std::uint32_t choice = random_.below(100);
  const std::string text = tag();
  if (choice < 15) return {{"ECHO", text}, bulk_string(text), true};
  if (choice < 20) return {{"PING", text}, bulk_string(text), true};
  if (choice < 24) return {{"PING"}, "+PONG\r\n"};
  if (choice < 44) return step_of_number();
  return step_of_text(choice);
}

Conversation::Step Conversation::step_of_text(std::uint32_t choice) {
  const std::size_t index = random_.below(kTextKeys);
  std::optional<std::string>& held = data_[database_][index];
  const std::string reply = held ? bulk_string(*held) : null();
  if (choice < 64) {
    held = value();
    if (choice < 48) return {{"SET", key(index), *held, "GET"}, reply, true};
    return {{"SET", key(index), *held}, std::string(kOk)};
  }
  if (choice < 80) return {{"GET", key(index)}, reply, held.has_value()};
  if (choice < 84) {
    const bool small = !held || held->size() < settings_.value_bytes_max;
    const std::string more = small ? value() : "x";
    held = held.value_or("") + more;
    return {{"APPEND", key(index), more}, integer(static_cast<long long>(held->size()))};
  }
  if (choice < 87) {
    return {{"STRLEN", key(index)}, integer(held ? static_cast<long long>(held->size()) : 0)};
  }
  if (choice < 90) {
    const bool there = held.has_value();
    held.reset();
    return {{random_.chance(50) ? "DEL" : "UNLINK", key(index)}, integer(there ? 1 : 0)};
  }
  if (choice < 93) {
    held.reset();
    return {{"GETDEL", key(index)}, reply, true};
  }
  if (choice < 95) return {{"EXISTS", key(index), key(index)}, integer(held ? 2 : 0)};
  Step step{{"MGET"}, fmt::format("*{}\r\n", kTextKeys), true};
  for (std::size_t i = 0; i < kTextKeys; ++i) {
    step.words.push_back(key(i));
    step.reply += data_[database_][i] ? bulk_string(*data_[database_][i]) : null();
  }
  return step;
}

Conversation::Step Conversation::step_of_number() {
  const std::size_t index = kTextKeys + random_.below(kNumberKeys);
  std::optional<std::string>& held = data_[database_][index];
  if (random_.chance(15)) {
    // A number that only this connection and command would set: the sums that follow name it.
    held = std::to_string(settings_.connection * 1'000'000 + sequence_);
    return {{"SET", key(index), *held}, std::string(kOk)};
  }
  if (random_.chance(20)) return {{"GET", key(index)}, held ? bulk_string(*held) : null()};
  const long long delta = random_.chance(60) ? 1 : static_cast<long long>(random_.below(1000)) - 500;
  const long long sum = (held ? std::stoll(*held) : 0) + delta;
  held = std::to_string(sum);
  if (delta == 1) return {{"INCR", key(index)}, integer(sum)};
  return {{"INCRBY", key(index), std::to_string(delta)}, integer(sum)};
}

void Conversation::ask_transaction(std::string& out) {
  const Database before = data_[database_];
  const std::uint32_t commands = random_.below(6);
  const std::uint32_t ending = random_.below(10);  // 0: discarded, 1: aborted by an error, else executed
  say({{"MULTI"}, std::string(kOk)}, out);
  std::string replies = fmt::format("*{}\r\n", commands);
  for (std::uint32_t i = 0; i < commands; ++i) {
    const Step step = random_step();
    say({step.words, std::string(kQueued)}, out);
    replies += step.reply;
  }
  if (ending == 0) {
    say({{"DISCARD"}, std::string(kOk)}, out);
  } else if (ending == 1) {
    say({{"GET"}, "-ERR wrong number of arguments for 'get' command\r\n"}, out);
    say({{"EXEC"}, "-EXECABORT Transaction discarded because of previous errors.\r\n"}, out);
  } else {
    say({{"EXEC"}, replies, commands > 0}, out);
    return;
  }
  data_[database_] = before;
}

void Conversation::ask_watched(std::string& out) {
  std::optional<std::string>& held = data_[database_][0];
  say({{"WATCH", key(0)}, std::string(kOk)}, out);
  const bool touched = random_.chance(50);
  if (touched) {
    held = value();
    say({{"SET", key(0), *held}, std::string(kOk)}, out);
  }
  say({{"MULTI"}, std::string(kOk)}, out);
  say({{"GET", key(0)}, std::string(kQueued)}, out);
  say({{"EXEC"}, touched ? no_array() : "*1\r\n" + (held ? bulk_string(*held) : null())}, out);
}

void Conversation::ask_silently(std::string& out) {
  send({"CLIENT", "REPLY", "SKIP"}, out);
  const Step step = random_step();
  send(step.words, out);
  const std::string text = tag();
  say({{"ECHO", text}, bulk_string(text), true}, out);
}

void Conversation::ask_error(std::string& out) {
  const std::string text = tag();
  switch (random_.below(3)) {
    case 0:
      send({"nosuchcommand", text}, out);
      expect(Match::kPrefix,
             fmt::format("-ERR unknown command 'nosuchcommand', with args beginning with: '{}'", text), true);
      return;
    case 1:
      say({{"STRLEN"}, "-ERR wrong number of arguments for 'strlen' command\r\n"}, out);
      return;
    default:
      data_[database_][0] = value();
      say({{"SET", key(0), *data_[database_][0]}, std::string(kOk)}, out);
      say({{"INCR", key(0)}, "-ERR value is not an integer or out of range\r\n"}, out);
  }
}

void Conversation::close(bool quit, std::string& out) {
  const bool only_hears = settings_.subscriber && settings_.protocol == 2;
  for (std::size_t database = 0; database < kDatabases && !only_hears; ++database) {
    say({{"SELECT", std::to_string(database)}, std::string(kOk)}, out);
    Step removal{{"DEL"}, ""};
    long long removed = 0;
    for (std::size_t i = 0; i < kKeys; ++i) {
      removal.words.push_back(key(i));
      removed += data_[database][i] ? 1 : 0;
      data_[database][i].reset();
    }
    removal.reply = integer(removed);
    say(removal, out);
    database_ = database;
  }
  if (quit) say({{"QUIT"}, std::string(kOk)}, out);
}

}  // namespace baton
