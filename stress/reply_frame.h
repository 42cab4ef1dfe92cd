// Where one reply ends in a stream of bytes: RESP2 and RESP3, nothing kept between calls.
//
// Written apart from the server's own code on purpose: a mistake that both made would hide itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace baton {

enum class FrameState : std::uint8_t { kWhole, kMore, kMalformed };

struct Frame {
  FrameState state;
  std::size_t bytes;  // of the whole reply; 0 unless kWhole
};

// The first reply in `bytes`.
[[nodiscard]] Frame first_frame(std::string_view bytes);

// The bytes as they may be printed: escaped, and cut in the middle when they are many.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t bytes_max = 120);

}  // namespace baton
