// Conversation: what one connection asks, and whether what it hears is the answer.
//
//   Conversation talk(settings, ledger);
//   std::string out;
//   talk.open(out);                              // HELLO, names, subscriptions
//   talk.ask(8, out);                            // eight random commands; the caller sends `out`
//   if (auto fault = talk.hear(bytes)) ...       // whatever arrived, however it was cut
//   talk.close(out);                             // removes its keys; then outstanding() must fall to 0
//
// No sockets and no clock: the same seed asks the same commands, and a test can play the server. Each
// command is known to a reference model when it is asked, so the exact bytes of its reply are expected.
// Most replies carry a tag, "<connection>.<sequence>~", so that a wrong one tells where it belonged.
// Keys are private to the connection: other connections cannot change what the model says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stress/fault.h"
#include "stress/ledger.h"
#include "stress/random.h"

namespace baton {

struct ConversationSettings {
  std::uint64_t connection = 0;  // unique in the run
  std::uint64_t seed = 0;
  int protocol = 2;         // 2 or 3
  bool subscriber = false;  // hears all channels of the run; under RESP2 it then only sends PING
  bool publisher = false;
  bool inline_commands = true;
  std::string name;  // for CLIENT SETNAME; none if empty
  std::uint32_t value_bytes_max = 64 * 1024;
};

class Conversation {
 public:
  Conversation(const ConversationSettings& settings, Ledger& ledger);

  // ---- asking: each appends bytes for the server to `out`

  void open(std::string& out);
  // Removes the keys that a connection of this run left behind when it was killed.
  void bury(std::uint64_t connection, std::string& out);
  void ask(std::uint32_t commands, std::string& out);
  // A large value and many reads of it: output that a reader who stops cannot take.
  void ask_much(std::uint32_t reads, std::string& out);
  // Removes the private keys; `quit` asks the server to close after its last reply.
  void close(bool quit, std::string& out);

  // ---- hearing

  [[nodiscard]] std::optional<Fault> hear(std::string_view bytes);
  [[nodiscard]] std::size_t outstanding() const { return due_.size(); }
  [[nodiscard]] std::size_t bytes_due() const { return bytes_due_; }
  // The fault that is left if the server says no more, now that `why`.
  [[nodiscard]] Fault unfinished(FaultKind kind, std::string why) const;
  // The first channel of which an acknowledged message has not come; nothing for one that is no subscriber.
  [[nodiscard]] std::optional<Fault> message_missing() const;

  [[nodiscard]] std::uint64_t commands_asked() const { return sequence_; }
  [[nodiscard]] std::uint64_t replies_heard() const { return heard_; }
  [[nodiscard]] std::uint64_t messages_heard() const { return messages_; }
  [[nodiscard]] const ConversationSettings& settings() const { return settings_; }

 private:
  enum class Match : std::uint8_t { kExact, kPrefix, kInteger, kCounter, kPublished, kSubscribed };
  struct Due {
    std::uint64_t sequence;
    Match match;
    bool tagged;  // the reply names its command, so it cannot be taken for another
    std::string wire;
  };
  struct Step {
    std::vector<std::string> words;
    std::string reply;
    bool tagged = false;
  };
  using Words = std::vector<std::string>;
  static constexpr std::size_t kKeys = 8;
  static constexpr std::size_t kDatabases = 2;
  using Database = std::array<std::optional<std::string>, kKeys>;

  void send(const Words& words, std::string& out);
  void expect(Match match, std::string wire, bool tagged = false);
  void say(const Step& step, std::string& out);

  Step random_step();
  Step step_of_text(std::uint32_t choice);
  Step step_of_number();
  void ask_transaction(std::string& out);
  void ask_watched(std::string& out);
  void ask_silently(std::string& out);
  void ask_error(std::string& out);
  void ask_one(std::string& out);

  std::optional<Fault> hear_frame(std::string_view frame, std::string_view rest);
  std::optional<Fault> hear_message(std::string_view frame);
  bool matches(const Due& due, std::string_view frame);
  Fault classify(std::string_view frame, std::string_view rest) const;
  bool is_message(std::string_view frame) const;

  std::string tag();
  std::string key(std::size_t index) const { return key_of(settings_.connection, index); }
  std::string key_of(std::uint64_t connection, std::size_t index) const;
  std::string value();
  std::string null() const { return settings_.protocol == 3 ? "_\r\n" : "$-1\r\n"; }
  std::string no_array() const { return settings_.protocol == 3 ? "_\r\n" : "*-1\r\n"; }

  ConversationSettings settings_;
  Ledger& ledger_;
  Random random_;
  std::uint64_t sequence_ = 0;
  std::uint64_t heard_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t last_counter_ = 0;
  std::size_t database_ = 0;
  std::array<Database, kDatabases> data_;
  std::deque<Due> due_;
  std::size_t bytes_due_ = 0;
  std::deque<std::string> answered_;  // the latest tagged replies, to know one that comes twice
  std::string unread_;                // the start of a reply whose end has not come

  bool subscribed_ = false;
  std::map<std::uint64_t, std::uint64_t> issued_when_subscribed_;
  std::map<std::uint64_t, std::uint64_t> last_message_;  // by publisher
};

// One command as an array of bulk strings, the form that clients send.
[[nodiscard]] std::string encode_command(const std::vector<std::string>& words);
[[nodiscard]] std::string bulk_string(std::string_view text);

}  // namespace baton
