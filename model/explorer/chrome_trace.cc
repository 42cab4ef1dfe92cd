#include "model/explorer/chrome_trace.h"

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "model/explorer/trace_text.h"

namespace baton::explorer {
namespace {

class Events {
 public:
  explicit Events(const Trace& trace) : trace_(trace), names_(trace) {}

  std::string draw() {
    out_ = "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"schedule\":";
    append_json(out_, trace_.schedule);
    out_ += ",\"variant\":";
    append_json(out_, trace_.variant);
    out_ += "},\"traceEvents\":[";
    metadata("process_name", 0, trace_.scenario);
    for (unsigned t = 0; t < thread_count(trace_); ++t) {
      metadata("thread_name", t + 1, thread_name(trace_, t));
      next();
      out_ += fmt::format(
          R"({{"ph":"M","name":"thread_sort_index","pid":1,"tid":{0},"args":{{"sort_index":{0}}}}})", t + 1);
    }
    for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
      // Before its step, not at its begin: Perfetto would tie the step's arrow to the instant, as a slice of
      // no length that lies on top.
      if (trace_.steps[i].preemption)
        instant(fmt::format("{}.75", i), trace_.steps[i].thread, "t", "preemption");
      slice(i);
      if (reads_a_step(trace_, i)) arrow(i);
    }
    if (!trace_.failure.empty()) {
      const auto thread = static_cast<unsigned>(trace_.failed_thread < 0 ? 0 : trace_.failed_thread);
      instant(std::to_string(trace_.steps.size() + 1), thread, trace_.failed_thread < 0 ? "g" : "t",
              "FAILED: " + trace_.failure);
    }
    out_ += "\n]}\n";
    return std::move(out_);
  }

 private:
  void slice(std::size_t i) {
    const TraceStep& step = trace_.steps[i];
    open("X", step.thread, std::to_string(i + 1),
         (step.stale ? "STALE " : "") + operation_text(step, names_));
    out_ += R"(,"dur":1,"cat":)";
    append_json(out_, name_of(step.event));
    // Colours by name are for chrome://tracing; Perfetto gives slices of one name one colour.
    if (step.stale) out_ += R"(,"cname":"terrible")";
    out_ += fmt::format(R"(,"args":{{"step":{})", i + 1);
    argument("order", order_text(step));
    argument("object", names_.of(step.object));
    if (has_value(step)) argument("value", names_.value(step.value));
    if (reads_a_step(trace_, i)) out_ += fmt::format(R"(,"reads step":{})", step.read_from + 1);
    argument("at", place_text(step.site));
    argument("function", std::string(function_text(step.site)));
    argument("note", step.note);
    out_ += "}}";
  }

  // The halves lie inside their slices, to which the viewers tie them: "s" to the one that is open, "f" too,
  // for its binding point. An arrow is known by its category, name and number together.
  void arrow(std::size_t reader) {
    const auto writer = static_cast<std::size_t>(trace_.steps[reader].read_from);
    for (const bool end : {false, true}) {
      const std::size_t step = end ? reader : writer;
      next();
      out_ += fmt::format(
          R"({{"ph":"{}","cat":"reads","name":"reads","id":{},"pid":1,"tid":{},"ts":{}.5{}}})",
          end ? 'f' : 's', reader + 1, trace_.steps[step].thread + 1, step + 1, end ? R"(,"bp":"e")" : "");
    }
  }

  void instant(const std::string& at, unsigned thread, std::string_view scope, const std::string& name) {
    open("i", thread, at, name);
    out_ += ",\"s\":";
    append_json(out_, scope);
    out_ += '}';
  }

  void metadata(std::string_view what, unsigned tid, const std::string& name) {
    next();
    out_ += fmt::format(R"({{"ph":"M","name":"{}","pid":1,"tid":{},"args":{{"name":)", what, tid);
    append_json(out_, name);
    out_ += "}}";
  }

  void open(std::string_view phase, unsigned thread, const std::string& at, const std::string& name) {
    next();
    out_ += fmt::format(R"({{"ph":"{}","pid":1,"tid":{},"ts":{},"name":)", phase, thread + 1, at);
    append_json(out_, name);
  }

  void argument(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out_ += fmt::format(",\"{}\":", name);
    append_json(out_, value);
  }

  void next() {
    out_ += first_ ? "\n" : ",\n";
    first_ = false;
  }

  const Trace& trace_;
  ObjectNames names_;
  std::string out_;
  bool first_ = true;
};

}  // namespace

std::string chrome_trace(const Trace& trace) { return Events(trace).draw(); }

}  // namespace baton::explorer
