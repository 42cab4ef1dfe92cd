#include "stress/storms.h"

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "stress/control_client.h"
#include "stress/random.h"
#include "stress/reply_frame.h"

namespace baton {
namespace {

constexpr const char* kHost = "127.0.0.1";

// One storm's connection: it comes back after it was killed, if that may be.
class Controller {
 public:
  Controller(const StormPlace& place, StormLog& log, const char* storm)
      : random(place.seed), place_(place), log_(log), storm_(storm) {}

  // The reply; nothing if the connection was lost.
  std::optional<std::string> ask(const std::vector<std::string>& words) {
    if (!client_.connected() && !client_.connect(kHost, place_.port)) {
      if (!place_.may_lose()) fault("cannot connect", "");
      return std::nullopt;
    }
    std::optional<std::string> reply = client_.ask(words);
    if (!reply && !place_.may_lose()) fault("lost its connection at", words[0]);
    return reply;
  }

  // Asks, and requires that the reply starts with one of these.
  std::optional<std::string> require(const std::vector<std::string>& words,
                                     std::initializer_list<std::string_view> starts) {
    std::optional<std::string> reply = ask(words);
    if (!reply || place_.leaving()) return reply;
    for (const std::string_view start : starts) {
      if (reply->substr(0, start.size()) == start) return reply;
    }
    std::string asked;
    for (const std::string& word : words) asked += word + " ";
    fault("asked " + asked + "and got", printable(*reply));
    return reply;
  }

  void fault(const std::string& what, const std::string& got) {
    log_.add(fmt::format("{} storm: {} {}", storm_, what, got));
  }

  // Waits a random while, at most `milliseconds`; false if it is time to stop.
  bool pace(const std::stop_token& stop, std::uint32_t milliseconds) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, std::chrono::milliseconds(random.below(milliseconds + 1)),
                      [] { return false; });
    return !stop.stop_requested();
  }

  Random random;

 private:
  StormPlace place_;
  StormLog& log_;
  const char* storm_;
  ControlClient client_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
};

std::string field_of(const std::string& line, const std::string& field) {
  const std::string wanted = " " + field + "=";
  const std::size_t at = (" " + line).find(wanted);
  if (at == std::string::npos) return "";
  const std::size_t from = at + wanted.size() - 1;
  return line.substr(from, line.find_first_of(" \n", from) - from);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

void kill_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "kill");
  do {
    if (control.random.chance(4)) {
      control.require({"CLIENT", "KILL", "LADDR", fmt::format("{}:{}", kMortalHost, place.port)}, {":"});
      continue;
    }
    const auto list = control.require({"CLIENT", "LIST", "TYPE", "normal"}, {"$"});
    if (!list) continue;
    for (const std::string& line : lines_of(reply_text(*list))) {
      if (field_of(line, "name") != "load-mortal" || !control.random.chance(15)) continue;
      switch (control.random.below(3)) {
        case 0:
          control.require({"CLIENT", "KILL", "ID", field_of(line, "id")}, {":0", ":1"});
          break;
        case 1:
          control.require({"CLIENT", "KILL", "ADDR", field_of(line, "addr"), "SKIPME", "yes"}, {":0", ":1"});
          break;
        default:
          control.require({"CLIENT", "KILL", field_of(line, "addr")}, {"+OK", "-ERR No such client"});
      }
    }
  } while (control.pace(stop, 40));
}

void massacre_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  StormPlace mine = place;
  mine.control_may_die = false;  // CLIENT KILL spares the one who asks
  Controller control(mine, log, "massacre");
  const std::string local = fmt::format("{}:{}", kHost, place.port);
  do {
    switch (control.random.below(4)) {
      case 0:
        control.require({"CLIENT", "KILL", "TYPE", "pubsub"}, {":"});
        break;
      case 1:
        control.require({"CLIENT", "KILL", "USER", "default"}, {":"});
        break;
      case 2:
        control.require({"CLIENT", "KILL", "LADDR", local, "SKIPME", "yes"}, {":"});
        break;
      default:
        control.require({"CLIENT", "KILL", "TYPE", "normal"}, {":"});
    }
  } while (control.pace(stop, 150));
}

void resize_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "resize");
  constexpr int kSizes[] = {4, 2, 8, 1, 3, 1, 8, 4};
  std::size_t at = place.seed % std::size(kSizes);
  do {
    const std::string size = std::to_string(kSizes[at++ % std::size(kSizes)]);
    control.require({"CONFIG", "SET", "io-threads", size}, {"+OK"});
    control.require({"CONFIG", "GET", "io-threads"}, {"*2\r\n$10\r\nio-threads\r\n$1\r\n" + size + "\r\n"});
  } while (control.pace(stop, 60));
}

void watch_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "watch");
  do {
    const auto list = control.require({"CLIENT", "LIST"}, {"$"});
    std::set<std::string> ids;
    for (const std::string& line : lines_of(list ? reply_text(*list) : "")) {
      const std::string id = field_of(line, "id");
      if (id.empty()) control.fault("CLIENT LIST has a line without id:", line);
      if (!ids.insert(id).second) control.fault("CLIENT LIST names a client twice:", line);
    }
    if (list && ids.empty()) control.fault("CLIENT LIST names nobody, not even the one who asks", "");
    const auto info = control.require({"INFO", "everything"}, {"$"});
    if (info && info_field(*info, "connected_clients").empty())
      control.fault("INFO lacks connected_clients", "");
  } while (control.pace(stop, 30));
}

void pause_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "pause");
  do {
    if (control.random.chance(30)) {
      control.require({"CLIENT", "PAUSE", std::to_string(control.random.between(1, 30)), "ALL"}, {"+OK"});
      // Held itself until the pause is over.
      control.require({"PING"}, {"+PONG"});
    } else {
      control.require({"CLIENT", "PAUSE", "100", "WRITE"}, {"+OK"});
      control.pace(stop, 20);
      control.require({"CLIENT", "UNPAUSE"}, {"+OK"});
    }
  } while (control.pace(stop, 150));
  control.require({"CLIENT", "UNPAUSE"}, {"+OK"});
}

void keyspace_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "keyspace");
  do {
    control.require({"SELECT", "9"}, {"+OK"});
    for (int i = 0; i < 20; ++i) {
      control.require({"SET", fmt::format("storm:{}", i), std::string(200, 's'), "PX", "50"}, {"+OK"});
    }
    control.require({"FLUSHDB", control.random.chance(50) ? "ASYNC" : "SYNC"}, {"+OK"});
    control.require({"DBSIZE"}, {":0\r\n"});
    control.require({"SWAPDB", "10", "11"}, {"+OK"});
    control.require({"PUBLISH", "storm", "message"}, {":"});
  } while (control.pace(stop, 30));
}

void monitor_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller faults(place, log, "monitor");
  ControlClient client;
  // Short waits, so that a silent server does not keep the storm from stopping.
  if (!client.connect(kHost, place.port, 1) || client.ask({"MONITOR"}) != "+OK\r\n") {
    if (!place.may_lose()) faults.fault("MONITOR was refused", "");
    return;
  }
  std::map<std::uint64_t, std::uint64_t> last;  // sequence seen, by connection
  while (!stop.stop_requested()) {
    const std::optional<std::string> line = client.next_reply();
    if (!line) return;  // closed by a storm, or silent for a second
    if (line->size() < 2 || (*line)[0] != '+' || (*line)[1] < '0' || (*line)[1] > '9') {
      return faults.fault("a line that is no command:", printable(*line));
    }
    const std::size_t at = line->find("\"<c");
    if (at == std::string::npos) continue;
    std::uint64_t connection = 0;
    std::uint64_t sequence = 0;
    const char* end = line->data() + line->size();
    const char* dot = std::from_chars(line->data() + at + 3, end, connection).ptr;
    std::from_chars(dot + 1, end, sequence);
    if (sequence < last[connection]) {
      return faults.fault(fmt::format("connection {} came back to command {} after {}:", connection, sequence,
                                      last[connection]),
                          printable(*line));
    }
    last[connection] = sequence;
  }
}

void churn_storm(const StormPlace& place, StormLog& log, const std::stop_token& stop) {
  Controller control(place, log, "churn");
  do {
    std::vector<ControlClient> clients(control.random.between(1, 20));
    for (ControlClient& client : clients) {
      if (!client.connect(kHost, place.port)) {
        if (!place.may_lose()) control.fault("cannot connect", "");
        break;
      }
      switch (control.random.below(5)) {
        case 0:
          break;  // never says a word
        case 1:
          (void)client.send("*3\r\n$3\r\nSE");
          break;
        case 2:
          (void)client.send("*1\r\n$4\r\nPING\r\n");  // and does not wait for the answer
          break;
        case 3: {
          (void)client.send("*1\r\n$4\r\nPING\r\n*x\r\n");
          const auto pong = client.next_reply();
          const auto error = client.next_reply();
          const bool right = pong == "+PONG\r\n" && error && error->substr(0, 20) == "-ERR Protocol error:";
          if (!right && !place.may_lose()) {
            control.fault("nonsense was answered by",
                          printable(pong.value_or("")) + printable(error.value_or("")));
          }
          break;
        }
        default:
          if (client.ask({"PING"}) != "+PONG\r\n" && !place.may_lose()) control.fault("PING failed", "");
      }
    }
  } while (control.pace(stop, 20));
}

}  // namespace baton
