#include "server/resp/reply_buffer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "queues/check.h"

namespace baton {

ReplyBlock* ReplyBlock::allocate(std::size_t data_bytes) {
  check(data_bytes <= kDataBytesMax, "reply block: too large");
  void* const memory = std::malloc(sizeof(ReplyBlock) + data_bytes);
  if (!memory) throw std::bad_alloc();
  auto* block = new (memory) ReplyBlock;
  block->capacity = static_cast<std::uint32_t>(data_bytes);
  return block;
}

void ReplyBlock::free(ReplyBlock* block) noexcept { std::free(block); }

ReplyBuffer::ReplyBuffer(ReplyBuffer&& other) noexcept { *this = std::move(other); }

ReplyBuffer& ReplyBuffer::operator=(ReplyBuffer&& other) noexcept {
  std::swap(head_, other.head_);
  std::swap(tail_, other.tail_);
  std::swap(cursor_, other.cursor_);
  std::swap(end_, other.end_);
  std::swap(settled_, other.settled_);
  return *this;
}

ReplyBuffer::~ReplyBuffer() {
  for (ReplyBlock* block = take(); block;) ReplyBlock::free(std::exchange(block, block->next));
}

void ReplyBuffer::enter(ReplyBlock* tail) noexcept {
  tail_ = tail;
  cursor_ = tail->data() + tail->size;
  end_ = tail->data() + tail->capacity;
}

void ReplyBuffer::grow(std::size_t bytes) {
  ReplyBlock* const block = ReplyBlock::allocate(std::max(bytes, kBlockDataBytes));
  if (tail_) {
    settle();
    settled_ += tail_->size;
    tail_->next = block;
  } else {
    head_ = block;
  }
  enter(block);
}

void ReplyBuffer::append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (cursor_ == end_) grow(1);
    const std::size_t n = std::min(bytes.size(), static_cast<std::size_t>(end_ - cursor_));
    std::memcpy(cursor_, bytes.data(), n);
    cursor_ += n;
    bytes.remove_prefix(n);
    // The end of the reply and a small one behind it still fit: a large value costs one block, not two.
    if (!bytes.empty()) grow(std::min(bytes.size() + kTailBytes, ReplyBlock::kDataBytesMax));
  }
}

std::size_t ReplyBuffer::capacity() const noexcept {
  std::size_t bytes = 0;
  for (const ReplyBlock* block = head_; block; block = block->next)
    bytes += sizeof(ReplyBlock) + block->capacity;
  return bytes;
}

void ReplyBuffer::insert(std::size_t position, std::string_view bytes) {
  check(position <= size(), "reply buffer: insert behind the end");
  if (position == size()) return append(bytes);
  settle();
  ReplyBlock* block = head_;
  while (position > block->size) {
    position -= block->size;
    block = block->next;
  }
  const std::size_t behind = block->size - position;
  if (bytes.size() <= block->capacity - block->size) {
    std::memmove(block->data() + position + bytes.size(), block->data() + position, behind);
    std::memcpy(block->data() + position, bytes.data(), bytes.size());
    block->size += static_cast<std::uint32_t>(bytes.size());
  } else {
    ReplyBlock* const added = ReplyBlock::allocate(std::max(bytes.size() + behind, kBlockDataBytes));
    std::memcpy(added->data(), bytes.data(), bytes.size());
    std::memcpy(added->data() + bytes.size(), block->data() + position, behind);
    added->size = static_cast<std::uint32_t>(bytes.size() + behind);
    block->size = static_cast<std::uint32_t>(position);
    added->next = block->next;
    block->next = added;
    if (block == tail_) tail_ = added;
  }
  settled_ = 0;
  for (const ReplyBlock* each = head_; each != tail_; each = each->next) settled_ += each->size;
  enter(tail_);
}

void ReplyBuffer::truncate(std::size_t size_wanted) noexcept {
  if (size_wanted >= size()) return;
  settle();
  settled_ = 0;
  ReplyBlock* block = head_;
  while (size_wanted > block->size) {
    size_wanted -= block->size;
    settled_ += block->size;
    block = block->next;
  }
  for (ReplyBlock* rest = std::exchange(block->next, nullptr); rest;)
    ReplyBlock::free(std::exchange(rest, rest->next));
  block->size = static_cast<std::uint32_t>(size_wanted);
  enter(block);
}

void ReplyBuffer::lend(ReplyBlock* block) noexcept {
  check(head_ == nullptr, "reply buffer: lent a block while it has one");
  block->next = nullptr;
  block->size = 0;
  head_ = block;
  settled_ = 0;
  enter(block);
}

ReplyBlock* ReplyBuffer::take() noexcept {
  if (!head_) return nullptr;
  settle();
  tail_ = nullptr;
  cursor_ = end_ = nullptr;
  settled_ = 0;
  return std::exchange(head_, nullptr);
}

}  // namespace baton
