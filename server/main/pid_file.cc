#include "server/main/pid_file.h"

#include <fmt/core.h>

namespace baton {

int PidFile::write(int pid) {
  if (path_.empty()) return 0;
  const std::string text = fmt::format("{}\n", pid);
  const int error = files_.replace(path_, text);
  ours_ = error >= 0;
  if (error < 0) {
    // Only its name was not made durable?
    std::string found;
    ours_ = files_.load(path_, found, text.size()) >= 0 && found == text;
  }
  return error;
}

PidFile::~PidFile() {
  if (ours_) files_.unlink(path_);
}

}  // namespace baton
