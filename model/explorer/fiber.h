// Fiber: a stack of its own, and the switch between two of them; all fibers run on one thread of the system.
//
//   Fiber outside, inside(256 * 1024);
//   inside.start(&entry);                  // entry() never returns: it switches away for the last time
//   Fiber::switch_to(outside, inside);     // runs entry() until somebody switches back to `outside`
//
// A fiber may be abandoned at any point and started anew: nothing on its stack is unwound. A guard page under
// the stack turns an overflow into a fault.
//
// Cost        x86-64: the six registers that a call must keep, some 5 ns; elsewhere ucontext, a system call.
// Checked by  model/explorer/fiber_test.cc
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

// Compilers tell of AddressSanitizer in two ways.
#if defined(__SANITIZE_ADDRESS__)
#define BATON_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BATON_ADDRESS_SANITIZER 1
#endif
#endif

namespace baton::explorer {

class Fiber {
 public:
  // The context that is running already: the place to come back to.
  Fiber() = default;
  // Aborts when the system has no memory for the stack.
  explicit Fiber(std::size_t stack_bytes);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  void start(void (*entry)());

  // Saves the running context in `from`, which must be the one that runs, and continues `to`.
  static void switch_to(Fiber& from, Fiber& to);
  // The same, when `from` will not be continued but by start().
  [[noreturn]] static void leave_to(Fiber& to);

 private:
  void prepare_to_run(void** keep_fake_stack);
  static void arrive(void* fake_stack);
  static void run_entry();

  char* stack_ = nullptr;  // above the guard page
  std::size_t bytes_ = 0;
  void (*entry_)() = nullptr;
#if defined(__x86_64__)
  void* top_ = nullptr;
#else
  ucontext_t context_{};
#endif
  // AddressSanitizer's: the fake stack of a fiber that is switched away, and the bounds of the first stack.
  void* fake_stack_ = nullptr;
};

}  // namespace baton::explorer
