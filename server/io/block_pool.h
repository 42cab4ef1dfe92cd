// BlockPool: input and reply blocks of one I/O loop, taken and given back by that loop alone.
//
// A connection holds an input block only while it has unparsed bytes, and lends a reply block to its session
// for the time of a hand-off, so that idle connections hold no memory, and the blocks in use are the few that
// are warm in the cache.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <vector>

#include "server/resp/reply_buffer.h"

namespace baton {

class BlockPool {
 public:
  // A cache line more than a power of two: blocks taken in a row do not fall on the same cache sets.
  static constexpr std::size_t kInputBytes = 16 * 1024 + 64;
  static constexpr std::size_t kReplyBytes = 16 * 1024 + 64 - sizeof(ReplyBlock);
  static constexpr std::size_t kKept = 128;  // of each kind; more are given back to the allocator

  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool() {
    for (char* block : inputs_) std::free(block);
    for (ReplyBlock* block : replies_) ReplyBlock::free(block);
  }

  [[nodiscard]] char* take_input() {
    if (inputs_.empty()) return static_cast<char*>(std::malloc(kInputBytes));
    char* const block = inputs_.back();
    inputs_.pop_back();
    return block;
  }
  void give_input(char* block) {
    if (inputs_.size() < kKept)
      inputs_.push_back(block);
    else
      std::free(block);
  }
  [[nodiscard]] ReplyBlock* take_reply() {
    if (replies_.empty()) return ReplyBlock::allocate(kReplyBytes);
    ReplyBlock* const block = replies_.back();
    replies_.pop_back();
    return block;
  }
  // Blocks of other sizes, which the executor added to a long reply, are freed.
  void give_reply(ReplyBlock* block) {
    if (block->capacity == kReplyBytes && replies_.size() < kKept) {
      block->size = 0;
      block->next = nullptr;
      replies_.push_back(block);
    } else {
      ReplyBlock::free(block);
    }
  }

 private:
  std::vector<char*> inputs_;
  std::vector<ReplyBlock*> replies_;
};

}  // namespace baton
