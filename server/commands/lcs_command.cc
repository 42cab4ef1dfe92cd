// LCS: the longest common subsequence of two strings, by the table of all prefixes.
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <string>

#include "server/commands/string_handlers.h"
#include "server/commands/words.h"
#include "server/resp/number.h"

namespace baton {

namespace {

struct LcsOptions {
  bool length = false;
  bool matches = false;
  bool match_lengths = false;
  std::int64_t match_min = 0;
};

// False when it answered an error.
bool read_options(DataCall& call, LcsOptions& options) {
  for (std::size_t i = 3; i < call.args.size(); ++i) {
    const std::string_view word = call.args[i];
    if (is_word(word, "len")) {
      options.length = true;
    } else if (is_word(word, "idx")) {
      options.matches = true;
    } else if (is_word(word, "withmatchlen")) {
      options.match_lengths = true;
    } else if (is_word(word, "minmatchlen") && i + 1 < call.args.size()) {
      const auto least = parse_int64(call.args[++i]);
      if (!least) {
        call.reply.error(kNotInteger);
        return false;
      }
      options.match_min = *least;
    } else {
      call.reply.error(kSyntaxError);
      return false;
    }
  }
  if (options.length && options.matches) {
    call.reply.error("ERR If you want both the length and indexes, please just use IDX.");
    return false;
  }
  return true;
}

// lengths(i, j): of the longest common subsequence of the first i bytes of one and the first j of the other.
class PrefixTable {
 public:
  PrefixTable(std::string_view a, std::string_view b, std::unique_ptr<std::uint32_t[]> cells)
      : columns_(b.size() + 1), cells_(std::move(cells)) {
    for (std::size_t i = 0; i <= a.size(); ++i) {
      for (std::size_t j = 0; j <= b.size(); ++j) {
        std::uint32_t& cell = cells_[i * columns_ + j];
        if (i == 0 || j == 0)
          cell = 0;
        else if (a[i - 1] == b[j - 1])
          cell = (*this)(i - 1, j - 1) + 1;
        else
          cell = std::max((*this)(i - 1, j), (*this)(i, j - 1));
      }
    }
  }
  [[nodiscard]] std::uint32_t operator()(std::size_t i, std::size_t j) const noexcept {
    return cells_[i * columns_ + j];
  }

 private:
  std::size_t columns_;
  std::unique_ptr<std::uint32_t[]> cells_;
};

// A run of bytes that both strings have; ends are exclusive here and inclusive in the reply.
struct Match {
  std::size_t a_begin = 0, a_end = 0, b_begin = 0, b_end = 0;
  [[nodiscard]] std::size_t size() const noexcept { return a_end - a_begin; }
};

void write_match(ReplyWriter& reply, const Match& match, bool with_length) {
  const auto write_range = [&](std::size_t begin, std::size_t end) {
    reply.array(2);
    reply.integer(static_cast<std::int64_t>(begin));
    reply.integer(static_cast<std::int64_t>(end) - 1);
  };
  reply.array(with_length ? 3 : 2);
  write_range(match.a_begin, match.a_end);
  write_range(match.b_begin, match.b_end);
  if (with_length) reply.integer(static_cast<std::int64_t>(match.size()));
}

// Walks the table from its end, where the last common bytes are; calls `on_match` for each run, the last one
// first, and returns the subsequence.
template <class OnMatch>
std::string walk(std::string_view a, std::string_view b, const PrefixTable& lengths, OnMatch&& on_match) {
  std::string common(lengths(a.size(), b.size()), '\0');
  std::size_t left = common.size();
  Match run;
  bool open = false;
  const auto close = [&] {
    if (open) on_match(run);
    open = false;
  };
  std::size_t i = a.size();
  std::size_t j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      common[--left] = a[i - 1];
      if (open && run.a_begin == i && run.b_begin == j) {
        --run.a_begin;
        --run.b_begin;
      } else {
        close();
        run = {i - 1, i, j - 1, j};
        open = true;
      }
      --i;
      --j;
    } else if (lengths(i - 1, j) > lengths(i, j - 1)) {
      --i;
    } else {
      --j;
    }
  }
  close();
  return common;
}

}  // namespace

Effect lcs_command(DataCall& call) {
  const Entry* entry_a = call.db.find_for_read(call.nth_key(0, 1));
  const Entry* entry_b = call.db.find_for_read(call.nth_key(1, 2));
  // A lookup may remove what expired, and with it move the other entry: look again.
  entry_a = call.db.find(call.nth_key(0, 1), Touch::no);
  if ((entry_a && entry_a->type() != Type::string) || (entry_b && entry_b->type() != Type::string)) {
    call.reply.error("ERR The specified keys must contain string values");
    return {};
  }
  LcsOptions options;
  if (!read_options(call, options)) return {};
  IntegerText scratch_a, scratch_b;
  const std::string_view a = entry_a ? entry_a->string(scratch_a) : std::string_view{};
  const std::string_view b = entry_b ? entry_b->string(scratch_b) : std::string_view{};
  constexpr std::size_t kSizeMax = std::numeric_limits<std::uint32_t>::max() - 1;
  if (a.size() >= kSizeMax || b.size() >= kSizeMax) {
    call.reply.error("ERR String too long for LCS");
    return {};
  }
  const auto cells = static_cast<unsigned __int128>(a.size() + 1) * (b.size() + 1);
  if (cells > call.string_max / sizeof(std::uint32_t)) {
    call.reply.error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    return {};
  }
  std::unique_ptr<std::uint32_t[]> memory(new (std::nothrow) std::uint32_t[static_cast<std::size_t>(cells)]);
  if (!memory) {
    call.reply.error("ERR Insufficient memory, failed allocating transient memory for LCS");
    return {};
  }
  const PrefixTable lengths(a, b, std::move(memory));
  const auto length = static_cast<std::int64_t>(lengths(a.size(), b.size()));
  if (options.length) {
    call.reply.integer(length);
    return {};
  }
  if (!options.matches) {
    call.reply.bulk(walk(a, b, lengths, [](const Match&) {}));
    return {};
  }
  call.reply.map(2);
  call.reply.bulk("matches");
  const auto mark = call.reply.begin(ReplyWriter::Aggregate::array);
  std::size_t shown = 0;
  walk(a, b, lengths, [&](const Match& match) {
    if (static_cast<std::int64_t>(match.size()) < options.match_min) return;
    write_match(call.reply, match, options.match_lengths);
    ++shown;
  });
  call.reply.end(mark, shown);
  call.reply.bulk("len");
  call.reply.integer(length);
  return {};
}

}  // namespace baton
