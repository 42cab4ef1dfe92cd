// Runs a fuzz target over files given by name, or all files below the directories given: the main of builds
// that have no fuzzing engine, so that the corpora are regression tests everywhere.
//
//   fuzz_resp fuzz/corpus/resp
//   fuzz_resp build/fuzz/crashes/resp-crash-1234
//
// Each name is printed before its bytes run: the last one printed is the one that crashed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_below(const std::filesystem::path& place) {
  if (!std::filesystem::is_directory(place)) return {place};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool replay(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", file.c_str());
    return false;
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::printf("%s: %zu bytes\n", file.c_str(), bytes.size());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& file : files_below(argv[i])) {
      if (!replay(file)) return 1;
      ++count;
    }
  if (count == 0) {
    std::fprintf(stderr, "usage: %s FILE|DIRECTORY...   (and there must be a file among them)\n", argv[0]);
    return 2;
  }
  return 0;
}
