// C3: the test of a flag in the wrong one of two words whose bits share numbers.
// expect: no match for .operator==.|invalid operands to binary expression
#include "server/io/session.h"

bool is_closed(const baton::Session& session) {
#ifdef BATON_ZOO_DEFECT
  return session.kind() == baton::Errand::closed;
#else
  return session.errand == baton::Errand::closed;
#endif
}
