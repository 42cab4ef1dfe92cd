#include "server/observe/latency_picture.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace baton {

namespace {

constexpr std::size_t kColumns = 80;
constexpr int kRows = 4;
constexpr std::string_view kTops = "_o#";  // how high a column reaches within its row
constexpr int kLevels = kRows * static_cast<int>(kTops.size());

std::string age_text(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", std::max<std::int64_t>(0, seconds));
  if (seconds < 3600) return fmt::format("{}m", seconds / 60);
  if (seconds < 86400) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

struct Bounds {
  std::int64_t low;
  std::int64_t high;
};

char cell(std::int64_t ms, const Bounds& bounds, int row) {
  const double share = bounds.high == bounds.low ? 0.0
                                                 : static_cast<double>(ms - bounds.low) /
                                                       static_cast<double>(bounds.high - bounds.low);
  const int level = static_cast<int>(std::lround(share * (kLevels - 1)));
  const int top = level / static_cast<int>(kTops.size());
  if (row > top) return ' ';
  return row == top ? kTops[static_cast<std::size_t>(level) % kTops.size()] : '|';
}

void draw(std::span<const LatencySample> samples, const Bounds& bounds, std::int64_t now_s,
          std::string& out) {
  for (int row = kRows - 1; row >= 0; --row) {
    for (const LatencySample& sample : samples) out += cell(sample.ms, bounds, row);
    out += '\n';
  }
  out.append(samples.size(), ' ').append("\n");
  std::vector<std::string> ages;
  std::size_t longest = 0;
  for (const LatencySample& sample : samples) {
    ages.push_back(age_text(now_s - sample.at_s));
    longest = std::max(longest, ages.back().size());
  }
  for (std::size_t i = 0; i < longest; ++i) {
    for (const std::string& age : ages) out += i < age.size() ? age[i] : ' ';
    out += '\n';
  }
}

}  // namespace

std::string latency_picture(std::string_view event, const LatencyHistory& history, std::int64_t now_s) {
  const std::vector<LatencySample> samples = history.oldest_first();
  if (samples.empty()) return {};
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end(),
                                               [](const auto& a, const auto& b) { return a.ms < b.ms; });
  const Bounds bounds{low->ms, high->ms};
  std::string out = fmt::format("{} - high {} ms, low {} ms (all time high {} ms)\n", event, bounds.high,
                                bounds.low, history.worst_ms());
  out.append(kColumns, '-').append("\n");
  const std::span<const LatencySample> all(samples);
  for (std::size_t at = 0; at < all.size(); at += kColumns) {
    if (at != 0) out += '\n';
    draw(all.subspan(at, std::min(kColumns, all.size() - at)), bounds, now_s, out);
  }
  return out;
}

}  // namespace baton
