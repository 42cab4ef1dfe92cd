// The law: all concurrency lives in queues/. No source of server/ names a thread, an atomic, a lock or what
// they are made of, neither by the standard's name nor by reaching through a sync policy.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "queues/source_text.h"

namespace baton {
namespace {

// Names as they may not stand in the code; one that ends in a star forbids every longer name too.
constexpr std::array<std::string_view, 39> kForbidden = {"std::atomic*",
                                                         "std::mutex",
                                                         "std::recursive_mutex",
                                                         "std::timed_mutex",
                                                         "std::thread",
                                                         "std::this_thread",
                                                         "std::jthread",
                                                         "jthread",
                                                         "std::future",
                                                         "std::promise",
                                                         "std::async",
                                                         "std::latch",
                                                         "std::barrier",
                                                         "counting_semaphore",
                                                         "binary_semaphore",
                                                         "condition_variable*",
                                                         "memory_order*",
                                                         "lock_guard",
                                                         "unique_lock",
                                                         "scoped_lock",
                                                         "shared_lock",
                                                         "shared_mutex",
                                                         "shared_timed_mutex",
                                                         "volatile",
                                                         "eventfd*",
                                                         "pthread_create",
                                                         "pthread_mutex_*",
                                                         "pthread_cond_*",
                                                         "pthread_rwlock_*",
                                                         "pthread_spin_*",
                                                         "__atomic_*",
                                                         "__sync_*",
                                                         "thread_local",
                                                         "__thread",
                                                         "SYS_futex",
                                                         "call_once",
                                                         "Sync::Atomic",
                                                         "Sync::Mutex",
                                                         "Sync::Lock"};

constexpr std::array<std::string_view, 11> kForbiddenIncludes = {
    "<atomic>",    "<mutex>",       "<thread>",      "<shared_mutex>", "<condition_variable>", "<future>",
    "<semaphore>", "<semaphore.h>", "<stdatomic.h>", "<threads.h>",    "<sys/eventfd.h>"};

bool names(std::string_view line, std::string_view forbidden) {
  const bool longer_too = forbidden.ends_with('*');
  const std::string_view name = forbidden.substr(0, forbidden.size() - (longer_too ? 1 : 0));
  for (std::size_t at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    // `StdSync::Atomic` is as much a way round the law as `Sync::Atomic`.
    const bool begins = starts_word(line, at) || name.starts_with("Sync::");
    const bool ends = longer_too || end == line.size() || !is_word(line[end]);
    if (begins && ends) return true;
  }
  return false;
}

// "path:line: what" for every breach of the law in the sources under `root`.
std::vector<std::string> breaches(const std::filesystem::path& root, std::size_t& files) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !is_source(entry.path())) continue;
    ++files;
    const std::vector<std::string> lines = lines_of(code_only(read_source(entry.path())));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto report = [&](std::string_view what) {
        found.push_back(entry.path().lexically_relative(root).string() + ":" + std::to_string(i + 1) + ": " +
                        std::string(what));
      };
      for (const std::string_view forbidden : kForbidden) {
        if (names(lines[i], forbidden)) report(forbidden);
      }
      for (const std::string_view header : kForbiddenIncludes) {
        if (lines[i].find("include") != std::string::npos && lines[i].find(header) != std::string::npos)
          report(header);
      }
    }
  }
  return found;
}

TEST(ConcurrencyLaw, no_source_of_the_server_names_a_concurrency_primitive) {
  std::size_t files = 0;
  for (const std::string& breach : breaches(BATON_SERVER_DIR, files)) {
    ADD_FAILURE() << "server/" << breach << " belongs in queues/";
  }
  EXPECT_GT(files, 0U) << "no source found: the law looked at nothing";
}

// ---- the law can fail

struct SeededTree : testing::Test {
  SeededTree() {
    std::string name = (std::filesystem::temp_directory_path() / "baton_law_XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    root = name;
  }
  ~SeededTree() override { std::filesystem::remove_all(root); }

  std::vector<std::string> judge(std::string_view text) {
    std::filesystem::create_directories(root / "io");
    std::ofstream(root / "io" / "seeded.cc") << text;
    std::size_t files = 0;
    return breaches(root, files);
  }

  std::filesystem::path root;
};

TEST_F(SeededTree, every_forbidden_name_is_reported_with_its_place) {
  for (const std::string_view forbidden : kForbidden) {
    std::string seeded(forbidden);
    if (seeded.back() == '*') seeded.replace(seeded.size() - 1, 1, "_x");
    const std::vector<std::string> found = judge("int a;\n  " + seeded + " x;\n");
    ASSERT_FALSE(found.empty()) << forbidden;
    EXPECT_NE(std::find(found.begin(), found.end(), "io/seeded.cc:2: " + std::string(forbidden)),
              found.end());
  }
  for (const std::string_view header : kForbiddenIncludes) {
    EXPECT_FALSE(judge("#include " + std::string(header) + "\n").empty()) << header;
  }
}

TEST_F(SeededTree, a_way_round_through_the_policy_is_reported) {
  EXPECT_EQ(judge("StdSync::Atomic<int> count{0};\n"),
            std::vector<std::string>{"io/seeded.cc:1: Sync::Atomic"});
  EXPECT_FALSE(judge("void f() { std::atomic_ref<int> r(x); }\n").empty());
  EXPECT_FALSE(judge("auto s = R\"(quote)\"; thread_local int t;\n").empty()) << "code after a raw string";
  EXPECT_FALSE(judge("char q = '\"'; volatile int v;\n").empty()) << "code after a quoted quote";
  EXPECT_FALSE(judge("int n = 1'000'000; volatile int v;\n").empty()) << "code after digit separators";
  EXPECT_FALSE(judge("int a; /* why */ volatile int v;\n").empty()) << "code after a comment";
}

TEST_F(SeededTree, comments_literals_and_longer_names_are_not_reported) {
  EXPECT_EQ(judge("// std::thread would be wrong here\n"
                  "/* a volatile\n   std::mutex */\n"
                  "const char* text = \"volatile \\\" std::atomic\";\n"
                  "const char* raw = R\"x(lock_guard \" )\" eventfd)x\";\n"
                  "int nonvolatile_ram = 0; bool is_eventfd_like; size_t volatile_size;\n"
                  "#include \"queues/std_sync.h\"\n"
                  "baton::Mailbox<Session, ListQueue, StdSync>* mail;\n"),
            std::vector<std::string>{});
}

}  // namespace
}  // namespace baton
