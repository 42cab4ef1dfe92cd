// Blob: a heap block of bytes with one owner, received straight from a socket and adopted by the store.
//
// The block comes from std::malloc, so that whoever adopts it may resize or free it with the C allocator.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace baton {

class Blob {
 public:
  Blob() = default;
  Blob(Blob&&) noexcept = default;
  Blob& operator=(Blob&&) noexcept = default;

  // Uninitialised. `capacity` covers what will be received: the argument and its CRLF. Empty when memory is
  // refused: the size comes from a client.
  [[nodiscard]] static Blob try_allocate(std::size_t capacity) {
    Blob blob;
    blob.data_.reset(static_cast<char*>(std::malloc(capacity)));
    if (blob.data_) blob.capacity_ = capacity;
    return blob;
  }

  [[nodiscard]] char* data() noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  void set_size(std::size_t size) noexcept { size_ = size; }
  [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }
  explicit operator bool() const noexcept { return data_ != nullptr; }
  // Gives the block away, to be freed with std::free.
  [[nodiscard]] char* release() noexcept {
    size_ = capacity_ = 0;
    return data_.release();
  }

 private:
  struct Free {
    void operator()(char* p) const noexcept { std::free(p); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace baton
