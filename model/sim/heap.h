// Heap: what a run takes of the heap and does not give back, and what it gives back twice.
//
//   const std::int64_t before = heap::blocks();
//   ...                                              // a run that ends in an orderly way
//   if (heap::blocks() != before) ...                // something is left, or went twice
//
// Counted     Every block of operator new, whoever asks for it. Every block of malloc and its kin that the
//             program asks for, or a library in it that was linked statically: the server and the simulated
//             world. Not what a shared library takes inside itself; so what such a library gives away to be
//             freed (strdup, getline, realpath) the platform's law forbids the server. Caches that are filled
//             once are told from leaks by running the seed again (SimRun): a cache takes nothing the second
//             time.
// Checked     A block of operator new that is deleted twice, or was never taken, fails the run where that
//             happens. Deleted blocks are overwritten and kept back for a while, so that whoever still uses
//             one reads no client, and whoever writes to one is found when it goes.
// Not here    Under AddressSanitizer, which does all this better; watched() says so.
//
// It replaces operator new and delete in the programs that link it, and stands between them and the C
// allocator (the linker's --wrap); so it is of the process, not of a run.
#pragma once

#include <cstdint>
#include <string>

namespace baton::sim::heap {

// Is anything counted?
[[nodiscard]] bool watched();
// Taken and not given back.
[[nodiscard]] std::int64_t blocks();

// From here on, note who takes each block.
void note_blocks();
// No longer; those that are left, for people: sizes, and where in the program the first were taken.
[[nodiscard]] std::string noted_blocks();

}  // namespace baton::sim::heap
