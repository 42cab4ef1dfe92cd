#include "server/io/output_queue.h"

#include <algorithm>
#include <cstring>

namespace baton {

void OutputQueue::link(ReplyBlock* block) noexcept {
  block->next = nullptr;
  (tail_ ? tail_->next : head_) = block;
  tail_ = block;
  bytes_ += block->size;
  memory_ += sizeof(ReplyBlock) + block->capacity;
  ++blocks_;
}

void OutputQueue::append(ReplyBlock* list, BlockPool& pool) {
  while (list) {
    ReplyBlock* const next = list->next;
    if (list->size == 0) {
      pool.give_reply(list);
    } else if (tail_ && list->size <= tail_->capacity - tail_->size) {
      // A slow reader's small replies share a block instead of holding one each.
      std::memcpy(tail_->data() + tail_->size, list->data(), list->size);
      tail_->size += list->size;
      bytes_ += list->size;
      pool.give_reply(list);
    } else {
      link(list);
    }
    list = next;
  }
}

void OutputQueue::append(std::string_view bytes, BlockPool& pool) {
  while (!bytes.empty()) {
    if (!tail_ || tail_->size == tail_->capacity) {
      ReplyBlock* const block = pool.take_reply();
      link(block);
    }
    const std::size_t n = std::min<std::size_t>(bytes.size(), tail_->capacity - tail_->size);
    std::memcpy(tail_->data() + tail_->size, bytes.data(), n);
    tail_->size += static_cast<std::uint32_t>(n);
    bytes_ += n;
    bytes.remove_prefix(n);
  }
}

std::size_t OutputQueue::parts(std::span<iovec> out, std::size_t bytes_max) const noexcept {
  std::size_t n = 0;
  std::size_t offset = offset_;
  for (ReplyBlock* block = head_; block && n < out.size() && bytes_max != 0; block = block->next) {
    const std::size_t bytes = std::min(block->size - offset, bytes_max);
    out[n++] = {block->data() + offset, bytes};
    bytes_max -= bytes;
    offset = 0;
  }
  return n;
}

void OutputQueue::sent(std::size_t bytes, BlockPool& pool) {
  bytes_ -= bytes;
  bytes += offset_;
  while (head_ && bytes >= head_->size) {
    ReplyBlock* const done = head_;
    bytes -= done->size;
    head_ = done->next;
    memory_ -= sizeof(ReplyBlock) + done->capacity;
    --blocks_;
    pool.give_reply(done);
  }
  if (!head_) tail_ = nullptr;
  offset_ = bytes;
}

void OutputQueue::clear(BlockPool& pool) {
  while (head_) {
    ReplyBlock* const next = head_->next;
    pool.give_reply(head_);
    head_ = next;
  }
  tail_ = nullptr;
  offset_ = bytes_ = blocks_ = memory_ = 0;
}

}  // namespace baton
