// OutputQueue: replies of one connection that its socket has not taken yet, as a list of blocks.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "server/io/block_pool.h"
#include "server/resp/reply_buffer.h"

namespace baton {

class OutputQueue {
 public:
  static constexpr std::size_t kPartsMax = 64;

  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }
  [[nodiscard]] std::size_t memory() const noexcept { return memory_; }

  // Appends a list of blocks; those without content go back to the pool.
  void append(ReplyBlock* list, BlockPool& pool);
  void append(std::string_view bytes, BlockPool& pool);
  // What to offer to the socket next, `bytes_max` at most; returns how many parts were filled in.
  [[nodiscard]] std::size_t parts(std::span<iovec> out, std::size_t bytes_max) const noexcept;
  void sent(std::size_t bytes, BlockPool& pool);
  void clear(BlockPool& pool);

 private:
  void link(ReplyBlock* block) noexcept;

  ReplyBlock* head_ = nullptr;
  ReplyBlock* tail_ = nullptr;
  std::size_t offset_ = 0;  // bytes of head_ already sent
  std::size_t bytes_ = 0;
  std::size_t blocks_ = 0;
  std::size_t memory_ = 0;
};

}  // namespace baton
