// Files: what the server keeps on disk. Every call returns at least 0 or -errno; -EINTR is never returned.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace baton {

enum class OpenMode : unsigned char {
  read,
  append,   // created when missing
  truncate  // created when missing, emptied when not
};

class Files {
 public:
  virtual ~Files() = default;

  virtual int open(const std::string& path, OpenMode mode, unsigned permission = 0644) = 0;
  virtual void close(int fd) = 0;
  // Bytes read, 0 at the end.
  virtual ssize_t read(int fd, std::span<char> into) = 0;
  // Writes all of it: 0, or -errno with an unknown part written.
  virtual int write(int fd, std::string_view bytes) = 0;
  virtual int sync(int fd) = 0;

  virtual int rename(const std::string& from, const std::string& to) = 0;
  virtual int unlink(const std::string& path) = 0;
  virtual int chmod(const std::string& path, unsigned permission) = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) = 0;
  // Paths that match a shell pattern, sorted (the `include` directive).
  virtual int match(const std::string& pattern, std::vector<std::string>& out) = 0;

  // The whole content; -EFBIG when there is more than `bytes_max`.
  virtual int load(const std::string& path, std::string& content, std::size_t bytes_max) = 0;
  // After 0 the file holds `content`, durably. After an error it holds the old content or the new, whole: the
  // new when only the last step failed, that of making its name durable, and then a power failure may bring
  // the old one back. A reader never sees a mixture, nor finds one after a crash. Keeps the permissions of
  // the old file, and writes through a symbolic link.
  virtual int replace(const std::string& path, std::string_view content) = 0;
};

}  // namespace baton
