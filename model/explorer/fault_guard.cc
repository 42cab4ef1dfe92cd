#include "model/explorer/fault_guard.h"

#include <csignal>
#include <cstdio>

#include "model/explorer/engine.h"

namespace baton::explorer {

namespace {

void on_fault(int signal) {
  if (Engine::exists() && Engine::current().executing()) {
    char text[80];
    std::snprintf(text, sizeof text, "a fault of the machine: %s",
                  signal == SIGFPE ? "SIGFPE" : "a wild pointer");
    Engine::current().fail(text, {"", "", 0, 0});
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

void install_fault_guard() {
  if (!kFaultsAreFailures) return;
  static char stack[64 * 1024];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_handler = &on_fault;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE}) ::sigaction(signal, &action, nullptr);
}

}  // namespace baton::explorer
