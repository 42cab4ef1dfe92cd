// The lint of memory orders: in every header of queues/
//   - no access takes a default order, no atomic is used as if it were plain, no fence stands alone;
//   - a strong order carries a letter, `// [A]`, on its line;
//   - the letter is declared once, in the opening comment, naming the word and the order of each end;
//   - both ends exist: something that releases and something that acquires, and if one access of a letter is
//     sequentially consistent, all are.
// That an order is needed at all is for the mutants of model/ to say.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "queues/source_text.h"

namespace baton {
namespace {

struct Site {
  std::size_t line;   // from 1
  std::string word;   // the atomic
  std::string order;  // "acquire", …
  bool stores = false;
  bool loads = false;
};

struct Letter {
  std::string declaration;
  std::vector<Site> sites;
};

class OrderLint {
 public:
  explicit OrderLint(std::string_view text) : raw_(lines_of(text)), code_(lines_of(code_only(text))) {
    read_declarations();
    read_sites();
    for (const auto& [name, letter] : letters_) judge(name, letter);
    find_plain_uses(code_only(text));
  }

  const std::vector<std::string>& complaints() const { return complaints_; }
  std::size_t strong_sites() const { return strong_sites_; }

 private:
  void complain(std::size_t line, const std::string& what) {
    complaints_.push_back(std::to_string(line) + ": " + what);
  }

  void read_declarations() {
    for (std::size_t i = 0; i < raw_.size() && raw_[i].starts_with("//"); ++i) {
      const std::size_t at = raw_[i].find_first_not_of(" /");
      if (at == std::string::npos || raw_[i].size() < at + 3 || raw_[i][at] != '[' || raw_[i][at + 2] != ']')
        continue;
      const char name = raw_[i][at + 1];
      if (letters_.contains(name)) complain(i + 1, std::string("letter declared twice: ") + name);
      letters_[name].declaration = raw_[i].substr(at + 3);
    }
  }

  void read_sites() {
    static constexpr std::array<std::string_view, 9> kCalls = {".load(",
                                                               ".store(",
                                                               ".exchange(",
                                                               ".compare_exchange_strong(",
                                                               ".compare_exchange_weak(",
                                                               ".fetch_add(",
                                                               ".fetch_sub(",
                                                               ".fetch_or(",
                                                               ".fetch_and("};
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (code_[i].find("_fence(") != std::string::npos) complain(i + 1, "a fence");
      for (const std::string_view call : kCalls) {
        for (std::size_t at = code_[i].find(call); at != std::string::npos;
             at = code_[i].find(call, at + 1)) {
          read_call(i, at, call);
        }
      }
    }
  }

  // An access: the text of its statement, from the call to the line that ends it.
  void read_call(std::size_t first, std::size_t at, std::string_view call) {
    Site site{first + 1, word_before(code_[first], at), "", call != ".load(", call != ".store("};
    std::string statement = code_[first].substr(at);
    std::size_t last = first;
    int open = balance(code_[first].substr(at));
    while (open > 0 && last + 1 < code_.size()) {
      statement += code_[++last];
      open += balance(code_[last]);
    }
    static constexpr std::string_view kOrder = "memory_order_";
    const std::size_t named = statement.find(kOrder);
    if (named == std::string::npos)
      return complain(first + 1, site.word + std::string(call) + "): default order");
    const std::size_t begin = named + kOrder.size();
    std::size_t end = begin;
    while (end < statement.size() && is_word(statement[end])) ++end;
    site.order = statement.substr(begin, end - begin);
    if (site.order == "relaxed") return;
    ++strong_sites_;
    const std::size_t label = raw_[last].find("// [");
    if (label == std::string::npos) return complain(first + 1, site.word + " " + site.order + ": no letter");
    const char name = raw_[last][label + 4];
    if (!letters_.contains(name)) return complain(first + 1, std::string("letter not declared: ") + name);
    letters_[name].sites.push_back(site);
  }

  static int balance(const std::string& text) {
    return static_cast<int>(std::count(text.begin(), text.end(), '(')) -
           static_cast<int>(std::count(text.begin(), text.end(), ')'));
  }

  static std::string word_before(const std::string& line, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && is_word(line[begin - 1])) --begin;
    return line.substr(begin, at - begin);
  }

  void judge(char name, const Letter& letter) {
    const std::string label = std::string("letter ") + name + ": ";
    std::set<std::string> orders;
    bool releases = false;
    bool acquires = false;
    for (const Site& site : letter.sites) {
      orders.insert(site.order);
      releases |=
          site.stores && (site.order == "release" || site.order == "acq_rel" || site.order == "seq_cst");
      acquires |=
          site.loads && (site.order == "acquire" || site.order == "acq_rel" || site.order == "seq_cst");
      if (letter.declaration.find(site.word) == std::string::npos) {
        complain(site.line, label + "its declaration does not name " + site.word);
      }
      if (letter.declaration.find(site.order) == std::string::npos) {
        complain(site.line, label + "its declaration does not name " + site.order);
      }
    }
    if (!releases) complain(1, label + "no end that releases");
    if (!acquires) complain(1, label + "no end that acquires");
    if (orders.contains("seq_cst") && orders.size() > 1)
      complain(1, label + "sequentially consistent at one end only");
  }

  // A declared atomic whose name is followed by anything but a member call or its initialiser.
  void find_plain_uses(const std::string& code) {
    std::set<std::string> atomics;
    for (std::size_t at = code.find("Atomic<"); at != std::string::npos; at = code.find("Atomic<", at + 1)) {
      const std::size_t close = code.find('>', at);
      const std::size_t begin = code.find_first_not_of(' ', close + 1);
      std::size_t end = begin;
      while (end < code.size() && is_word(code[end])) ++end;
      if (end > begin) atomics.insert(code.substr(begin, end - begin));
    }
    for (const std::string& name : atomics) {
      for (std::size_t at = code.find(name); at != std::string::npos; at = code.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if (!starts_word(code, at) || (end < code.size() && is_word(code[end]))) continue;
        const std::size_t next = code.find_first_not_of(" \n", end);
        const bool stepped = at >= 2 && (code.substr(at - 2, 2) == "++" || code.substr(at - 2, 2) == "--");
        if (stepped || next == std::string::npos ||
            std::string_view(".({;").find(code[next]) == std::string::npos) {
          complain(1 + static_cast<std::size_t>(
                           std::count(code.begin(), code.begin() + static_cast<long>(at), '\n')),
                   name + ": an atomic used as if it were plain");
        }
      }
    }
  }

  std::vector<std::string> raw_;
  std::vector<std::string> code_;
  std::map<char, Letter> letters_;
  std::vector<std::string> complaints_;
  std::size_t strong_sites_ = 0;
};

TEST(OrderLint, every_header_labels_its_strong_orders_and_has_both_ends) {
  std::size_t strong_sites = 0;
  for (const auto& entry : std::filesystem::directory_iterator(BATON_QUEUES_DIR)) {
    // The policy's concept spells out calls that any policy must accept; it accesses nothing.
    if (entry.path().extension() != ".h" || entry.path().filename() == "sync_policy.h") continue;
    const OrderLint lint(read_source(entry.path()));
    for (const std::string& complaint : lint.complaints()) {
      ADD_FAILURE() << entry.path().filename().string() << ":" << complaint;
    }
    strong_sites += lint.strong_sites();
  }
  EXPECT_GE(strong_sites, 10U) << "the lint no longer sees what it is there to judge";
}

// ---- the lint can fail: each bad text draws exactly the complaint it deserves

constexpr std::string_view kGood =
    "// Ring.\n"
    "//   [A] tail_ release -> tail_ acquire   Filled before counted.\n"
    "#pragma once\n"
    "typename Sync::template Atomic<int> tail_{0};\n"
    "void push() { tail_.store(1, std::memory_order_release); }  // [A]\n"
    "int pop() { return tail_.load(std::memory_order_acquire); }  // [A]\n"
    "int own() { return tail_.load(std::memory_order_relaxed); }\n";

std::string changed(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string verdict(const std::string& text) {
  std::string all;
  const OrderLint lint(text);
  for (const std::string& complaint : lint.complaints()) all += complaint + "\n";
  return all;
}

TEST(OrderLint, has_nothing_to_say_about_a_good_header) { EXPECT_EQ(verdict(std::string(kGood)), ""); }

TEST(OrderLint, reports_a_strong_order_without_a_letter) {
  EXPECT_EQ(verdict(changed("acquire); }  // [A]", "acquire); }")),
            "6: tail_ acquire: no letter\n1: letter A: no end that acquires\n");
}

TEST(OrderLint, reports_a_letter_that_is_not_declared) {
  EXPECT_NE(verdict(changed("acquire); }  // [A]", "acquire); }  // [B]")).find("6: letter not declared: B"),
            std::string::npos);
}

TEST(OrderLint, reports_a_letter_declared_twice) {
  EXPECT_NE(
      verdict(changed("#pragma", "// [A] tail_ release -> tail_ acquire\n#pragma")).find("declared twice: A"),
      std::string::npos);
}

TEST(OrderLint, reports_a_missing_end) {
  EXPECT_EQ(verdict(changed("memory_order_release", "memory_order_relaxed")),
            "1: letter A: no end that releases\n");
  EXPECT_EQ(verdict(changed("memory_order_acquire", "memory_order_relaxed")),
            "1: letter A: no end that acquires\n");
}

TEST(OrderLint, reports_sequential_consistency_at_one_end_only) {
  EXPECT_NE(verdict(changed("memory_order_release", "memory_order_seq_cst")).find("at one end only"),
            std::string::npos);
}

TEST(OrderLint, reports_a_declaration_that_names_another_word) {
  EXPECT_NE(verdict(changed("[A] tail_ release -> tail_", "[A] head_ release -> head_"))
                .find("does not name tail_"),
            std::string::npos);
}

TEST(OrderLint, reports_default_orders) {
  EXPECT_NE(
      verdict(changed("load(std::memory_order_relaxed)", "load()")).find("7: tail_.load(): default order"),
      std::string::npos);
  EXPECT_NE(verdict(changed("store(1, std::memory_order_release)", "store(1)")).find("default order"),
            std::string::npos);
  EXPECT_NE(verdict(changed("tail_.load(std::memory_order_relaxed)", "tail_.fetch_add(\n  1)"))
                .find("default order"),
            std::string::npos);
}

TEST(OrderLint, reports_an_atomic_used_as_if_it_were_plain) {
  for (const std::string_view use : {"tail_ + 1", "++tail_", "(tail_ = 3)", "tail_++"}) {
    EXPECT_NE(verdict(changed("tail_.load(std::memory_order_relaxed)", use)).find("7: tail_: an atomic used"),
              std::string::npos)
        << use;
  }
}

TEST(OrderLint, reports_a_fence) {
  EXPECT_NE(
      verdict(changed("int own()", "void f() { atomic_thread_fence(std::memory_order_seq_cst); }\nint own()"))
          .find("a fence"),
      std::string::npos);
}

TEST(OrderLint, is_not_fooled_by_comments) {
  EXPECT_EQ(
      verdict(changed("int own()", "// tail_.load() would be wrong, and so would tail_ = 1\nint own()")), "");
}

}  // namespace
}  // namespace baton
