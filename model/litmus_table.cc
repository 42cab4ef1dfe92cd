// The outcomes of model/litmus.h: what C++20 allows, and what each engine leaves out of it.
#include "model/litmus.h"

namespace baton::model {

namespace {

constexpr const char* kAllTwo = "00 01 10 11";
constexpr const char* kAllThree = "000 001 010 011 100 101 110 111";
constexpr const char* kAllFour =
    "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1010 1011 1100 1101 1110 1111";
constexpr const char* kNotApart =
    "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1011 1100 1101 1110 1111";
constexpr const char* kInOrder = "000 001 010 011 100 101 111";

}  // namespace

const std::vector<LitmusExpectation>& litmus_table() {
  static const std::vector<LitmusExpectation> kTable = {
      // name, C++20, by interleaving alone, the explorer misses, Relacy misses
      {"SB relaxed", kAllTwo, "01 10 11", "", ""},
      {"SB release acquire", kAllTwo, "01 10 11", "", ""},
      {"SB seq_cst", "01 10 11", "01 10 11", "", ""},
      {"SB seq_cst fences", "01 10 11", "01 10 11", "", ""},
      {"SB one fence", kAllTwo, "01 10 11", "", ""},
      {"SB exchange acq_rel", kAllTwo, "01 10 11", "", ""},
      {"SB one seq_cst load is acquire", kAllTwo, "01 10 11", "", ""},
      {"SB access against fence", "01 10 11", "01 10 11", "", "", "", "00"},
      {"SB relaxed load against fence", kAllTwo, "01 10 11", "", ""},
      {"R fence against accesses", "01 11 12", "01 11 12", "", "", "", "02"},
      {"S fence against accesses", "01 02 11", "01 02 11", "", ""},
      {"W+RWC fence against accesses", "000 001 010 011 101 110 111", "000 001 010 011 101 110 111", "", "",
       "", "100"},
      {"W+RWC relaxed, fence against accesses", kAllThree, "000 001 010 011 101 110 111", "", ""},
      {"MP relaxed", kAllTwo, "00 01 11", "", ""},
      {"MP release acquire", "00 01 11", "00 01 11", "", ""},
      {"MP release, not acquired", kAllTwo, "00 01 11", "", ""},
      {"MP fences", "00 01 11", "00 01 11", "", ""},
      {"MP mutex", "00 11", "00 11", "", ""},
      {"MP bell that orders nothing", "0 1", "1", "", ""},
      {"LB relaxed", kAllTwo, "00 01 10", "11", "11"},
      {"LB acquire release", "00 01 10", "00 01 10", "", ""},
      {"CoRR", "00 01 02 11 12 22", "00 01 02 11 12 22", "", ""},
      {"CoWR", "1 2", "1 2", "", ""},
      {"additions are atomic", "01 10", "01 10", "", ""},
      {"old values", "00 01 02 03 04 05 10 11 12 13 14 15", "00 01 02 03 04 05 15", "", "10 11 12 13"},
      {"a failing exchange reads an old value", kAllTwo, "00 01 11", "", "10"},
      {"2+2W", "11 12 21 22", "12 21 22", "11", "11"},
      {"release sequence through an addition", "00 01 10 11 21", "00 01 10 11 21", "", ""},
      {"release sequence and a later store", "00 01 11 20 21", "00 01 11 21", "", "20"},
      {"WRC", kInOrder, kInOrder, "", ""},
      {"WRC relaxed", kAllThree, kInOrder, "", ""},
      {"WRC seq_cst loads", kAllThree, kInOrder, "", ""},
      {"ISA2", kInOrder, kInOrder, "", ""},
      {"IRIW release acquire", kAllFour, kNotApart, "", ""},
      {"IRIW seq_cst", kNotApart, kNotApart, "", ""},
      {"IRIW seq_cst loads", kNotApart, kNotApart, "", "", "", "1010"},
      {"IRIW seq_cst fences", kNotApart, kNotApart, "", ""},
      {"Z6.U", "010 011 030 031 120 121 130 131 310 311 340 341",
       "010 011 030 031 120 121 131 310 311 340 341", "", "130"},
  };
  return kTable;
}

Outcomes parse_outcomes(const std::string& words) {
  Outcomes outcomes;
  std::size_t outcome = 0;
  bool in_word = false;
  for (const char letter : words + ' ') {
    if (letter != ' ') {
      outcome = outcome * 8 + static_cast<std::size_t>(letter - '0');
      in_word = true;
    } else if (in_word) {
      outcomes.set(outcome);
      outcome = 0;
      in_word = false;
    }
  }
  return outcomes;
}

std::string words_of(const Outcomes& outcomes, unsigned results) {
  std::string words;
  for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
    if (!outcomes.test(outcome)) continue;
    if (!words.empty()) words += ' ';
    for (unsigned digit = results; digit-- > 0;)
      words += static_cast<char>('0' + (outcome >> (3 * digit)) % 8);
  }
  return words;
}

}  // namespace baton::model
