// History: what the clients of a run asked and heard, and when.
//
// It is fed by the transport while the run goes on: a request when its first byte is about to be sent, bytes
// as they arrive, ends of connections. It decodes, gives each frame to the oldest request that waits for one,
// and keeps what is pushed (messages, invalidations, MONITOR's lines) apart, in the order of the stream.
//
// How many frames a request has is known from what its connection asked before (SUBSCRIBE, CLIENT REPLY, QUIT
// ...), never from data: a reference of its own, which sees only that connection, counts them.
//
// Steps are any numbers that do not go down: of the schedule, or virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/sim/oracle/reference.h"
#include "model/sim/oracle/reply.h"
#include "model/sim/oracle/verdict.h"

namespace baton::sim {

class History {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::size_t kNoRequest = std::numeric_limits<std::size_t>::max();

  struct Request {
    std::uint64_t connection;
    Arguments args;  // empty: bytes that are no request
    std::uint64_t invoked;
    std::size_t frames_due;
    std::vector<Reply> frames;
    std::uint64_t first_heard = kNever;
    std::uint64_t returned = kNever;  // when its last frame was heard

    [[nodiscard]] bool answered() const noexcept { return frames.size() == frames_due; }
    [[nodiscard]] bool malformed() const noexcept { return args.empty(); }
  };
  // One frame of a connection's stream, in order; the request that it answers, or none: it was pushed.
  struct Frame {
    Reply reply;
    std::uint64_t step;
    std::size_t request;
  };
  struct Connection {
    std::uint64_t opened;
    std::uint64_t closed = kNever;
    std::vector<std::size_t> requests;
    std::vector<Frame> stream;
    bool turned_away = false;  // no request of it was looked at: there are too many clients,
    bool denied = false;       // or it came from another machine

    ReplyDecoder decoder;
    Reference counter;
    std::size_t next_due = 0;  // in `requests`
    bool ends = false;         // QUIT or malformed bytes: nothing is answered from here on
    bool listens = false;      // has asked for messages: an array may be one
    bool monitors = false;
  };

  void opened(std::uint64_t connection, std::uint64_t step);
  // The number of the request, for answered() and requests().
  std::size_t invoked(std::uint64_t connection, Arguments args, std::uint64_t step);
  std::size_t invoked_malformed(std::uint64_t connection, std::uint64_t step) {
    return invoked(connection, {}, step);
  }
  void heard(std::uint64_t connection, std::string_view bytes, std::uint64_t step);
  void closed(std::uint64_t connection, std::uint64_t step);

  [[nodiscard]] bool answered(std::size_t request) const { return requests_[request].answered(); }
  // Requests of a connection that still wait; those behind a QUIT do not.
  [[nodiscard]] std::size_t open_requests(std::uint64_t connection) const;

  [[nodiscard]] const std::vector<Request>& requests() const noexcept { return requests_; }
  [[nodiscard]] const std::map<std::uint64_t, Connection>& connections() const noexcept {
    return connections_;
  }

  // Well-formed streams, no frame that nobody asked for, nothing after the end: the first that was wrong.
  [[nodiscard]] Verdict check() const;
  // When faults have stopped and the run has come to rest: no connection that lives waits for an answer.
  [[nodiscard]] Verdict check_all_answered() const;

 private:
  void take(std::uint64_t number, Connection& connection, Reply frame, std::uint64_t step);
  void complain(std::string text);

  std::map<std::uint64_t, Connection> connections_;
  std::vector<Request> requests_;
  std::size_t frames_ = 0;
  std::string wrong_;
};

// A frame that no request waits for: a message, an invalidation, a line of MONITOR.
[[nodiscard]] bool is_pushed(const Reply& frame, bool listens, bool monitors);

}  // namespace baton::sim
