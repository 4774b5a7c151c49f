// One file of learned values: what it says of itself, and what is brought into memory of it.
#include "store/generation.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;
using test::is_ok;

std::unique_ptr<Generation> prepare(const History& history, uint64_t number, uint64_t states) {
  std::unique_ptr<Generation> generation;
  Problem problem;
  EXPECT_TRUE(is_ok(Generation::prepare(history, number, states, &generation, problem), problem));
  return generation;
}

class GenerationFile : public testing::Test {
 protected:
  test::TestState state_;
};

TEST_F(GenerationFile, HoldsTheExperienceOfThoseThatItGoesOnFrom) {
  const auto first = prepare(state_.history(), 5, 100);
  const auto second = prepare(state_.history(), 6, 100);
  EXPECT_TRUE(second->goes_on_from(6));
  EXPECT_FALSE(second->goes_on_from(5));
  second->continue_from(*first);
  EXPECT_TRUE(second->goes_on_from(5));
  EXPECT_TRUE(second->goes_on_from(6));
  EXPECT_FALSE(second->goes_on_from(4));
  EXPECT_FALSE(second->goes_on_from(7));
}

TEST_F(GenerationFile, ThatClaimsToGoOnFromALaterOneHoldsItsOwnExperience) {
  const auto generation = prepare(state_.history(), 5, 100);
  generation->page().experience_since.store(6);
  EXPECT_TRUE(generation->goes_on_from(5));
  EXPECT_FALSE(generation->goes_on_from(6));
}

TEST_F(GenerationFile, ThatLostItsEndIsRefused) {
  Problem problem;
  ASSERT_TRUE(
      is_ok(Generation::create(state_.state().directory(), state_.history(), 2, 1'000, problem), problem));
  const std::string path = state_.folder().file("generation-00000002.rmap");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  std::unique_ptr<Generation> generation;
  EXPECT_EQ(Generation::open(state_.state().directory(), state_.history(), 2, false, &generation, problem),
            Code::kDamaged);
  EXPECT_EQ(generation, nullptr);
}

TEST_F(GenerationFile, MayBeLongerThanItStates) {
  Problem problem;
  ASSERT_TRUE(
      is_ok(Generation::create(state_.state().directory(), state_.history(), 2, 1'000, problem), problem));
  const std::string path = state_.folder().file("generation-00000002.rmap");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) + 10'000);
  std::unique_ptr<Generation> generation;
  EXPECT_TRUE(
      is_ok(Generation::open(state_.state().directory(), state_.history(), 2, false, &generation, problem),
            problem));
}

// What this process changed of the memory around an address, as the kernel counts it.
uint64_t dirty_bytes(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    unsigned long kilobytes = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<uintptr_t>(address);
      inside = begin <= at && at < end;
    } else if (inside && std::sscanf(line.c_str(), "Private_Dirty: %lu kB", &kilobytes) == 1) {
      return kilobytes << 10;
    }
  }
  return 0;
}

// Pages made ready for writing count as changed, and all of a large table would go to the disk.
TEST_F(GenerationFile, IsMadeReadyForWritingUnlessItsUsedPartIsLarge) {
  for (const uint64_t states : {uint64_t{40'000}, uint64_t{150'000}}) {
    const auto generation = prepare(state_.history(), 2, states);
    for (uint64_t row = 0; row < generation->row_count(); ++row) {
      generation->mark_touched(generation->rows()[row]);
    }
    const uint64_t size = generation->mapping().size();
    const uint64_t before = dirty_bytes(generation->main_rows());
    generation->populate_used();
    const uint64_t changed = dirty_bytes(generation->main_rows()) - before;
    if (size < 16U << 20) {
      EXPECT_GT(changed, size / 2);
    } else {
      EXPECT_LT(changed, size / 2);
    }
  }
}

}  // namespace
}  // namespace remora::store
