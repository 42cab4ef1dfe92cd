// tag_match: which of eight bytes equal a tag; bit i of the answer stands for byte i.
//
// One comparison of a vector where the processor has SSE2, arithmetic on a word elsewhere; both are compiled
// everywhere and tested against each other.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace baton {

[[nodiscard]] inline unsigned tag_match_by_word(const std::uint8_t* eight, std::uint8_t tag) noexcept {
  static_assert(std::endian::native == std::endian::little, "byte i must be bits 8i to 8i+7");
  constexpr std::uint64_t kLow7 = 0x7f7f'7f7f'7f7f'7f7f;
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  word ^= tag * std::uint64_t{0x0101'0101'0101'0101};
  // A byte's high bit stays clear when the byte is zero: no carry leaves a byte, so each is judged alone.
  const std::uint64_t zeros = ~(((word & kLow7) + kLow7) | word | kLow7);
  // The high bits of the bytes, gathered into the top byte.
  return static_cast<unsigned>((zeros >> 7) * 0x0102'0408'1020'4080 >> 56);
}

[[nodiscard]] inline unsigned tag_match(const std::uint8_t* eight, std::uint8_t tag) noexcept {
#if defined(__SSE2__)
  const __m128i line = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(eight));
  return static_cast<unsigned>(
             _mm_movemask_epi8(_mm_cmpeq_epi8(line, _mm_set1_epi8(static_cast<char>(tag))))) &
         0xff;
#else
  return tag_match_by_word(eight, tag);
#endif
}

}  // namespace baton
