// What is left of a pid file when writing it fails at one step or another.
#include "server/main/pid_file.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <string>
#include <vector>

namespace baton {
namespace {

// In memory; what no pid file needs refuses.
class FailingFiles final : public Files {
 public:
  int replace(const std::string& path, std::string_view content) override {
    if (fails_before) return -ENOSPC;
    contents[path] = content;
    return fails_after ? -EIO : 0;
  }
  int load(const std::string& path, std::string& content, std::size_t bytes_max) override {
    if (!contents.contains(path)) return -ENOENT;
    if (contents[path].size() > bytes_max) return -EFBIG;
    content = contents[path];
    return 0;
  }
  int unlink(const std::string& path) override { return contents.erase(path) == 0 ? -ENOENT : 0; }
  int open(const std::string&, OpenMode, unsigned) override { return -ENOSYS; }
  void close(int) override {}
  ssize_t read(int, std::span<char>) override { return -ENOSYS; }
  int write(int, std::string_view) override { return -ENOSYS; }
  int sync(int) override { return -ENOSYS; }
  int rename(const std::string&, const std::string&) override { return -ENOSYS; }
  int chmod(const std::string&, unsigned) override { return -ENOSYS; }
  bool exists(const std::string& path) override { return contents.contains(path); }
  int match(const std::string&, std::vector<std::string>&) override { return -ENOSYS; }

  std::map<std::string, std::string> contents;
  bool fails_before = false;
  bool fails_after = false;  // its name was not made durable
};

constexpr const char* kPath = "/run/baton.pid";

class PidFileTest : public testing::Test {
 protected:
  FailingFiles files_;
};

TEST_F(PidFileTest, LivesAsLongAsItsObject) {
  {
    PidFile file(files_, kPath);
    EXPECT_EQ(file.write(4711), 0);
    EXPECT_EQ(files_.contents[kPath], "4711\n");
  }
  EXPECT_FALSE(files_.exists(kPath));
}

TEST_F(PidFileTest, IsTakenAwayWhenOnlyItsNameWasNotMadeDurable) {
  files_.fails_after = true;
  {
    PidFile file(files_, kPath);
    EXPECT_EQ(file.write(4711), -EIO);
    EXPECT_EQ(files_.contents[kPath], "4711\n");
  }
  EXPECT_FALSE(files_.exists(kPath));
}

TEST_F(PidFileTest, LeavesAnothersFileWhenItCouldNotReplaceIt) {
  files_.contents[kPath] = "7\n";
  files_.fails_before = true;
  {
    PidFile file(files_, kPath);
    EXPECT_EQ(file.write(4711), -ENOSPC);
  }
  EXPECT_EQ(files_.contents[kPath], "7\n");
}

TEST_F(PidFileTest, LeavesTheFileOfAServerThatCameAfter) {
  {
    PidFile file(files_, kPath);
    EXPECT_EQ(file.write(4711), 0);
    files_.contents[kPath] = "4712\n";
  }
  EXPECT_EQ(files_.contents[kPath], "4712\n");
}

TEST_F(PidFileTest, WithoutAPathWritesNothing) {
  PidFile file(files_, "");
  EXPECT_EQ(file.write(4711), 0);
  EXPECT_TRUE(files_.contents.empty());
}

}  // namespace
}  // namespace baton
