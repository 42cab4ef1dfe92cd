// D2, D3, H31: an object of the keyspace that a reply, on another thread, refers to as well.
// expect: (use of|call to) (a )?(implicitly-)?deleted (copy )?(function|constructor)
#include <utility>

#include "server/resp/blob.h"

baton::Blob reply_with(baton::Blob& value) {
#ifdef BATON_ZOO_DEFECT
  return value;
#else
  return std::move(value);
#endif
}
