// prefetch: asks for the cache line at an address, as __builtin_prefetch does, in a way that a function may
// end with.
//
// g++ 12 takes a function that does nothing but __builtin_prefetch for one without effects, and drops calls
// to it. The empty statement is an effect, so the calls stay.
#pragma once

namespace baton {

[[gnu::always_inline]] inline void prefetch(const void* address) noexcept {
  __builtin_prefetch(address);
  asm("");  // basic asm is never dropped
}

}  // namespace baton
