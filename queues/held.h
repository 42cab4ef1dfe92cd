// Held: the one hand that holds an object, while it moves from thread to thread.
//
//   Held<Session> session(pointer);          // taken from where it was made
//   mailbox.post(std::move(session));        // empty from here on: touching it traps
//   Session* back = session.release();       // or: out of the hand, to whoever stores it
//
// Ownership   Who has the non-empty Held may name the object; nobody else may. The memory itself belongs to
//             whoever made the object: Held never deletes.
// Invariant   I1, I4: a held object is in one hand. A Held ends empty: given on or released, never dropped.
// Traps       Use after move, a null pointer, assignment over an object, destruction with an object inside.
// Progress    A pointer in a register; the checks are one predictable branch each.
// Checked by  queues/held_test.cc; every model hands its clients over in one.
#pragma once

#include <utility>

#include "queues/check.h"

namespace baton {

template <class T>
class [[nodiscard]] Held {
 public:
  Held() noexcept = default;
  explicit Held(T* object) noexcept : object_(object) { check(object != nullptr, "Held: null object"); }
  Held(Held&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    check(object_ == nullptr, "Held: assigned over an object");
    object_ = std::exchange(other.object_, nullptr);
    return *this;
  }
  ~Held() { check(object_ == nullptr, "Held: destroyed with an object inside"); }

  explicit operator bool() const noexcept { return object_ != nullptr; }

  T* operator->() const noexcept { return get(); }
  T& operator*() const noexcept { return *get(); }
  // The object, still held.
  [[nodiscard]] T* get() const noexcept {
    check(object_ != nullptr, "Held: used while empty");
    return object_;
  }
  // Takes the object out of the hand; the caller stores it where it is owned next.
  [[nodiscard]] T* release() noexcept {
    check(object_ != nullptr, "Held: released while empty");
    return std::exchange(object_, nullptr);
  }

 private:
  T* object_ = nullptr;
};

}  // namespace baton
