// Connection: the socket side of one client: descriptor, input and output, and the session while it is at
// home.
//
//   receive -> parse -> hand the session over -> (away) -> home with replies -> send -> parse or receive
//   again
//
// Ownership   Belongs to one I/O loop. The session is either here (home) or away with the executor; while it
// is away the
//             connection does not parse, does not receive and does not touch the batch.
// I8          Closed once, here. When the session is away at that time the connection stays as an empty shell
// until it comes home. End of      Input that arrived before the peer's end of stream is answered; then, with
// its output sent, it closes. stream
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "queues/held.h"
#include "server/io/input_buffer.h"
#include "server/io/output_queue.h"
#include "server/io/session.h"
#include "server/net/reactor.h"
#include "server/resp/request_parser.h"

namespace baton {

class IoLoop;

class Connection final : public Endpoint {
 public:
  Connection(IoLoop& loop, Held<Session> session);
  ~Connection() override;

  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

  // 0 or -errno: the descriptor of the session's adopt errand is registered and the first receive submitted.
  [[nodiscard]] int open();
  // What one connection sends before others have their turn, bytes.
  static constexpr std::size_t kSendMaxEachTurn = 64 * 1024;

  // The session is back with its replies.
  void come_home(Held<Session> session);
  // Bytes that the executor wants sent outside of a reply.
  void deliver(std::string_view bytes);
  // Sends what it can; then, when the session is at home, goes on with the input.
  void flush_and_continue();
  // Sends what is queued, then closes; takes no more input (shutdown).
  void wind_down();
  void close();
  [[nodiscard]] bool closed() const noexcept { return state_ == State::shell; }
  // The loop takes the session of a closed connection.
  [[nodiscard]] Held<Session> part_from_session() noexcept { return std::move(session_); }

  // Once a second when idle time is limited or somebody is above a soft output limit, and when limits change.
  void tick(std::int64_t now_ms);
  void apply_limits();

  // For whoever holds this loop's thread at rest: leaves one loop for another with all that is queued.
  [[nodiscard]] int move_to(IoLoop& loop);
  [[nodiscard]] bool belongs_to(const IoLoop& loop) const noexcept { return loop_ == &loop; }

  std::span<char> receive_buffer() override;
  void on_received(std::ptrdiff_t n) override;
  void on_sendable() override;
  void on_hangup() override;

  bool flush_scheduled = false;  // the loop's mark: already in its list

 private:
  enum class State : std::uint8_t {
    open,
    winding_down,  // no more input; closes when the output is sent
    shell          // socket closed; waits for its session
  };

  [[nodiscard]] bool home() const noexcept { return static_cast<bool>(session_); }
  void go_on();
  void parse();
  bool start_body();
  void finish_body();
  void drop_bodies();
  void discard_input();
  [[nodiscard]] bool flush();
  [[nodiscard]] bool output_within_limits();
  void set_above_soft_limit(bool above);
  void close_for_output();
  void publish_stats();

  IoLoop* loop_;
  Held<Session> session_;
  const std::uint64_t id_;
  SocketStats* const stats_;
  State state_ = State::open;
  bool end_of_stream_ = false;
  ClientClass output_class_ = ClientClass::normal;
  bool may_idle_ = false;
  bool above_soft_limit_ = false;
  std::int64_t soft_limit_since_ms_ = 0;  // when it is

  RequestParser parser_;
  RequestLimits request_limits_;
  InputBuffer input_;
  Blob body_;                 // a big argument under way
  std::size_t body_end_ = 0;  // its bytes with CRLF
  std::vector<Blob> bodies_;  // whole ones of the unfinished command
  std::size_t bodies_bytes_ = 0;
  OutputQueue output_;
};

}  // namespace baton
