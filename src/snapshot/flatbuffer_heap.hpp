// FlatBuffers' memory comes from the library's own heap.
#pragma once

#include <cstdint>
#include <new>

#include <flatbuffers/allocator.h>

#include "base/heap.hpp"

namespace remora::snapshot {

// Stateless. Throws std::bad_alloc, since a builder does not ask whether it was given memory.
class FlatbufferHeap final : public flatbuffers::Allocator {
 public:
  uint8_t* allocate(size_t size) override {
    void* const memory = base::allocate(size, kAlign);
    if (memory == nullptr) {
      throw std::bad_alloc();
    }
    return static_cast<uint8_t*>(memory);
  }
  void deallocate(uint8_t* memory, size_t size) override { base::deallocate(memory, size, kAlign); }

 private:
  static constexpr size_t kAlign = 16;
};

}  // namespace remora::snapshot
