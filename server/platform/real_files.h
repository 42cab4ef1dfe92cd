// RealFiles: Files on Linux.
#pragma once

#include "server/platform/files.h"

namespace baton {

class RealFiles final : public Files {
 public:
  int open(const std::string& path, OpenMode mode, unsigned permission = 0644) override;
  void close(int fd) override;
  ssize_t read(int fd, std::span<char> into) override;
  int write(int fd, std::string_view bytes) override;
  int sync(int fd) override;
  int rename(const std::string& from, const std::string& to) override;
  int unlink(const std::string& path) override;
  int chmod(const std::string& path, unsigned permission) override;
  bool exists(const std::string& path) override;
  int match(const std::string& pattern, std::vector<std::string>& out) override;
  int load(const std::string& path, std::string& content, std::size_t bytes_max) override;
  int replace(const std::string& path, std::string_view content) override;
};

}  // namespace baton
