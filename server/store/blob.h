// Blob lives with the parser, which is below the store; see there.
#pragma once

#include "server/resp/blob.h"  // IWYU pragma: export
