// B6, C7: one client on a pending list twice, or pending and blocked at once.
// expect: (use of|call to) (a )?(implicitly-)?deleted (copy )?(function|constructor)
#include "queues/held.h"
#include "server/io/session.h"

#include <utility>

void list_twice(baton::Held<baton::Session>& first) {
#ifdef BATON_ZOO_DEFECT
  baton::Held<baton::Session> second(first);
#else
  baton::Held<baton::Session> second(std::move(first));
#endif
  (void)second.release();
}
