#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "server/platform/real_files.h"
#include "server/platform/temporary_directory.h"

namespace baton {
namespace {

class FilesTest : public testing::Test {
 protected:
  std::string content(const std::string& path) {
    std::string text;
    EXPECT_EQ(files_.load(path, text, 1 << 20), 0);
    return text;
  }
  void store(const std::string& path, std::string_view text, OpenMode mode = OpenMode::truncate) {
    const int fd = files_.open(path, mode);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(files_.write(fd, text), 0);
    EXPECT_EQ(files_.sync(fd), 0);
    files_.close(fd);
  }
  std::vector<std::string> names() {
    std::vector<std::string> found;
    EXPECT_EQ(files_.match(directory_.file("*"), found), 0);
    return found;
  }

  RealFiles files_;
  TemporaryDirectory directory_;
};

TEST_F(FilesTest, WhatIsWrittenAndAppendedIsLoaded) {
  const std::string path = directory_.file("a");
  EXPECT_FALSE(files_.exists(path));
  store(path, "first\n");
  store(path, std::string(200'000, 'x'), OpenMode::append);
  EXPECT_TRUE(files_.exists(path));
  EXPECT_EQ(content(path), "first\n" + std::string(200'000, 'x'));
  store(path, "new");
  EXPECT_EQ(content(path), "new");
}

TEST_F(FilesTest, ReadGivesZeroAtTheEnd) {
  store(directory_.file("a"), "abc");
  const int fd = files_.open(directory_.file("a"), OpenMode::read);
  std::array<char, 8> block;
  EXPECT_EQ(files_.read(fd, block), 3);
  EXPECT_EQ(files_.read(fd, block), 0);
  files_.close(fd);
}

TEST_F(FilesTest, FaultsAreReturnedAsNumbers) {
  std::string text = "kept";
  EXPECT_EQ(files_.load(directory_.file("none"), text, 10), -ENOENT);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(files_.load(directory_.path(), text, 10), -EISDIR);
  EXPECT_EQ(files_.open(directory_.file("no/such"), OpenMode::append), -ENOENT);
  EXPECT_EQ(files_.unlink(directory_.file("none")), -ENOENT);
  EXPECT_EQ(files_.rename(directory_.file("none"), directory_.file("b")), -ENOENT);
  EXPECT_EQ(files_.chmod(directory_.file("none"), 0600), -ENOENT);
  EXPECT_EQ(files_.write(-1, "x"), -EBADF);
  EXPECT_EQ(files_.sync(-1), -EBADF);
}

TEST_F(FilesTest, LoadRefusesWhatIsLargerThanTheBound) {
  store(directory_.file("a"), "12345");
  std::string text;
  EXPECT_EQ(files_.load(directory_.file("a"), text, 5), 0);
  EXPECT_EQ(files_.load(directory_.file("a"), text, 4), -EFBIG);
}

TEST_F(FilesTest, RenameAndUnlinkMoveAndRemove) {
  store(directory_.file("a"), "1");
  EXPECT_EQ(files_.rename(directory_.file("a"), directory_.file("b")), 0);
  EXPECT_EQ(content(directory_.file("b")), "1");
  EXPECT_EQ(files_.unlink(directory_.file("b")), 0);
  EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_F(FilesTest, MatchGivesSortedPaths) {
  for (const char* name : {"b.conf", "a.conf", "c.txt"}) store(directory_.file(name), "");
  std::vector<std::string> found;
  EXPECT_EQ(files_.match(directory_.file("*.conf"), found), 0);
  EXPECT_THAT(found, testing::ElementsAre(directory_.file("a.conf"), directory_.file("b.conf")));
}

TEST_F(FilesTest, ReplaceCreatesOrReplacesAndLeavesNothingElse) {
  const std::string path = directory_.file("a");
  EXPECT_EQ(files_.replace(path, "one"), 0);
  EXPECT_EQ(files_.chmod(path, 0640), 0);
  EXPECT_EQ(files_.replace(path, "two"), 0);
  EXPECT_EQ(content(path), "two");
  struct stat now {};
  ASSERT_EQ(::stat(path.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0640u);
  EXPECT_THAT(names(), testing::ElementsAre(path));
}

TEST_F(FilesTest, ReplaceWritesThroughASymbolicLink) {
  store(directory_.file("target"), "old");
  std::filesystem::create_symlink(directory_.file("target"), directory_.file("link"));
  EXPECT_EQ(files_.replace(directory_.file("link"), "new"), 0);
  EXPECT_TRUE(std::filesystem::is_symlink(directory_.file("link")));
  EXPECT_EQ(content(directory_.file("target")), "new");
}

// A file size limit fails the write in the middle, as a full disk does.
TEST_F(FilesTest, ReplaceThatRunsOutOfSpaceKeepsTheOldFile) {
  const std::string path = directory_.file("a");
  store(path, "old");
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{10, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const int error = files_.replace(path, std::string(100, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_EQ(error, -EFBIG);
  EXPECT_EQ(content(path), "old");
  EXPECT_THAT(names(), testing::ElementsAre(path));
}

TEST_F(FilesTest, ReplaceInADirectoryThatDoesNotExistReportsIt) {
  EXPECT_EQ(files_.replace(directory_.file("no/such"), "x"), -ENOENT);
}

}  // namespace
}  // namespace baton
