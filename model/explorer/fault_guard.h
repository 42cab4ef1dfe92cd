// A fault of the machine inside an execution, as its failure.
#pragma once

#include "model/explorer/fiber.h"

namespace baton::explorer {

// Turns a fault of the machine inside an execution (a wild pointer, an overflown stack) into its failure.
// Once a process; faults outside an execution stay what they are. Under AddressSanitizer, which reports them
// better, it does nothing.
void install_fault_guard();
#if defined(BATON_ADDRESS_SANITIZER)
inline constexpr bool kFaultsAreFailures = false;
#else
inline constexpr bool kFaultsAreFailures = true;
#endif

}  // namespace baton::explorer
