#include "model/explorer/trace.h"

#include <cstdlib>

namespace baton::explorer {

const char* name_of(Event event) {
  switch (event) {
    case Event::kBegin:
      return "begin";
    case Event::kLoad:
      return "load";
    case Event::kStore:
      return "store";
    case Event::kRmw:
      return "rmw";
    case Event::kFence:
      return "fence";
    case Event::kLock:
      return "lock";
    case Event::kUnlock:
      return "unlock";
    case Event::kPost:
      return "post";
    case Event::kWait:
      return "wait";
    case Event::kClear:
      return "clear";
    case Event::kPause:
      return "pause";
    case Event::kCell:
      return "cell";
    case Event::kOther:
      return "other";
  }
  std::abort();
}

}  // namespace baton::explorer
