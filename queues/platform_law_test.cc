// The law of the platform: the server meets the world through server/platform/ alone, or a simulation of that
// world would be of another program. In the product's sources under server/
//   - the system's functions, headers, clocks, files and random numbers are named in platform/real_*.cc only;
//   - errno is named there only, and read before anything else can have changed it;
//   - nothing is compiled only if: what is tested is what ships, but for what kConditions lists;
//   - nothing is kept in the order of addresses, which differ from run to run.
// thread_local is concurrency_law_test.cc's. Sources of tests are not the product's: they may do all that.
//
// The log is the exception: platform/log.cc is written over spdlog, whose sinks write files and whose lines
// have the pid. Nothing that a client sees comes from them, and a simulated server logs nothing. It takes its
// time from the Clock.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "queues/source_text.h"

namespace baton {
namespace {

using Breaches = std::vector<std::string>;  // "path:line: what"

struct Source {
  std::string path;  // below the root
  std::string code;  // without comments and literals
};

bool is_real(std::string_view path) { return path.starts_with("platform/real_"); }

bool is_of_tests(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.find("_test.") != name.npos || name.starts_with("test_") ||
         name.find("_fixture.") != name.npos || name == "temporary_directory.h";
}

std::vector<Source> product_sources(const std::filesystem::path& root) {
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    std::string path = entry.path().lexically_relative(root).string();
    if (entry.is_regular_file() && is_source(entry.path()) && !is_of_tests(path))
      sources.push_back({std::move(path), code_only(read_source(entry.path()))});
  }
  return sources;
}

std::size_t line_at(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + at, '\n'));
}

void report(Breaches& found, const Source& source, std::size_t at, std::string_view what) {
  found.push_back(source.path + ":" + std::to_string(line_at(source.code, at)) + ": " + std::string(what));
}

// Calls `found` with each place at which the word stands.
void each_word(std::string_view code, std::string_view word, const std::function<void(std::size_t)>& found) {
  for (std::size_t at = code.find(word); at != code.npos; at = code.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if (starts_word(code, at) && (end == code.size() || !is_word(code[end]))) found(at);
  }
}

std::size_t skip_spaces(std::string_view code, std::size_t at) {
  return std::min(code.find_first_not_of(" \n", at), code.size());
}

// The word that ends before `end`, spaces left out; empty when something else does.
std::string_view word_before(std::string_view code, std::size_t end) {
  while (end > 0 && (code[end - 1] == ' ' || code[end - 1] == '\n')) --end;
  std::size_t begin = end;
  while (begin > 0 && is_word(code[begin - 1])) --begin;
  return code.substr(begin, end - begin);
}

// Whether the name at `begin` is qualified by `::` with nothing in front: a function of the system.
bool is_global(std::string_view code, std::size_t begin) {
  if (begin < 2 || code.substr(begin - 2, 2) != "::") return false;
  return begin == 2 || !(is_word(code[begin - 3]) || code[begin - 3] == '>');
}

// ---- the world

// The last of them take memory of the C library's own, where the simulation does not count it.
constexpr std::array<std::string_view, 45> kOutside = {"steady_clock",  "high_resolution_clock",
                                                       "gettimeofday",  "clock_gettime",
                                                       "localtime",     "localtime_r",
                                                       "gmtime",        "gmtime_r",
                                                       "mktime",        "strftime",
                                                       "nanosleep",     "usleep",
                                                       "sleep_for",     "sleep_until",
                                                       "random_device", "srand",
                                                       "getrandom",     "getpid",
                                                       "getppid",       "gettid",
                                                       "getenv",        "environ",
                                                       "fopen",         "freopen",
                                                       "tmpfile",       "ifstream",
                                                       "ofstream",      "fstream",
                                                       "filesystem",    "perror",
                                                       "epoll_create1", "epoll_ctl",
                                                       "epoll_wait",    "accept4",
                                                       "sendmsg",       "recvmsg",
                                                       "fdatasync",     "waitpid",
                                                       "sigaction",     "setsockopt",
                                                       "strdup",        "strndup",
                                                       "getline",       "realpath",
                                                       "posix_memalign"};

// Also names of members: forbidden as functions of namespace std, called with what nobody else is.
constexpr std::array<std::string_view, 10> kOutsideCalls = {
    "std::time(",   "time(nullptr)", "time(NULL)",   "time(0)",      "std::rand(",
    "_clock::now(", "Clock::now(",   "std::rename(", "std::remove(", "std::system("};

// Headers of the system that bring types alone.
constexpr std::array<std::string_view, 2> kTypes = {"<sys/types.h>", "<sys/uio.h>"};
constexpr std::array<std::string_view, 20> kOutsideIncludes = {
    "<sys/",      "<unistd.h>", "<fcntl.h>",  "<netinet/", "<arpa/",   "<netdb.h>",  "<poll.h>",
    "<signal.h>", "<ctime>",    "<time.h>",   "<fstream>", "<random>", "<iostream>", "<filesystem>",
    "<glob.h>",   "<dirent.h>", "<syslog.h>", "<errno.h>", "<linux/",  "<spdlog/"};

bool is_log(std::string_view path) { return path == "platform/log.cc" || path == "platform/log.h"; }

Breaches names_of_the_world(const Source& source) {
  Breaches found;
  if (is_real(source.path)) return found;
  const std::string_view code = source.code;
  for (const std::string_view name : kOutside)
    each_word(code, name, [&](std::size_t at) { report(found, source, at, name); });
  for (const std::string_view call : kOutsideCalls) {
    const bool tail = call.front() == '_' || call.front() == 'C';
    for (std::size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1))
      if (tail || starts_word(code, at)) report(found, source, at, call);
  }
  for (std::size_t at = code.find("::"); at != code.npos; at = code.find("::", at + 2)) {
    std::size_t end = at + 2;
    while (end < code.size() && is_word(code[end])) ++end;
    if (is_global(code, at + 2) && end > at + 2 && end < code.size() && code[end] == '(')
      report(found, source, at, code.substr(at, end - at));
  }
  for (const std::string_view header : kOutsideIncludes) {
    if (header == "<spdlog/" && is_log(source.path)) continue;
    for (std::size_t at = code.find(header); at != code.npos; at = code.find(header, at + 1)) {
      const std::string_view whole = code.substr(at, code.find('>', at) + 1 - at);
      if (whole == "<syslog.h>" && source.path == "main/main.cc") continue;  // the numbers of its facilities
      if (word_before(code, at) == "include" &&
          std::find(kTypes.begin(), kTypes.end(), whole) == kTypes.end())
        report(found, source, at, whole);
    }
  }
  return found;
}

// ---- errno

constexpr std::array<std::string_view, 11> kNoCalls = {
    "if", "while", "for", "switch", "return", "sizeof", "catch", "alignof", "decltype", "noexcept", "else"};

// Whether the parenthesis at `at` follows template arguments of a function; casts run nothing.
bool calls_template(std::string_view code, std::size_t at) {
  if (at == 0 || code[at - 1] != '>') return false;
  int depth = 0;
  while (at-- > 0) {
    if (code[at] == '>') ++depth;
    if (code[at] == '<' && --depth == 0) return !word_before(code, at).ends_with("_cast");
  }
  return false;
}

// What may have written errno last, as the text has it: the call whose arguments ended last. One whose
// arguments hold errno is entered only after errno was read.
Breaches readings_of_errno(const Source& source) {
  Breaches found;
  const std::string_view code = source.code;
  if (!is_real(source.path)) {
    each_word(code, "errno", [&](std::size_t at) { report(found, source, at, "errno is the platform's"); });
    return found;
  }
  constexpr std::size_t kLinesBetween = 3;
  struct Open {
    bool is_call, is_system;
  };
  std::vector<Open> open;
  std::size_t call_end = code.npos;  // of the last call
  bool is_system = false;
  bool scope_left = false;  // since it: destructors may have run
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '(') {
      const std::string_view name = word_before(code, at);
      const auto begin = static_cast<std::size_t>(name.data() - code.data());
      const bool keyword = std::find(kNoCalls.begin(), kNoCalls.end(), name) != kNoCalls.end();
      const bool is_call = name.empty() ? calls_template(code, at) : !keyword;
      const bool of_system = is_global(code, begin) || code.substr(0, at).ends_with("std::rename");
      open.push_back({is_call, is_call && of_system});
    } else if (c == ')' && !open.empty()) {
      if (open.back().is_call) {
        call_end = at;
        is_system = open.back().is_system;
        scope_left = false;
      }
      open.pop_back();
    } else if (c == '}') {
      scope_left = true;
    } else if (c == 'e' && code.substr(at, 5) == "errno" && starts_word(code, at) && !is_word(code[at + 5])) {
      if (call_end == code.npos || !is_system)
        report(found, source, at, "errno after something that is no call of the system");
      else if (scope_left)
        report(found, source, at, "errno after the end of a scope");
      else if (line_at(code, at) > line_at(code, call_end) + kLinesBetween)
        report(found, source, at, "errno far from the call");
    }
  }
  return found;
}

// ---- what is compiled only if

struct Condition {
  std::string_view path, text, reason;
};
constexpr std::array<Condition, 4> kConditions = {{
    {"store/tag_match.h", "#if defined(__SSE2__)",
     "instructions of one machine; store/tag_match_test.cc compares both ways"},
    {"store/memory.h", "#if defined(BATON_JEMALLOC)", "the allocator's own sizes"},
    {"observe/allocator.cc", "#if defined(BATON_JEMALLOC)",
     "the allocator's figures, which the simulation has its own of"},
    {"main/allocator_options.cc", "#if defined(BATON_JEMALLOC)", "the allocator's options, of main alone"},
}};

// `used` collects the conditions that were met, by index.
Breaches conditions(const Source& source, std::set<std::size_t>& used) {
  Breaches found;
  std::size_t at = 0;
  for (const std::string& line : lines_of(source.code)) {
    const std::size_t hash = skip_spaces(line, 0);
    const std::size_t word = skip_spaces(line, hash + 1);
    if (hash < line.size() && line[hash] == '#' &&
        (line.compare(word, 2, "if") == 0 || line.compare(word, 4, "elif") == 0)) {
      const std::string_view text = std::string_view(line).substr(hash);
      const auto allowed = std::find_if(kConditions.begin(), kConditions.end(), [&](const Condition& c) {
        return c.path == source.path && c.text == text;
      });
      if (allowed == kConditions.end())
        report(found, source, at, text);
      else
        used.insert(static_cast<std::size_t>(allowed - kConditions.begin()));
    }
    at += line.size() + 1;
  }
  return found;
}

// ---- the order of addresses

constexpr std::array<std::string_view, 8> kKeyed = {
    "map",           "set",           "multimap",           "multiset",
    "unordered_map", "unordered_set", "unordered_multimap", "unordered_multiset"};

// The arguments between the angle brackets that open at `at`.
std::vector<std::string> template_arguments(std::string_view code, std::size_t at) {
  std::vector<std::string> arguments(1);
  int depth = 0;
  for (; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '<' || c == '(') ++depth;
    if ((c == '>' || c == ')') && --depth == 0) break;
    if (c == ',' && depth == 1)
      arguments.emplace_back();
    else if (c != ' ' && c != '\n' && !(c == '<' && depth == 1))
      arguments.back() += c;
  }
  return arguments;
}

bool is_pointer(std::string_view type) {
  if (type.ends_with("const")) type.remove_suffix(5);
  return type.ends_with('*') || type.starts_with("std::unique_ptr<") || type.starts_with("std::shared_ptr<");
}

// A hash container of pointers is not only a danger when it is iterated, which text does not show; and a
// number of its own for each object costs no more. An ordered one may say by what it orders.
Breaches orders_of_addresses(const Source& source) {
  Breaches found;
  for (const std::string_view name : kKeyed) {
    each_word(source.code, name, [&](std::size_t at) {
      const std::size_t open = at + name.size();
      if (open >= source.code.size() || source.code[open] != '<') return;
      const std::vector<std::string> arguments = template_arguments(source.code, open);
      const bool hashed = name.starts_with("unordered");
      const std::size_t own_order = name.ends_with("map") ? 2 : 1;
      if (is_pointer(arguments.front()) && (hashed || arguments.size() <= own_order))
        report(found, source, at, std::string(name) + " by " + arguments.front());
    });
  }
  return found;
}

// ---- the server keeps the law

class PlatformLaw : public testing::Test {
 protected:
  static const std::vector<Source>& sources() {
    static const std::vector<Source> kSources = product_sources(BATON_SERVER_DIR);
    return kSources;
  }
  template <class Check>
  static void hold(const Check& check) {
    EXPECT_GT(sources().size(), 100U) << "too few sources were found";
    for (const Source& source : sources())
      for (const std::string& breach : check(source)) ADD_FAILURE() << "server/" << breach;
  }
};

TEST_F(PlatformLaw, only_the_real_platform_names_the_world) { hold(names_of_the_world); }

TEST_F(PlatformLaw, errno_is_read_by_the_real_platform_and_at_once) { hold(readings_of_errno); }

TEST_F(PlatformLaw, nothing_is_compiled_only_if_but_what_is_listed) {
  std::set<std::size_t> used;
  hold([&](const Source& source) { return conditions(source, used); });
  for (std::size_t i = 0; i < kConditions.size(); ++i)
    EXPECT_TRUE(used.contains(i)) << kConditions[i].path << " needs no exception any more";
}

TEST_F(PlatformLaw, nothing_is_in_the_order_of_addresses) { hold(orders_of_addresses); }

// ---- the law can fail

Source seeded(std::string_view text, std::string path = "io/seeded.cc") {
  return {std::move(path), code_only(text)};
}

constexpr const char* kReal = "platform/real_seeded.cc";

TEST(PlatformLawCanFail, every_name_of_the_world_is_reported_with_its_place) {
  for (const std::string_view name : kOutside) {
    const Breaches found = names_of_the_world(seeded("int a;\n  x = " + std::string(name) + "(1);\n"));
    EXPECT_EQ(found, Breaches{"io/seeded.cc:2: " + std::string(name)});
  }
  for (const std::string_view call : kOutsideCalls)
    EXPECT_FALSE(names_of_the_world(seeded("x = " + std::string(call) + ");")).empty()) << call;
  for (const std::string_view header : kOutsideIncludes) {
    const std::string closing = header.ends_with('/') ? "x.h>" : "";
    EXPECT_FALSE(names_of_the_world(seeded("#include " + std::string(header) + closing + "\n")).empty())
        << header;
  }
}

TEST(PlatformLawCanFail, a_call_of_the_system_is_reported) {
  EXPECT_EQ(names_of_the_world(seeded("void f(int fd) {\n  ::close(fd);\n}")),
            Breaches{"io/seeded.cc:2: ::close"});
  EXPECT_EQ(names_of_the_world(seeded("n=::read(fd, b, 1);")), Breaches{"io/seeded.cc:1: ::read"});
  EXPECT_FALSE(names_of_the_world(seeded("auto now = std::chrono::system_clock::now();")).empty());
  EXPECT_FALSE(names_of_the_world(seeded("using Clock = C; auto t = Clock::now();")).empty());
  EXPECT_FALSE(names_of_the_world(seeded("#include <spdlog/spdlog.h>\n")).empty());
}

TEST(PlatformLawCanFail, members_other_namespaces_comments_and_the_platform_itself_are_not_reported) {
  for (const char* text : {"sockets_.close(fd); file->read(into); void Log::write(int) {}",
                           "baton::read(x); Pool<int>::open(y);",
                           "// ::close(fd) of getpid()\nconst char* s = \"::read(1) errno fopen\";",
                           "call.time(now); time(call);",
                           "std::int64_t t = clock_.wall_us(); operand(1); my_getpid(); system_clock_skew();",
                           "#include <sys/uio.h>\n#include <cerrno>\n#include \"server/platform/clock.h\"\n"})
    EXPECT_EQ(names_of_the_world(seeded(text)), Breaches{}) << text;
  EXPECT_EQ(names_of_the_world(seeded("::close(fd); getpid();", kReal)), Breaches{});
  EXPECT_EQ(names_of_the_world(seeded("#include <spdlog/logger.h>\n", "platform/log.cc")), Breaches{});
}

TEST(PlatformLawCanFail, errno_outside_the_platform_is_reported) {
  EXPECT_EQ(readings_of_errno(seeded("int f() {\n  return -errno;\n}")),
            Breaches{"io/seeded.cc:2: errno is the platform's"});
  EXPECT_EQ(readings_of_errno(seeded("#include <cerrno>\nint my_errno = -EAGAIN;  // no errno\n")),
            Breaches{});
}

TEST(PlatformLawCanFail, errno_that_is_read_late_is_reported) {
  for (const char* text : {
           "n = ::read(fd, b, 1); log(n); return -errno;",
           "n = ::read(fd, b, 1); pool.free(b); if (n < 0) return -errno;",
           "n = ::read(fd, b, 1); std::string why(text); if (n < 0) return -errno;",
           "n = ::read(fd, b, 1); auto p = std::make_unique<int>(1); return -errno;",
           "if (c) { Guard g; n = ::read(fd, b, 1); } return n < 0 ? -errno : 0;",
           "n = ::read(fd, b, 1);\n\n\n\n\nreturn -errno;",
           "return -errno;",
           "n = read_all(fd); return -errno;",
           "return close_with(errno, ::close(fd), errno);",
       })
    EXPECT_FALSE(readings_of_errno(seeded(text, kReal)).empty()) << text;
}

TEST(PlatformLawCanFail, errno_that_is_read_at_once_is_not_reported) {
  for (const char* text : {
           "return ::fsync(fd) == 0 ? 0 : -errno;",
           "const ssize_t n = ::read(fd, b, 1);\nif (n >= 0) return n;\nif (errno != EINTR) return -errno;",
           "if (::bind(fd, &a, sizeof(a)) != 0) return close_with(fd, -errno);",
           "while (::nanosleep(&t, &t) != 0 && errno == EINTR) {\n}",
           "error = ::f(reinterpret_cast<const sockaddr*>(&address)) == 0 ? 0 : -errno;",
           "n = ::write(fd, b, static_cast<std::size_t>(s)); e = static_cast<int>(n) < 0 ? -errno : 0;",
           "return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : -errno;",
       })
    EXPECT_EQ(readings_of_errno(seeded(text, kReal)), Breaches{}) << text;
}

TEST(PlatformLawCanFail, conditional_code_is_reported_unless_listed) {
  std::set<std::size_t> used;
  for (const char* text : {"#ifdef SIMULATION\n", "#ifndef NDEBUG\n", "  # if defined(__linux__)\n",
                           "#if 0\n", "#elif defined(X)\n", "#if defined(__SSE2__)\n"})
    EXPECT_EQ(conditions(seeded(text), used).size(), 1U) << text;
  EXPECT_TRUE(used.empty());
  EXPECT_EQ(conditions(seeded("#pragma once\n#include <set>\n// #ifdef X\n#define X if\n"), used),
            Breaches{});
  EXPECT_EQ(conditions(seeded("#if defined(__SSE2__)\n#else\n#endif\n", "store/tag_match.h"), used),
            Breaches{});
  EXPECT_EQ(used, std::set<std::size_t>{0});
}

TEST(PlatformLawCanFail, containers_in_the_order_of_addresses_are_reported) {
  for (const char* text :
       {"std::unordered_map<Client*, int> a;", "std::unordered_set<const Client*> a;", "std::set<Client*> a;",
        "std::map<\n  Client*,\n  int> a;", "std::map<std::shared_ptr<Client>, int> a;",
        "std::unordered_map<Client* const, int, Hash> a;", "std::unordered_set<Pair<int, int>*> a;"})
    EXPECT_EQ(orders_of_addresses(seeded(text)).size(), 1U) << text;
  EXPECT_EQ(orders_of_addresses(seeded("int a;\nstd::set<Client*> b;")),
            Breaches{"io/seeded.cc:2: set by Client*"});
  for (const char* text : {"std::set<Client*, ById> a;", "std::map<Client*, int, ById> a;",
                           "std::map<int, Client*> a;", "std::unordered_map<std::string, Client*> a;",
                           "std::vector<Client*> a; bitset<3> b; if (set<x*y) f();",
                           "std::unordered_map<Pair<Key*, int>, int> a;", "// std::set<Client*>\n"})
    EXPECT_EQ(orders_of_addresses(seeded(text)), Breaches{}) << text;
}

}  // namespace
}  // namespace baton
