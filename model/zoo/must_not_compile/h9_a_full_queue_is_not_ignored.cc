// H9: the hand-off failed because the ring was full, and nobody looked at what it returned.
// expect: ignoring return value
#include "queues/mailbox.h"

struct Job : baton::ChainLink<Job> {};

bool end_of_turn(baton::Mailbox<Job>& mail) {
#ifdef BATON_ZOO_DEFECT
  mail.flush();
  return true;
#else
  return mail.flush();
#endif
}
