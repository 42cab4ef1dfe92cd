// PidFile: the file that tells scripts which process the server is, from its start to its end.
//
// A server that cannot write it runs nevertheless: it hinders nobody who does not look at it. After a crash
// the file stays, and the next start replaces it. One that could not be made durable is in place all the
// same, and taken away like any other: a file of a process that has ended misleads.
#pragma once

#include <string>

#include "server/platform/files.h"

namespace baton {

class PidFile {
 public:
  // An empty path: there is none to write.
  PidFile(Files& files, std::string path) : files_(files), path_(std::move(path)) {}
  ~PidFile();
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

  // 0, or -errno.
  int write(int pid);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Files& files_;
  const std::string path_;
  std::string text_;  // that was to be written
};

}  // namespace baton
