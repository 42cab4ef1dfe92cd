// ReplyBuffer: bytes on their way to one client, as a list of blocks that only ever grow at the end.
//
// Ownership   Move-only; travels with the session from the executor to the I/O thread. The first block is lent by the
//             I/O thread's pool (so that it is freed where it was taken); what does not fit goes to heap blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace baton {

struct ReplyBlock {
  ReplyBlock* next = nullptr;
  std::uint32_t capacity = 0;   // bytes of data[]
  std::uint32_t size = 0;       // bytes written
  char* data() noexcept { return reinterpret_cast<char*>(this + 1); }

  static constexpr std::size_t kDefaultBytes = 16 * 1024;  // whole block, header included
  static ReplyBlock* allocate(std::size_t data_bytes);
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
    if (static_cast<std::size_t>(end_ - cursor_) < bytes) [[unlikely]] grow(bytes);
    return cursor_;
  }
  void commit(std::size_t bytes) noexcept { cursor_ += bytes; }
  void append(std::string_view bytes);

  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;      // bytes held
  [[nodiscard]] std::size_t capacity() const noexcept;  // bytes of memory taken
  // Bytes `position` is a count from the start of the buffer; used by deferred aggregate headers. Inserts at a position.
  void insert(std::size_t position, std::string_view bytes);

  // For the I/O thread: lend the first block, take the list out (sizes settled), append another buffer in O(1).
  void lend(ReplyBlock* block) noexcept;                // buffer must be empty and without blocks
  [[nodiscard]] ReplyBlock* take() noexcept;            // the list of blocks, sizes set; the buffer is empty after
  void join(ReplyBuffer&& other) noexcept;
  void truncate(std::size_t size) noexcept;             // drops bytes at the end (CLIENT REPLY OFF/SKIP)

 private:
  void grow(std::size_t bytes);
  ReplyBlock* head_ = nullptr;
  ReplyBlock* tail_ = nullptr;
  char* cursor_ = nullptr;     // next byte to write in tail_
  char* end_ = nullptr;
  std::size_t settled_ = 0;    // bytes in blocks before tail_
};

}  // namespace baton
