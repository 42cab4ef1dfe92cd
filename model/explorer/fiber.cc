#include "model/explorer/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(BATON_ADDRESS_SANITIZER)
extern "C" void __sanitizer_start_switch_fiber(void** keep, const void* bottom, std::size_t bytes);
extern "C" void __sanitizer_finish_switch_fiber(void* kept, const void** bottom_old, std::size_t* bytes_old);
extern "C" void __asan_unpoison_memory_region(const volatile void* at, std::size_t bytes);
#endif

#if defined(__x86_64__)
// Saves what a call must keep on the old stack, stores its top to *from, and takes the same from the new one.
// The last jump is indirect and no return: the return predictor would be wrong anyway.
extern "C" void baton_fiber_switch(void** from, void* to);
asm(R"(
.text
.p2align 4
.type baton_fiber_switch,@function
baton_fiber_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmpq *%rcx
.size baton_fiber_switch,.-baton_fiber_switch
)");
#endif

namespace baton::explorer {

namespace {

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

// Whom the fiber that starts belongs to: set right before the first switch to it.
Fiber* starting = nullptr;
#if defined(BATON_ADDRESS_SANITIZER)
const void* first_stack_bottom = nullptr;
std::size_t first_stack_bytes = 0;
#endif

}  // namespace

Fiber::Fiber(std::size_t stack_bytes) : bytes_(stack_bytes) {
  const std::size_t guard = page_bytes();
  void* const mapped = ::mmap(nullptr, guard + bytes_, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapped == MAP_FAILED || ::mprotect(mapped, guard, PROT_NONE) != 0) {
    std::fprintf(stderr, "baton: no memory for the stack of a simulated thread\n");
    std::abort();
  }
  stack_ = static_cast<char*>(mapped) + guard;
}

Fiber::~Fiber() {
  if (stack_ != nullptr) ::munmap(stack_ - page_bytes(), page_bytes() + bytes_);
}

void Fiber::start(void (*entry)()) {
  entry_ = entry;
  fake_stack_ = nullptr;
#if defined(BATON_ADDRESS_SANITIZER)
  __asan_unpoison_memory_region(stack_, bytes_);  // an abandoned run left its marks
#endif
#if defined(__x86_64__)
  auto** top = reinterpret_cast<void**>(stack_ + bytes_ - 64);
  *--top = nullptr;  // where a return address would lie: entries are aligned as if called
  *--top = reinterpret_cast<void*>(&Fiber::run_entry);
  for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
  top_ = top;
#else
  ::getcontext(&context_);
  context_.uc_stack.ss_sp = stack_;
  context_.uc_stack.ss_size = bytes_;
  context_.uc_link = nullptr;
  ::makecontext(&context_, &Fiber::run_entry, 0);
#endif
}

void Fiber::run_entry() {
  arrive(nullptr);
  starting->entry_();
  std::abort();  // an entry does not return
}

void Fiber::prepare_to_run([[maybe_unused]] void** keep_fake_stack) {
  starting = this;
#if defined(BATON_ADDRESS_SANITIZER)
  if (stack_ != nullptr) {
    __sanitizer_start_switch_fiber(keep_fake_stack, stack_, bytes_);
  } else {
    __sanitizer_start_switch_fiber(keep_fake_stack, first_stack_bottom, first_stack_bytes);
  }
#endif
}

void Fiber::arrive([[maybe_unused]] void* fake_stack) {
#if defined(BATON_ADDRESS_SANITIZER)
  const void* bottom = nullptr;
  std::size_t bytes = 0;
  __sanitizer_finish_switch_fiber(fake_stack, &bottom, &bytes);
  if (first_stack_bottom == nullptr) {
    first_stack_bottom = bottom;
    first_stack_bytes = bytes;
  }
#endif
}

void Fiber::switch_to(Fiber& from, Fiber& to) {
  to.prepare_to_run(&from.fake_stack_);
#if defined(__x86_64__)
  baton_fiber_switch(&from.top_, to.top_);
#else
  ::swapcontext(&from.context_, &to.context_);
#endif
  arrive(from.fake_stack_);
}

void Fiber::leave_to(Fiber& to) {
  to.prepare_to_run(nullptr);
#if defined(__x86_64__)
  void* forgotten = nullptr;
  baton_fiber_switch(&forgotten, to.top_);
#else
  ::setcontext(&to.context_);
#endif
  std::abort();
}

}  // namespace baton::explorer
