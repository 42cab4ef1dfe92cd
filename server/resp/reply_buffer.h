// ReplyBuffer: bytes on their way to one client, as a list of blocks that only ever grow at the end.
//
// Ownership   Move-only; travels with the session from the executor to the I/O thread. The first block is
// lent by the
//             I/O thread's pool (so that it is freed where it was taken); what does not fit goes to heap
//             blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace baton {

struct ReplyBlock {
  ReplyBlock* next = nullptr;
  std::uint32_t capacity = 0;  // bytes of data()
  std::uint32_t size = 0;      // bytes written
  [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }

  static constexpr std::size_t kDataBytesMax = 0xffff'ffff;
  [[nodiscard]] static ReplyBlock* allocate(std::size_t data_bytes);
  static void free(ReplyBlock* block) noexcept;
};

class ReplyBuffer {
 public:
  ReplyBuffer() = default;
  ReplyBuffer(ReplyBuffer&& other) noexcept;
  ReplyBuffer& operator=(ReplyBuffer&& other) noexcept;
  ~ReplyBuffer();

  // Room for at least `bytes` contiguous ones; write, then commit what was used.
  [[nodiscard]] char* reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - cursor_) < bytes) [[unlikely]]
      grow(bytes);
    return cursor_;
  }
  void commit(std::size_t bytes) noexcept { cursor_ += bytes; }
  void append(std::string_view bytes);

  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t size() const noexcept {  // bytes held
    return tail_ ? settled_ + static_cast<std::size_t>(cursor_ - tail_->data()) : 0;
  }
  [[nodiscard]] std::size_t capacity() const noexcept;  // bytes of memory taken
  // Inserts before the byte at `position`, counted from the start: the header of an aggregate whose length
  // was not known.
  void insert(std::size_t position, std::string_view bytes);
  // Drops bytes at the end.
  void truncate(std::size_t size) noexcept;

  // For the I/O thread: lends the first block, and takes the list of blocks out with their sizes set.
  void lend(ReplyBlock* block) noexcept;  // the buffer has no block
  [[nodiscard]] ReplyBlock* take() noexcept;

 private:
  static constexpr std::size_t kBlockDataBytes = 16 * 1024 - sizeof(ReplyBlock);
  static constexpr std::size_t kTailBytes = 64;  // behind a large value

  void grow(std::size_t bytes);
  void enter(ReplyBlock* tail) noexcept;  // goes on writing behind what is in `tail`
  void settle() noexcept { tail_->size = static_cast<std::uint32_t>(cursor_ - tail_->data()); }

  ReplyBlock* head_ = nullptr;
  ReplyBlock* tail_ = nullptr;
  char* cursor_ = nullptr;  // next byte to write, in tail_
  char* end_ = nullptr;
  std::size_t settled_ = 0;  // bytes in blocks before tail_
};

}  // namespace baton
