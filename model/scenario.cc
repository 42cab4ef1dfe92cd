#include "model/scenario.h"

#include <cstdlib>

namespace baton::model {

std::string name_of(const Search& search) {
  switch (search.kind) {
    case Search::Kind::kFull:
      return "full";
    case Search::Kind::kBound:
      return "bound" + std::to_string(search.bound);
    case Search::Kind::kRandom:
      return "random";
  }
  std::abort();
}

bool parse(const std::string& name, Search& search) {
  if (name == "full") {
    search = full();
  } else if (name == "random") {
    search = random(1);
  } else if (name.size() == 6 && name.starts_with("bound") && name[5] >= '0' && name[5] <= '9') {
    search = bound(static_cast<unsigned>(name[5] - '0'));
  } else {
    return false;
  }
  return true;
}

}  // namespace baton::model
