// D5, D6, D16, C4: an I/O thread that writes into what is the executor's.
// expect: incomplete type
#include "server/io/session.h"
#ifndef BATON_ZOO_DEFECT
#include "server/exec/client.h"  // the executor's room: io may not (source_zoo_test.cc)
#endif

void note_the_end(baton::Session& session) { session.client->killed = true; }
