// Writes the pages that picture_browser_test.py looks at into a folder.
#include <fmt/core.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "model/explorer/picture.h"
#include "model/explorer/sample_trace.h"

namespace baton::explorer {
namespace {

Trace passed() {
  Trace trace = lost_wake_up();
  trace.failure.clear();
  return trace;
}

Trace hostile() {
  Trace trace = lost_wake_up();
  const std::string evil =
      "</script><script>document.title='evil'</script><img src=x onerror=\"document.title='evil'\">";
  trace.scenario = trace.variant = trace.schedule = trace.failure = trace.failed_at =
      evil + std::string(300, 'w');
  for (std::string& name : trace.threads) name += evil;
  for (TraceStep& step : trace.steps) step.note = evil;
  trace.failed_thread = 2;
  return trace;
}

Trace one_sleeps() {
  Trace trace = lost_wake_up();
  trace.ended = {false, true, true};
  return trace;
}

bool write(const std::string& path, const Trace& trace) {
  std::ofstream file(path, std::ios::binary);
  file << picture(trace);
  file.close();
  return file.good();
}

}  // namespace
}  // namespace baton::explorer

int main(int argc, char** argv) {
  using namespace baton::explorer;
  if (argc != 2) {
    fmt::print(stderr, "usage: picture_samples FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  const bool written =
      write(folder + "/lost_wake_up.html", lost_wake_up()) && write(folder + "/passed.html", passed()) &&
      write(folder + "/hostile.html", hostile()) && write(folder + "/one_sleeps.html", one_sleeps()) &&
      write(folder + "/long.html", long_trace(5000, 3)) &&
      write(folder + "/wide.html", long_trace(300, 12)) && write(folder + "/empty.html", Trace{});
  if (!written) fmt::print(stderr, "picture_samples: cannot write into {}\n", folder);
  return written ? 0 : 1;
}
