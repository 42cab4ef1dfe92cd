// replace() writes a temporary file beside the target, syncs it, renames it over the target and syncs the
// directory, so that a crash at any point leaves the old content or the new. When the directory cannot be
// synced the new content stays: taking it back would be one more change that may not be durable.
#include "server/platform/real_files.h"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace baton {
namespace {

// Where a symbolic link leads; the path itself when it is none, or leads nowhere yet.
std::string resolved(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (!real) return path;
  std::string result = real;
  std::free(real);
  return result;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

int sync_descriptor(int fd) {
  while (::fsync(fd) != 0)
    if (errno != EINTR) return -errno;
  return 0;
}

int sync_directory(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return -errno;
  const int error = sync_descriptor(fd);
  ::close(fd);
  return error;
}

}  // namespace

int RealFiles::open(const std::string& path, OpenMode mode, unsigned permission) {
  int flags = O_CLOEXEC;
  switch (mode) {
    case OpenMode::read:
      flags |= O_RDONLY;
      break;
    case OpenMode::append:
      flags |= O_WRONLY | O_CREAT | O_APPEND;
      break;
    case OpenMode::truncate:
      flags |= O_WRONLY | O_CREAT | O_TRUNC;
      break;
  }
  for (;;) {
    const int fd = ::open(path.c_str(), flags, permission);
    if (fd >= 0) return fd;
    if (errno != EINTR) return -errno;
  }
}

void RealFiles::close(int fd) { ::close(fd); }

ssize_t RealFiles::read(int fd, std::span<char> into) {
  for (;;) {
    const ssize_t n = ::read(fd, into.data(), into.size());
    if (n >= 0) return n;
    if (errno != EINTR) return -errno;
  }
}

int RealFiles::write(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return -errno;
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int RealFiles::sync(int fd) { return sync_descriptor(fd); }

int RealFiles::rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : -errno;
}

int RealFiles::unlink(const std::string& path) { return ::unlink(path.c_str()) == 0 ? 0 : -errno; }

int RealFiles::chmod(const std::string& path, unsigned permission) {
  return ::chmod(path.c_str(), permission) == 0 ? 0 : -errno;
}

bool RealFiles::exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

int RealFiles::match(const std::string& pattern, std::vector<std::string>& out) {
  glob_t found{};
  const int outcome = ::glob(pattern.c_str(), 0, nullptr, &found);
  if (outcome == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  return outcome == 0 || outcome == GLOB_NOMATCH ? 0 : outcome == GLOB_NOSPACE ? -ENOMEM : -EIO;
}

int RealFiles::load(const std::string& path, std::string& content, std::size_t bytes_max) {
  const int fd = open(path, OpenMode::read);
  if (fd < 0) return fd;
  content.clear();
  std::vector<char> block(64 * 1024);
  for (;;) {
    const ssize_t n = read(fd, block);
    if (n <= 0 || content.size() + static_cast<std::size_t>(n) > bytes_max) {
      ::close(fd);
      return n > 0 ? -EFBIG : static_cast<int>(n);
    }
    content.append(block.data(), static_cast<std::size_t>(n));
  }
}

int RealFiles::replace(const std::string& path, std::string_view content) {
  const std::string target = resolved(path);
  std::string temporary = target + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return -errno;
  struct stat old {};
  const mode_t permission = ::stat(target.c_str(), &old) == 0 ? old.st_mode & 07777 : 0644;
  int error = write(fd, content);
  if (error == 0 && ::fchmod(fd, permission) != 0) error = -errno;
  if (error == 0) error = sync(fd);
  ::close(fd);
  if (error == 0) error = rename(temporary, target);
  if (error != 0) {
    ::unlink(temporary.c_str());
    return error;
  }
  return sync_directory(directory_of(target));
}

}  // namespace baton
