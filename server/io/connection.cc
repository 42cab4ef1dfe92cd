#include "server/io/connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "queues/check.h"
#include "server/io/io_loop.h"

namespace baton {

Connection::Connection(IoLoop& loop, Held<Session> session)
    : loop_(&loop), session_(std::move(session)), id_(session_->id), stats_(session_->stats) {
  session_->connection = this;
  apply_limits();
}

Connection::~Connection() {
  check(!attached(), "connection: destroyed while open");
  check(!home(), "connection: destroyed with its session");
  input_.release(loop_->pool());
  output_.clear(loop_->pool());
}

int Connection::open() {
  const int fd = std::exchange(session_->fd, -1);
  const int result = loop_->reactor().attach(*this, fd);
  if (result < 0) {
    loop_->parts().sockets.close(fd);
    return result;
  }
  stats_->set(SocketStat::last_active_ms, static_cast<std::uint64_t>(loop_->now_ms()));
  loop_->reactor().receive(*this);
  return 0;
}

void Connection::apply_limits() {
  request_limits_.inline_max = loop_->limits().inline_max;
  request_limits_.bulk_max = loop_->limits().proto_max_bulk_len;
  if (home()) request_limits_.authenticated = session_->authenticated;
}

// --- input
// --------------------------------------------------------------------------------------------------

std::span<char> Connection::receive_buffer() {
  if (body_) return {body_.data() + body_.size(), body_end_ - body_.size()};
  return input_.make_room(loop_->pool());
}

void Connection::on_received(std::ptrdiff_t n) {
  if (n < 0) return close();
  if (n == 0) {
    end_of_stream_ = true;
  } else {
    const auto bytes = static_cast<std::size_t>(n);
    if (body_)
      body_.set_size(body_.size() + bytes);
    else
      input_.received(bytes);
    IoStats& totals = loop_->stats();
    totals.add(IoStat::reads, 1);
    totals.add(IoStat::net_in, bytes);
    stats_->add(SocketStat::reads, 1);
    stats_->add(SocketStat::net_in, bytes);
    stats_->set(SocketStat::last_active_ms, static_cast<std::uint64_t>(loop_->now_ms()));
  }
  go_on();
}

// The session is at home and there may be input: parse it, or wait for more.
void Connection::go_on() {
  if (state_ != State::open) return;
  if (body_ && body_.size() == body_end_) finish_body();
  if (!body_) parse();
  if (!home()) return;
  if (end_of_stream_) return wind_down();
  if (input_.size() + body_end_ + bodies_bytes_ > loop_->limits().query_buffer_limit) {
    loop_->stats().add(IoStat::query_limit_closed, 1);
    loop_->parts().log.warning("Closing client id={} that reached max query buffer length", id_);
    return close();
  }
  input_.release_if_empty(loop_->pool());
  publish_stats();
  loop_->reactor().receive(*this);
}

void Connection::parse() {
  CommandBatch& batch = session_->batch;
  while (!input_.empty() && batch.commands.size() < CommandBatch::kCommandsMax) {
    const std::size_t before = batch.arguments.size();
    const Parsed parsed = parser_.parse(input_.pending(), request_limits_, batch.arguments);
    if (parsed == Parsed::incomplete) break;
    if (parsed == Parsed::body) {
      if (!start_body()) break;
      continue;
    }
    if (parsed == Parsed::error) {
      loop_->stats().add(IoStat::protocol_errors, 1);
      batch.protocol_error = parser_.error();
      discard_input();
      break;
    }
    input_.consume(parser_.consumed());
    if (parsed == Parsed::nothing) continue;
    for (Blob& body : bodies_) batch.bodies.push_back(std::move(body));
    drop_bodies();
    loop_->parts().resolver.append(batch, static_cast<std::uint32_t>(batch.arguments.size() - before));
    // Before AUTH the bounds on a request are tight; what follows AUTH in one packet must be judged after it
    // ran.
    if (!request_limits_.authenticated) break;
  }
  if (batch.empty()) return;
  publish_stats();
  session_->replies.lend(loop_->pool().take_reply());
  loop_->post(std::move(session_), Errand::commands);
}

// The parser met a big argument: what has arrived of it moves into a block of its own, the rest is received
// there. True when all of it was here already.
bool Connection::start_body() {
  body_end_ = parser_.body_size() + 2;
  body_ = Blob::try_allocate(body_end_);
  if (!body_) {
    // What a client announces must not end the server.
    session_->batch.protocol_error =
        "out of memory for an argument of " + std::to_string(parser_.body_size()) + " bytes";
    discard_input();
    return false;
  }
  const std::span<char> pending = input_.pending();
  const std::size_t here = std::min(pending.size() - parser_.body_offset(), body_end_);
  std::memcpy(body_.data(), pending.data() + parser_.body_offset(), here);
  body_.set_size(here);
  // What lies behind the body, when all of it was here, closes up.
  const std::size_t rest = pending.size() - parser_.body_offset() - here;
  std::memmove(pending.data() + parser_.body_offset(), pending.data() + parser_.body_offset() + here, rest);
  input_.cut(parser_.body_offset() + rest);
  if (here < body_end_) return false;
  finish_body();
  return true;
}

void Connection::finish_body() {
  body_.set_size(body_end_ - 2);
  parser_.supply_body(body_.view());
  bodies_bytes_ += body_end_;
  bodies_.push_back(std::move(body_));
  body_ = Blob();
  body_end_ = 0;
}

void Connection::drop_bodies() {
  bodies_.clear();
  bodies_bytes_ = 0;
}

// After a protocol error nothing that follows has a meaning.
void Connection::discard_input() {
  input_.consume(input_.size());
  end_of_stream_ = true;
  body_ = Blob();
  body_end_ = 0;
  drop_bodies();
}

// --- output
// -------------------------------------------------------------------------------------------------

void Connection::come_home(Held<Session> session) {
  check(!home(), "connection: a second session came home");
  session_ = std::move(session);
  session_->batch.clear();
  session_->next_command = 0;
  ReplyBlock* const replies = session_->replies.take();
  output_class_ = session_->output_class;
  may_idle_ = session_->may_idle;
  request_limits_.authenticated = session_->authenticated;
  output_.append(replies, loop_->pool());
  if (state_ == State::shell) return loop_->bury(*this);
  if (session_->close_after_replies) state_ = State::winding_down;
  loop_->schedule_flush(*this);
}

void Connection::deliver(std::string_view bytes) {
  if (state_ != State::open) return;
  output_.append(bytes, loop_->pool());
  loop_->schedule_flush(*this);
}

void Connection::flush_and_continue() {
  if (state_ == State::shell) return;
  if (!flush()) return;
  if (state_ == State::winding_down) {
    if (output_.empty() && home()) return close();
    if (!output_within_limits()) close_for_output();
    return;
  }
  if (!output_within_limits()) return close_for_output();
  if (home())
    go_on();
  else
    publish_stats();
}

// False: the connection was closed.
bool Connection::flush() {
  iovec parts[OutputQueue::kPartsMax];
  std::size_t left = kSendMaxEachTurn;
  while (!output_.empty()) {
    // A client that reads as fast as it is sent to would keep everybody else waiting.
    if (left == 0) {
      loop_->schedule_next_turn(*this);
      break;
    }
    const std::size_t n = output_.parts(parts, left);
    std::size_t offered = 0;
    for (std::size_t i = 0; i < n; ++i) offered += parts[i].iov_len;
    const std::ptrdiff_t sent = loop_->reactor().send(*this, {parts, n});
    if (sent < 0) {
      close();
      return false;
    }
    if (sent == 0) break;
    IoStats& totals = loop_->stats();
    totals.add(IoStat::writes, 1);
    totals.add(IoStat::net_out, static_cast<std::uint64_t>(sent));
    stats_->add(SocketStat::writes, 1);
    stats_->add(SocketStat::net_out, static_cast<std::uint64_t>(sent));
    stats_->set(SocketStat::last_active_ms, static_cast<std::uint64_t>(loop_->now_ms()));
    output_.sent(static_cast<std::size_t>(sent), loop_->pool());
    if (static_cast<std::size_t>(sent) < offered) break;
    left -= offered;
  }
  return true;
}

void Connection::on_sendable() {
  if (!flush()) return;
  publish_stats();
  if (state_ == State::winding_down && output_.empty() && home()) close();
}

bool Connection::output_within_limits() {
  const OutputLimit& limit = loop_->limits().output_limits[static_cast<std::size_t>(output_class_)];
  const std::size_t held = output_.memory();
  if (limit.hard_bytes != 0 && held > limit.hard_bytes) return false;
  if (limit.soft_bytes == 0 || held <= limit.soft_bytes) {
    set_above_soft_limit(false);
    return true;
  }
  set_above_soft_limit(true);
  return loop_->now_ms() - soft_limit_since_ms_ <= limit.soft_seconds * 1000;
}

void Connection::set_above_soft_limit(bool above) {
  if (above == above_soft_limit_) return;
  above_soft_limit_ = above;
  soft_limit_since_ms_ = loop_->now_ms();
  loop_->count_above_soft_limit(above ? 1 : -1);
}

void Connection::close_for_output() {
  loop_->stats().add(IoStat::output_limit_closed, 1);
  loop_->parts().log.warning("Closing client id={} for overcoming of output buffer limits ({} bytes waiting)",
                             id_, output_.bytes());
  close();
}

// --- end
// ----------------------------------------------------------------------------------------------------

void Connection::wind_down() {
  if (state_ != State::open) return;
  state_ = State::winding_down;
  loop_->schedule_flush(*this);
}

void Connection::on_hangup() {
  // While the session is away there may be input that arrived before the end: it is read when the session is
  // back, and the end is met behind it, or by the send of the replies.
  if (home()) close();
}

void Connection::close() {
  if (state_ == State::shell) return;
  state_ = State::shell;
  set_above_soft_limit(false);
  const int fd = loop_->reactor().detach(*this);
  if (fd >= 0) loop_->parts().sockets.close(fd);
  output_.clear(loop_->pool());
  body_ = Blob();
  drop_bodies();
  // Commands that are being executed still point into the input.
  if (home()) loop_->bury(*this);
}

void Connection::tick(std::int64_t now_ms) {
  // One that only waits for its last replies to be read is held to the limits as well.
  if (state_ == State::shell) return;
  if (!output_within_limits()) return close_for_output();
  const std::uint32_t timeout = loop_->limits().timeout_seconds;
  if (timeout == 0 || !home() || may_idle_) return;
  const auto idle_ms = now_ms - static_cast<std::int64_t>(stats_->get(SocketStat::last_active_ms));
  if (idle_ms > std::int64_t{timeout} * 1000) {
    loop_->stats().add(IoStat::idle_closed, 1);
    loop_->parts().log.verbose("Closing idle client id={}", id_);
    close();
  }
}

int Connection::move_to(IoLoop& loop) {
  const bool has_work = std::exchange(flush_scheduled, false) || !output_.empty();
  const int fd = attached() ? loop_->reactor().detach(*this) : -1;
  if (above_soft_limit_) {
    loop_->count_above_soft_limit(-1);
    loop.count_above_soft_limit(1);
  }
  loop_ = &loop;
  if (fd < 0) return 0;
  const int result = loop.reactor().attach(*this, fd);
  if (result < 0) {
    loop.parts().sockets.close(fd);
    return result;
  }
  if (has_work)
    loop.schedule_flush(*this);
  else if (home() && state_ == State::open)
    loop.reactor().receive(*this);
  return 0;
}

void Connection::publish_stats() {
  stats_->set(SocketStat::query_bytes, input_.size() + body_.size());
  stats_->set(SocketStat::query_capacity, input_.capacity() - input_.size());
  stats_->set(SocketStat::argument_bytes, parser_.partial_bytes());
  stats_->set(SocketStat::output_bytes, output_.bytes());
  stats_->set(SocketStat::output_blocks, output_.blocks());
  stats_->set(SocketStat::output_memory, output_.memory());
}

}  // namespace baton
