#include "model/explorer/columns.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "model/explorer/trace_text.h"

namespace baton::explorer {
namespace {

constexpr unsigned kWidthMin = 80;
constexpr unsigned kGutter = 8;       // step number, mark of a preemption
constexpr unsigned kPlaceMax = 26;    // file:line
constexpr unsigned kLastColumn = 42;  // what the longest common step takes in the rightmost column

constexpr const char* kReset = "\x1b[0m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kBold = "\x1b[1m";
constexpr const char* kAlarm = "\x1b[1;31m";
// Cyan, yellow, green, magenta, blue: red is kept for what is stale or broken.
constexpr const char* kThreads[] = {"\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m"};

// No control character of a name or note reaches the terminal, where it could move the cursor.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

std::string clipped(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  text.resize(width >= 2 ? width - 2 : 0);
  return text + std::string("..").substr(0, std::min<std::size_t>(width, 2));
}

class Columns {
 public:
  Columns(const Trace& trace, const ColumnsOptions& options)
      : trace_(trace), options_(options), names_(trace), threads_(std::max(thread_count(trace), 1u)) {
    width_ = std::max(options.width, kWidthMin);
    std::size_t place = 5;
    for (const TraceStep& step : trace.steps) place = std::max(place, place_text(step.site).size());
    place_ = static_cast<unsigned>(std::min<std::size_t>(place, kPlaceMax));
    text_end_ = width_ - place_ - 1;
    const unsigned for_starts = text_end_ - kGutter > kLastColumn ? text_end_ - kGutter - kLastColumn : 0;
    step_ = threads_ > 1 ? std::min(for_starts / (threads_ - 1), 40u) : 0;
  }

  std::string draw() {
    head();
    for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
      if (options_.cells == Cells::kOmitted && trace_.steps[i].event == Event::kCell) continue;
      line(i);
    }
    end();
    return std::move(out_);
  }

 private:
  void head() {
    paragraph(fmt::format("scenario {}{}{}, {} steps", trace_.scenario, trace_.variant.empty() ? "" : ", ",
                          trace_.variant, trace_.steps.size()));
    if (!trace_.schedule.empty()) out_ += "schedule " + printable(trace_.schedule) + "\n";
    paragraph("<- n: read what step n wrote; STALE: a newer value was there; *: preempts the thread before");
    out_ += "\n";
    std::string names(kGutter, ' ');
    for (unsigned t = 0; t < threads_; ++t) {
      names.resize(std::max<std::size_t>(names.size(), start(t)), ' ');
      // With many threads their columns stand close: a name keeps clear of the next one.
      const std::size_t room = t + 1 < threads_ ? std::max(step_, 2u) - 1 : text_end_ - start(t);
      names += clipped(printable(thread_name(trace_, t)), room);
    }
    names.resize(width_ - 5, ' ');
    out_ += painted(kBold, names + "where") + "\n";
  }

  void line(std::size_t i) {
    const TraceStep& step = trace_.steps[i];
    std::string text = printable(operation_text(step, names_));
    if (const std::string order = order_text(step); !order.empty()) text += " " + order;
    if (reads_a_step(trace_, i)) text += fmt::format(" <- {}", step.read_from + 1);
    const std::string stale = step.stale ? " STALE" : "";
    const std::string mark = fmt::format("{:>6}{} ", i + 1, step.preemption ? '*' : ' ');
    row(mark, step, text, stale, clipped(place_text(step.site), place_));
    if (step.event != Event::kOther && !step.note.empty()) {
      row(std::string(kGutter, ' '), step, "(" + printable(step.note) + ")", "", "");
    }
  }

  void row(const std::string& mark, const TraceStep& step, const std::string& words, const std::string& alarm,
           const std::string& place) {
    const std::string text = clipped(words, text_end_ - start(step.thread) - alarm.size());
    const bool dim = options_.cells == Cells::kDim && step.event == Event::kCell;
    out_ += mark;
    unsigned at = kGutter;
    for (unsigned t = 0; t < threads_; ++t) {
      // A lane keeps clear of the text that runs up to it, too.
      if (t != step.thread && (step_ < 2 || start(t) < at + (t > step.thread ? 1 : 0))) continue;
      out_.append(start(t) - at, ' ');
      at = start(t);
      if (t == step.thread) {
        out_ += painted(dim ? kDim : kThreads[t % std::size(kThreads)], text) + painted(kAlarm, alarm);
        at += static_cast<unsigned>(text.size() + alarm.size());
      } else {
        out_ += painted(kDim, "|");
        ++at;
      }
    }
    if (!place.empty()) {
      out_.append(width_ - place.size() - at, ' ');
      out_ += painted(kDim, place);
    }
    out_ += "\n";
  }

  void end() {
    out_ += "\n";
    if (trace_.failure.empty()) {
      paragraph("no failure");
      return;
    }
    std::string text = "FAILED: " + trace_.failure;
    if (trace_.failed_thread >= 0) {
      text += ", by " + thread_name(trace_, static_cast<unsigned>(trace_.failed_thread));
    }
    if (!trace_.failed_at.empty()) text += ", at " + trace_.failed_at;
    paragraph(text, kAlarm);
    for (unsigned t = 0; t < threads_; ++t) {
      if (has_ended(trace_, t)) {
        paragraph(fmt::format("  {}: ended", thread_name(trace_, t)));
        continue;
      }
      const int last = last_step_of(trace_, t);
      if (last == kNoStep) continue;
      const TraceStep& step = trace_.steps[static_cast<std::size_t>(last)];
      paragraph(fmt::format("  {}: last step {}, {} {}", thread_name(trace_, t), last + 1,
                            operation_text(step, names_), place_text(step.site)));
    }
  }

  // Wrapped at spaces where there are any.
  void paragraph(std::string_view words, const char* paint = nullptr) {
    std::string text = printable(words);
    while (!text.empty()) {
      std::size_t cut = text.size();
      if (cut > width_) {
        cut = text.rfind(' ', width_);
        if (cut == std::string::npos || cut < width_ / 2) cut = width_;
      }
      const std::string piece = text.substr(0, cut);
      out_ += (paint != nullptr ? painted(paint, piece) : piece) + "\n";
      text.erase(0, cut);
      if (!text.empty() && text[0] == ' ') text.erase(0, 1);
    }
  }

  [[nodiscard]] std::string painted(const char* paint, const std::string& text) const {
    return options_.colour && !text.empty() ? paint + text + kReset : text;
  }

  [[nodiscard]] unsigned start(unsigned thread) const { return kGutter + thread * step_; }

  const Trace& trace_;
  const ColumnsOptions& options_;
  ObjectNames names_;
  unsigned threads_;
  unsigned width_ = 0;
  unsigned place_ = 0;     // width of the places, at the right
  unsigned text_end_ = 0;  // one past the last column of a step's text
  unsigned step_ = 0;      // from one thread's column to the next
  std::string out_;
};

}  // namespace

std::string columns(const Trace& trace, const ColumnsOptions& options) {
  return Columns(trace, options).draw();
}

}  // namespace baton::explorer
