#include "server/main/pid_file.h"

#include <fmt/core.h>

namespace baton {

int PidFile::write(int pid) {
  if (path_.empty()) return 0;
  text_ = fmt::format("{}\n", pid);
  return files_.replace(path_, text_);
}

// Looked at only now: a file whose name was not made durable is ours as well, another's is not.
PidFile::~PidFile() {
  if (text_.empty()) return;
  std::string found;
  if (files_.load(path_, found, text_.size()) >= 0 && found == text_) files_.unlink(path_);
}

}  // namespace baton
