#include "server/io/command_batch.h"

namespace baton {

namespace {
constexpr std::size_t kArgumentsKept = 256;

template <class T>
void clear_keeping(std::vector<T>& vector, std::size_t kept) {
  vector.clear();
  if (vector.capacity() > kept) vector.shrink_to_fit();
}
}  // namespace

void CommandBatch::clear() {
  clear_keeping(arguments, kArgumentsKept);
  clear_keeping(commands, kArgumentsKept);
  clear_keeping(hashes, kArgumentsKept);
  bodies.clear();
  protocol_error.clear();
}

}  // namespace baton
