// The simulated disk: what a power failure may leave of files, and what it must.
#include "model/sim/sim_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "model/sim/test_machine.h"

namespace baton::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr std::uint64_t kCrashes = 300;

// What is at the path after each of many power failures behind the same calls; "none" for no file.
std::map<std::string, int> left_at(const std::string& path, const std::function<void(SimPlatform&)>& before) {
  std::map<std::string, int> left;
  for (std::uint64_t seed = 0; seed < kCrashes; ++seed) {
    TestMachine machine(seed);
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      before(sim);
      Dice dice(seed, 1);
      sim.files.crash(dice);
      const std::string* const content = sim.files.content(path);
      ++left[content ? *content : "none"];
    }),
              "");
  }
  return left;
}

std::set<std::string> keys_of(const std::map<std::string, int>& counts) {
  std::set<std::string> keys;
  for (const auto& [key, count] : counts) keys.insert(key);
  return keys;
}

void write_file(SimPlatform& sim, const std::string& path, OpenMode mode, const std::string& text,
                bool sync) {
  const int fd = sim.files.open(path, mode, 0644);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(sim.files.write(fd, text), 0);
  EXPECT_EQ(sync ? sim.files.sync(fd) : 0, 0);
  sim.files.close(fd);
}

// ---- without a crash

TEST(SimFiles, WhatIsWrittenIsReadAtOnce) {
  TestMachine machine;
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    write_file(sim, "/srv/a", OpenMode::append, "one ", false);
    write_file(sim, "/srv/a", OpenMode::append, "two", false);
    const int fd = sim.files.open("/srv/a", OpenMode::read, 0);
    std::string part(5, '\0');
    EXPECT_EQ(sim.files.read(fd, part), 5);
    EXPECT_EQ(part, "one t");
    EXPECT_EQ(sim.files.read(fd, part), 2);
    EXPECT_EQ(sim.files.read(fd, part), 0);
    EXPECT_EQ(sim.files.write(fd, "x"), -EBADF) << "opened to be read";
    sim.files.close(fd);
    write_file(sim, "/srv/a", OpenMode::truncate, "three", false);
    std::string whole;
    EXPECT_EQ(sim.files.load("/srv/a", whole, 4), -EFBIG);
    EXPECT_EQ(sim.files.load("/srv/a", whole, 5), 0);
    EXPECT_EQ(whole, "three");
    EXPECT_EQ(sim.kernel.open_descriptors(), "");
  }),
            "");
}

TEST(SimFiles, NamesThatAreNotThereAreErrors) {
  TestMachine machine;
  EXPECT_EQ(machine.run([](SimPlatform& sim) {
    EXPECT_EQ(sim.files.open("/srv/a", OpenMode::read, 0), -ENOENT);
    EXPECT_EQ(sim.files.rename("/srv/a", "/srv/b"), -ENOENT);
    EXPECT_EQ(sim.files.unlink("/srv/a"), -ENOENT);
    EXPECT_EQ(sim.files.chmod("/srv/a", 0600), -ENOENT);
    std::string content = "kept";
    EXPECT_EQ(sim.files.load("/srv/a", content, 100), -ENOENT);
    EXPECT_EQ(content, "kept");
    for (const char* name : {"/srv/b.conf", "/srv/a.conf", "/srv/a.txt", "/etc/c.conf"})
      sim.files.put(name, "");
    std::vector<std::string> found;
    EXPECT_EQ(sim.files.match("/srv/*.conf", found), 0);
    EXPECT_THAT(found, ElementsAre("/srv/a.conf", "/srv/b.conf"));
    EXPECT_EQ(sim.files.unlink("/srv/a.conf"), 0);
    EXPECT_FALSE(sim.files.exists("/srv/a.conf"));
  }),
            "");
}

// ---- contents after a crash

TEST(SimFiles, WhatWasSyncedIsThereAfterACrash) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "");
    write_file(sim, "/srv/a", OpenMode::append, std::string(2000, 'x'), true);
  });
  EXPECT_THAT(keys_of(left), UnorderedElementsAre(std::string(2000, 'x')));
}

TEST(SimFiles, WhatWasNotSyncedIsThereGoneOrTorn) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", std::string(1000, 'a'));
    write_file(sim, "/srv/a", OpenMode::append, std::string(2000, 'b'), false);
  });
  int none = 0, gaps = 0, torn = 0;
  for (const auto& [content, count] : left) {
    ASSERT_GE(content.size(), 1000u);
    ASSERT_LE(content.size(), 3000u);
    EXPECT_EQ(content.substr(0, 1000), std::string(1000, 'a')) << "synced bytes are never lost";
    const std::string rest = content.substr(1000);
    EXPECT_EQ(rest.find_first_not_of(std::string("b\0", 2)), std::string::npos);
    if (rest.find('b') == std::string::npos) none += count;
    if (const std::size_t hole = rest.find('\0');
        hole != std::string::npos && rest.find('b', hole) != rest.npos)
      gaps += count;  // a later block is there, an earlier one is not
    if (const std::size_t hole = content.find('\0'); hole != std::string::npos && hole % 512 != 0)
      torn += count;
  }
  EXPECT_GT(none, 0);
  EXPECT_GT(gaps, 0);
  EXPECT_GT(torn, 0);
  EXPECT_GT(left.size(), 50u);
}

TEST(SimFiles, AFileThatIsRewrittenInPlaceMayBeAMixture) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", std::string(1024, 'a'));
    write_file(sim, "/srv/a", OpenMode::truncate, std::string(1024, 'b'), false);
  });
  EXPECT_TRUE(std::any_of(left.begin(), left.end(), [](const auto& entry) {
    return entry.first.find('a') != std::string::npos && entry.first.find('b') != std::string::npos;
  }));
}

TEST(SimFiles, AFailedSyncDoesNotMakeDurable) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "");
    const int fd = sim.files.open("/srv/a", OpenMode::append, 0);
    EXPECT_EQ(sim.files.write(fd, "abc"), 0);
    Faults& faults = sim.kernel.faults();
    faults.set_rate(Fault::sync_failed, 65536);
    faults.arm();
    EXPECT_EQ(sim.files.sync(fd), -EIO);
    faults.heal();
    sim.files.close(fd);
  });
  EXPECT_THAT(keys_of(left), testing::Not(testing::Contains("abc")));
}

TEST(SimFiles, WhatAFailedSyncLostNoLaterSyncBringsBack) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "kept ");
    const int fd = sim.files.open("/srv/a", OpenMode::append, 0);
    EXPECT_EQ(sim.files.write(fd, "lost"), 0);
    Faults& faults = sim.kernel.faults();
    faults.set_rate(Fault::sync_failed, 65536);
    faults.arm();
    EXPECT_EQ(sim.files.sync(fd), -EIO);
    faults.heal();
    for (const char* more : {" more", " and more", ""}) {
      EXPECT_EQ(sim.files.write(fd, more), 0);
      EXPECT_EQ(sim.files.sync(fd), 0) << "says that all is well, as the real one does";
    }
    EXPECT_EQ(*sim.files.content("/srv/a"), "kept lost more and more") << "readers see it until the crash";
    sim.files.close(fd);
  });
  EXPECT_THAT(keys_of(left), UnorderedElementsAre(std::string("kept \0\0\0\0 more and more", 23)));
}

TEST(SimFiles, WhatIsWrittenAnewAfterAFailedSyncIsNotLost) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "");
    const int fd = sim.files.open("/srv/a", OpenMode::append, 0);
    EXPECT_EQ(sim.files.write(fd, "lost"), 0);
    Faults& faults = sim.kernel.faults();
    faults.set_rate(Fault::sync_failed, 65536);
    faults.arm();
    EXPECT_EQ(sim.files.sync(fd), -EIO);
    faults.heal();
    sim.files.close(fd);
    write_file(sim, "/srv/a", OpenMode::truncate, "again", true);
  });
  EXPECT_THAT(keys_of(left), UnorderedElementsAre("again"));
}

// ---- names after a crash

TEST(SimFiles, ARenameIsDurableOnlyWithItsDirectory) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "old");
    write_file(sim, "/srv/t", OpenMode::truncate, "new", true);
    EXPECT_EQ(sim.files.rename("/srv/t", "/srv/a"), 0);
    EXPECT_EQ(*sim.files.content("/srv/a"), "new");
    EXPECT_FALSE(sim.files.exists("/srv/t"));
  });
  EXPECT_THAT(keys_of(left), UnorderedElementsAre("old", "new"));
}

TEST(SimFiles, AReplacedFileIsNewAfterACrash) {
  const auto left = left_at("/srv/a", [](SimPlatform& sim) {
    sim.files.put("/srv/a", "old");
    EXPECT_EQ(sim.files.replace("/srv/a", "new"), 0);
  });
  EXPECT_THAT(keys_of(left), UnorderedElementsAre("new"));
}

TEST(SimFiles, AReplaceThatFailedLeavesTheOldOrTheNew) {
  for (const Fault fault : {Fault::open_failed, Fault::write_failed, Fault::write_short, Fault::sync_failed,
                            Fault::rename_failed}) {
    const auto left = left_at("/srv/a", [fault](SimPlatform& sim) {
      sim.files.put("/srv/a", "old");
      Faults& faults = sim.kernel.faults();
      faults.set_rate(fault, 65536);
      faults.arm();
      EXPECT_LT(sim.files.replace("/srv/a", "new"), 0) << name_of(fault);
      faults.heal();
      EXPECT_EQ(*sim.files.content("/srv/a"), "old") << name_of(fault);
      EXPECT_EQ(sim.kernel.open_descriptors(), "");
    });
    EXPECT_THAT(keys_of(left), UnorderedElementsAre("old")) << name_of(fault);
  }
}

TEST(SimFiles, ACrashKeepsAPrefixOfWhatHappenedToNames) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < kCrashes; ++seed) {
    TestMachine machine(seed);
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      sim.files.put("/a", "");
      write_file(sim, "/b", OpenMode::truncate, "", true);
      EXPECT_EQ(sim.files.rename("/a", "/c"), 0);
      EXPECT_EQ(sim.files.unlink("/b"), 0);
      Dice dice(seed, 1);
      sim.files.crash(dice);
      std::string names;
      for (const char* name : {"/a", "/b", "/c"})
        if (sim.files.content(name)) names += name;
      seen.insert(names);
    }),
              "");
  }
  EXPECT_THAT(seen, UnorderedElementsAre("/a", "/a/b", "/b/c", "/c"));
}

// ---- faults

TEST(SimFiles, AShortWriteSaysSoAndLeavesAPart) {
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TestMachine machine(seed);
    machine.strike(Fault::write_short);
    EXPECT_EQ(machine.run([&](SimPlatform& sim) {
      const int fd = sim.files.open("/srv/a", OpenMode::append, 0644);
      EXPECT_EQ(sim.files.write(fd, "0123456789"), -ENOSPC);
      const std::string& left = *sim.files.content("/srv/a");
      EXPECT_EQ(left, std::string("0123456789").substr(0, left.size()));
      EXPECT_LT(left.size(), 10u);
      sizes.insert(left.size());
      sim.files.close(fd);
    }),
              "");
  }
  EXPECT_GT(sizes.size(), 5u);
}

TEST(SimFiles, AFailedWriteLeavesNothing) {
  TestMachine machine;
  EXPECT_EQ(machine.run([&](SimPlatform& sim) {
    const int fd = sim.files.open("/srv/a", OpenMode::append, 0644);
    machine.strike(Fault::write_failed);
    EXPECT_EQ(sim.files.write(fd, "0123456789"), -EIO);
    EXPECT_EQ(*sim.files.content("/srv/a"), "");
    machine.faults.heal();
    EXPECT_EQ(sim.files.write(fd, "x"), 0);
    machine.strike(Fault::open_failed);
    EXPECT_EQ(sim.files.open("/srv/a", OpenMode::read, 0), -EMFILE);
    sim.files.close(fd);
  }),
            "");
}

TEST(SimFiles, ADescriptorThatIsClosedOrNoFileFailsTheRun) {
  TestMachine closed;
  EXPECT_THAT(closed.run([](SimPlatform& sim) {
    const int fd = sim.files.open("/srv/a", OpenMode::append, 0644);
    sim.files.close(fd);
    sim.files.write(fd, "x");
  }),
              HasSubstr("write on descriptor 3, which is not open"));
  TestMachine no_file;
  EXPECT_THAT(
      no_file.run([](SimPlatform& sim) { sim.files.sync(sim.sockets.listen_tcp("127.0.0.1", 6379, 16)); }),
      HasSubstr("fsync on a descriptor that is no file"));
}

}  // namespace
}  // namespace baton::sim
