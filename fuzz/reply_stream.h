// ReplyStream: does a string of bytes read as replies, one after the other? An independent reader, used to
// judge what the server sent: it shares nothing with the writer.
#pragma once

#include <cstddef>
#include <string_view>

namespace baton {

struct ReplyStream {
  bool well_formed = true;  // nothing contradicts the protocol
  bool whole = true;        // and it ends where a reply ends
  std::size_t replies = 0;  // whole ones, pushes included
};

// RESP2 and RESP3 alike: a client may switch on the way.
[[nodiscard]] ReplyStream read_replies(std::string_view bytes);

}  // namespace baton
