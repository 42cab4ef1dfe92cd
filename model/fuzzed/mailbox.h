// Mailboxes both ways, with a protocol made of bytes: sessions that begin late, are answered late, are killed
// by either side, and a server that stops in the middle.
//
// Bytes     machine and queue kind; threads, sessions, batches and when outboxes are flushed; after how many
//           answers the executor stops; for each session when it begins, its rounds, who kills it when, and
//           which rounds are answered late; the rest is the schedule.
// Holds     Sessions of one direction arrive in the order posted, each once, and are touched by one hand
//           (I1 to I4); nobody sleeps for ever (I5); a killed or stopped session is released once; every
//           thread ends.
// Defects   kMailboxDefects.
#pragma once

#include <memory>

#include "model/explorer/fuzzed_program.h"

namespace baton::explorer {

[[nodiscard]] std::unique_ptr<FuzzedProgram> make_fuzzed_mailbox();

}  // namespace baton::explorer
