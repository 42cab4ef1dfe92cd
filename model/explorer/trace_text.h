// The words for a trace, the same in the terminal, in Perfetto and on the page.
//
// Steps are counted from 1 for readers: TraceStep::read_from 11 is "step 12".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/explorer/trace.h"

namespace baton::explorer {

// The names of a trace's objects, "word 3", "cell 4", "mutex 1", "bell 2", by what is done to them, and of
// its values.
class ObjectNames {
 public:
  explicit ObjectNames(const Trace& trace);

  // Empty for no object.
  [[nodiscard]] std::string of(int object) const;
  [[nodiscard]] int size() const { return static_cast<int>(kinds_.size()); }

  // Decimal; small negative numbers as such; what looks like an address by the order in which addresses are
  // met,
  // "&1", "&2", so that it is the same in every replay; other large numbers in hexadecimal.
  [[nodiscard]] std::string value(std::uint64_t value) const;

 private:
  std::vector<const char*> kinds_;
  std::map<std::uint64_t, std::size_t> addresses_;
};

// "load word 3 = 0", "post bell 2", "failed rmw word 3 = 1"; of a simulated platform its call.
[[nodiscard]] std::string operation_text(const TraceStep& step, const ObjectNames& names);

// "acquire"; empty where the operation takes no order.
[[nodiscard]] std::string order_text(const TraceStep& step);

// True where the value of a step says something: of words and cells, not of mutexes and bells.
[[nodiscard]] bool has_value(const TraceStep& step);

// False for a step that the engine itself makes.
[[nodiscard]] bool has_place(const model::CallSite& site);

// "doorbell.h:68": the file without its folders. Empty without a place.
[[nodiscard]] std::string place_text(const model::CallSite& site);

// "prepare_to_sleep": the function without the arguments of its template. Empty without a site.
[[nodiscard]] std::string_view function_text(const model::CallSite& site);

// The name of a thread, or "thread 3" where the trace has none.
[[nodiscard]] std::string thread_name(const Trace& trace, unsigned thread);

// How many threads are drawn: all that are named, and all that take a step.
[[nodiscard]] unsigned thread_count(const Trace& trace);

// True if the trace says that `thread` came to its end.
[[nodiscard]] bool has_ended(const Trace& trace, unsigned thread);

// The last step of `thread`, or kNoStep.
[[nodiscard]] int last_step_of(const Trace& trace, unsigned thread);

// True if read_from is an earlier step of the trace.
[[nodiscard]] bool reads_a_step(const Trace& trace, std::size_t step);

// Appends `text` as a JSON string with its quotes. What could end an HTML script element is escaped too, and
// bytes that are not UTF-8 become U+FFFD, so that the result is valid wherever it is put.
void append_json(std::string& out, std::string_view text);

}  // namespace baton::explorer
