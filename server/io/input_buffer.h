// InputBuffer: received bytes of one connection that are not parsed yet.
//
// Starts with a block of the loop's pool and grows on the heap for commands that do not fit. Parsed commands
// point into it, so while a session is away nobody calls make_room().
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include "server/io/block_pool.h"

namespace baton {

class InputBuffer {
 public:
  [[nodiscard]] std::span<char> pending() noexcept { return {data_ + begin_, end_ - begin_}; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }

  void consume(std::size_t bytes) noexcept { begin_ += bytes; }
  void cut(std::size_t bytes) noexcept { end_ = begin_ + bytes; }  // keeps the first `bytes`
  void received(std::size_t bytes) noexcept { end_ += bytes; }

  // Room to receive into; at least a quarter of the block.
  [[nodiscard]] std::span<char> make_room(BlockPool& pool) {
    if (!data_) {
      data_ = pool.take_input();
      capacity_ = BlockPool::kInputBytes;
      begin_ = end_ = 0;
    }
    if (begin_ > 0) compact();
    if (capacity_ - end_ < capacity_ / 4) grow(pool);
    return {data_ + end_, capacity_ - end_};
  }
  // Gives the block back when nothing is in it.
  void release_if_empty(BlockPool& pool) noexcept {
    if (data_ && empty()) release(pool);
  }
  void release(BlockPool& pool) noexcept {
    if (!data_) return;
    if (capacity_ == BlockPool::kInputBytes)
      pool.give_input(data_);
    else
      std::free(data_);
    data_ = nullptr;
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void compact() noexcept {
    std::memmove(data_, data_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  void grow(BlockPool& pool) {
    const std::size_t bytes = capacity_ * 2;
    char* const bigger = static_cast<char*>(std::malloc(bytes));
    std::memcpy(bigger, data_, end_);
    const std::size_t end = end_;
    release(pool);
    data_ = bigger;
    capacity_ = bytes;
    end_ = end;
  }

  char* data_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace baton
