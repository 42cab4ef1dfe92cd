// Zero cost, looked at: the machine code of the ring and the gate on StdSync against the same written by
// hand. Argument 1 of the process is the object file of zero_cost_probe.cc, argument 2 the disassembler.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Instruction {
  std::string mnemonic;
  std::string operands;
};
using Code = std::vector<Instruction>;

std::string& object_file() {
  static std::string path;
  return path;
}
std::string& disassembler() {
  static std::string path;
  return path;
}

bool is_padding(const Instruction& i) {
  return i.mnemonic.starts_with("nop") || i.mnemonic == "data16" || i.mnemonic == "cs" ||
         i.mnemonic == "endbr64" || (i.mnemonic == "xchg" && i.operands == "%ax,%ax");
}

// Name of function -> its instructions, without padding.
std::map<std::string, Code> disassemble() {
  std::map<std::string, Code> functions;
  const std::string command = disassembler() + " -d --no-show-raw-insn '" + object_file() + "'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return functions;
  Code* current = nullptr;
  char buffer[1024];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) {
    const std::string line(buffer);
    const std::size_t open = line.find('<');
    if (open != std::string::npos && line.find(">:") != std::string::npos) {
      current = &functions[line.substr(open + 1, line.find(">:") - open - 1)];
      continue;
    }
    const std::size_t colon = line.find(":\t");
    if (current == nullptr || colon == std::string::npos) continue;
    std::istringstream words(line.substr(colon + 2));
    Instruction instruction;
    words >> instruction.mnemonic >> instruction.operands;
    if (instruction.mnemonic == "bnd" || instruction.mnemonic == "notrack") {
      instruction.mnemonic = instruction.operands;
      words >> instruction.operands;
    }
    if (!is_padding(instruction)) current->push_back(instruction);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return functions;
}

std::vector<std::string> mnemonics(const Code& code) {
  std::vector<std::string> all;
  for (const Instruction& i : code) all.push_back(i.mnemonic);
  return all;
}

// Calls, fences and locked operations, which neither a push nor a pop has any use for.
std::vector<std::string> forbidden(const Code& code) {
  static const std::set<std::string> kForbidden = {"lock", "mfence", "sfence", "lfence", "xchg",
                                                   "bl",   "blr",    "dmb",    "swpal"};
  std::vector<std::string> found;
  for (const Instruction& i : code) {
    if (kForbidden.contains(i.mnemonic) || i.mnemonic.starts_with("call")) found.push_back(i.mnemonic);
  }
  return found;
}

// Instructions that name memory: `8(%rdi)` on x86-64, `[x0, 8]` on AArch64.
long memory_accesses(const Code& code) {
  return std::count_if(code.begin(), code.end(), [](const Instruction& i) {
    return !i.mnemonic.starts_with("lea") && i.operands.find_first_of("([") != std::string::npos;
  });
}

struct ZeroCost : testing::Test {
  const Code& code(const std::string& function) {
    static const std::map<std::string, Code> kFunctions = disassemble();
    static const Code kNothing;
    const auto found = kFunctions.find(function);
    EXPECT_TRUE(found != kFunctions.end() && !found->second.empty()) << "no code of " << function;
    return found == kFunctions.end() ? kNothing : found->second;
  }

  void expect_same(const std::string& policy, const std::string& hand) {
    EXPECT_EQ(mnemonics(code(policy)), mnemonics(code(hand)));
    EXPECT_EQ(memory_accesses(code(policy)), memory_accesses(code(hand)));
    EXPECT_EQ(forbidden(code(policy)), std::vector<std::string>{});
  }
};

TEST_F(ZeroCost, try_push_is_the_hand_written_push) { expect_same("policy_push", "hand_push"); }
TEST_F(ZeroCost, try_pop_is_the_hand_written_pop) { expect_same("policy_pop", "hand_pop"); }
TEST_F(ZeroCost, requested_is_one_load_and_a_comparison) {
  expect_same("policy_requested", "hand_requested");
}

TEST_F(ZeroCost, an_order_too_strong_and_a_load_too_many_would_be_seen) {
  EXPECT_NE(mnemonics(code("costly_push")), mnemonics(code("hand_push")));
  EXPECT_FALSE(forbidden(code("costly_push")).empty()) << "the sequentially consistent store";
}

TEST_F(ZeroCost, a_call_would_be_seen) { EXPECT_FALSE(forbidden(code("calling_push")).empty()); }

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) {
    std::fprintf(stderr, "usage: zero_cost_test OBJECT_FILE DISASSEMBLER\n");
    return 2;
  }
  object_file() = argv[1];
  disassembler() = argv[2];
  return RUN_ALL_TESTS();
}
