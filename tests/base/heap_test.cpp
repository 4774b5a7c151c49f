#include "base/heap.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/heap_failure.hpp"

namespace remora::base {
namespace {

TEST(HeapTest, MemoryIsAlignedAsAsked) {
  for (size_t align = 1; align <= 4096; align *= 2) {
    for (const size_t size : {size_t{1}, size_t{100}, size_t{100'000}}) {
      void* memory = allocate(size, align);
      ASSERT_NE(memory, nullptr);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % align, 0U) << align;
      std::memset(memory, 1, size);
      deallocate(memory, size, align);
    }
  }
}

TEST(HeapTest, CountsWhatIsTaken) {
  const uint64_t bytes = heap_bytes_in_use();
  const uint64_t blocks = heap_blocks_in_use();
  const uint64_t total = heap_allocations_total();
  void* first = allocate(1000);
  void* second = allocate(0);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(heap_bytes_in_use(), bytes + 1000);
  EXPECT_EQ(heap_blocks_in_use(), blocks + 2);
  deallocate(first, 1000);
  deallocate(second, 0);
  deallocate(nullptr, 5);
  EXPECT_EQ(heap_bytes_in_use(), bytes);
  EXPECT_EQ(heap_blocks_in_use(), blocks);
  EXPECT_EQ(heap_allocations_total(), total + 2);
}

TEST(HeapTest, AbsurdRequestsGiveNothingAndCountNothing) {
  const uint64_t bytes = heap_bytes_in_use();
  EXPECT_EQ(allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(allocate(size_t{1} << 62), nullptr);
  EXPECT_EQ(allocate(16, 0), nullptr);
  EXPECT_EQ(allocate(16, 24), nullptr);
  EXPECT_EQ(heap_bytes_in_use(), bytes);
}

TEST(HeapTest, ContainersUseIt) {
  const uint64_t bytes = heap_bytes_in_use();
  {
    Vector<uint64_t> numbers(1000, 7);
    String text(5000, 'x');
    std::pmr::vector<int> more(100, &heap_resource());
    EXPECT_GE(heap_bytes_in_use(), bytes + 8000 + 5000 + 400);
  }
  EXPECT_EQ(heap_bytes_in_use(), bytes);
}

TEST(HeapTest, AllocatorsAreEqualAndPassBetweenTypes) {
  EXPECT_EQ(HeapAllocator<int>(), HeapAllocator<double>(HeapAllocator<int>()));
  EXPECT_EQ(&heap_resource(), &heap_resource());
  Vector<int> first{1, 2, 3};
  const int* data = first.data();
  const Vector<int> second = std::move(first);
  EXPECT_EQ(second.data(), data);
}

TEST(HeapTest, ContainersThrowWhenThereIsNoMemory) {
  set_allocation_failure_after(0);
  EXPECT_THROW(Vector<int>(100), std::bad_alloc);
  EXPECT_THROW(static_cast<void>(heap_resource().allocate(10)), std::bad_alloc);
  set_allocation_failure_after(-1);
  EXPECT_THROW(HeapAllocator<uint64_t>().allocate(SIZE_MAX / 4), std::bad_alloc);
}

TEST(HeapTest, AllocationsFailAfterTheGivenCount) {
  set_allocation_failure_after(2);
  void* first = allocate(8);
  void* second = allocate(8);
  void* third = allocate(8);
  void* fourth = allocate(8);
  set_allocation_failure_after(-1);
  void* fifth = allocate(8);
  EXPECT_NE(first, nullptr);
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(third, nullptr);
  EXPECT_EQ(fourth, nullptr);
  EXPECT_NE(fifth, nullptr);
  for (void* memory : {first, second, fifth}) {
    deallocate(memory, 8);
  }
}

TEST(HeapTest, OneAllocationFailsAloneWhereThatIsWanted) {
  fail_one_allocation_after(1);
  void* blocks[] = {allocate(8), allocate(8), allocate(8)};
  EXPECT_NE(blocks[0], nullptr);
  EXPECT_EQ(blocks[1], nullptr);
  EXPECT_NE(blocks[2], nullptr);
  for (void* memory : blocks) {
    deallocate(memory, 8);
  }
}

struct Picky {
  explicit Picky(int value) : number(value) {
    if (value < 0) {
      throw std::invalid_argument("negative");
    }
  }
  int number;
};

TEST(HeapTest, UniqueObjectsAreGivenBack) {
  const uint64_t bytes = heap_bytes_in_use();
  {
    const Unique<Picky> object = make_unique<Picky>(5);
    ASSERT_NE(object, nullptr);
    EXPECT_EQ(object->number, 5);
    EXPECT_GT(heap_bytes_in_use(), bytes);
  }
  EXPECT_THROW(make_unique<Picky>(-1), std::invalid_argument);
  set_allocation_failure_after(0);
  EXPECT_EQ(make_unique<Picky>(1), nullptr);
  set_allocation_failure_after(-1);
  EXPECT_EQ(heap_bytes_in_use(), bytes);
}

}  // namespace
}  // namespace remora::base
