// A schedule in the terminal: a line for each step, a column for each thread.
//
//        executor                       io 1                                                       where
//    12  load word 2 = 0 acquire <- 4   |                                                spsc_ring.h:102
//    13* |                              store word 2 = 1 release                          spsc_ring.h:61
//
// A step's text starts in its thread's column and may run over the columns to the right, which are quiet
// during this step. `<- 4` is the step whose value was read, `*` a preemption: the thread before could have
// gone on.
#pragma once

#include <string>

#include "model/explorer/trace.h"

namespace baton::explorer {

enum class Cells : unsigned char { kShown, kDim, kOmitted };

struct ColumnsOptions {
  unsigned width = 132;       // of the terminal; less than 80 counts as 80
  Cells cells = Cells::kDim;  // plain accesses; dim shows only with colour
  bool colour = false;        // ANSI
};

// Ends in a newline. No line is wider than the options say, but for the one that replays the schedule, which
// is there to be copied.
[[nodiscard]] std::string columns(const Trace& trace, const ColumnsOptions& options = {});

}  // namespace baton::explorer
