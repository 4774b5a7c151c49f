#include "base/file_mapping.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

constexpr uint64_t kSize = 64 * 4096;

class FileMappingTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(create_allocated(directory_, "a", kSize, &file_, problem_), problem_));
  }

  static bool all_resident(const Mapping& mapping) {
    std::vector<unsigned char> pages(mapping.size() / 4096);
    if (mincore(mapping.data(), mapping.size(), pages.data()) != 0) {
      return false;
    }
    for (const unsigned char page : pages) {
      if ((page & 1) == 0) {
        return false;
      }
    }
    return true;
  }

  TempDir temp_;
  Directory directory_;
  File file_;
  Mapping mapping_;
  Problem problem_;
};

TEST_F(FileMappingTest, TwoMappingsOfAFileAreOneMemory) {
  Mapping other;
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, true, &other, problem_), problem_));
  EXPECT_EQ(mapping_.size(), kSize);
  EXPECT_FALSE(mapping_.read_only());
  EXPECT_TRUE(other.read_only());
  std::memcpy(mapping_.data() + 5000, "hello", 5);
  EXPECT_EQ(std::memcmp(other.data() + 5000, "hello", 5), 0);
}

TEST_F(FileMappingTest, TheFileMayBeClosedAfterwards) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  file_.close();
  mapping_.data()[kSize - 1] = std::byte{7};
  ASSERT_TRUE(is_ok(mapping_.sync(0, kSize, problem_), problem_));
  EXPECT_EQ(temp_.read("a").back(), 7);
}

// Kibibytes of a mapping that the kernel has yet to write.
uint64_t dirty_kibibytes(const Mapping& mapping) {
  std::ifstream maps("/proc/self/smaps");
  char begin[32];
  std::snprintf(begin, sizeof begin, "%zx-", reinterpret_cast<uintptr_t>(mapping.data()));
  uint64_t sum = 0;
  bool within = false;
  for (std::string line; std::getline(maps, line);) {
    const bool heading = line.find('-') < line.find(' ');
    within = heading ? line.starts_with(begin) : within;
    const bool counts = line.starts_with("Shared_Dirty:") || line.starts_with("Private_Dirty:");
    sum += within && counts ? std::strtoull(line.c_str() + line.find(':') + 1, nullptr, 10) : 0;
  }
  return sum;
}

TEST_F(FileMappingTest, WritesEveryPageAgainWhenASyncCannotBeBelieved) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  std::memset(mapping_.data(), 7, kSize);
  uint64_t dirty = 0;
  for (int i = 0; i < 10 && dirty != kSize / 1024; ++i) {  // the machine may sync just then
    ASSERT_TRUE(is_ok(mapping_.sync(0, kSize, problem_), problem_));
    ASSERT_TRUE(is_ok(mapping_.write_again(problem_), problem_));
    dirty = dirty_kibibytes(mapping_);
  }
  EXPECT_EQ(dirty, kSize / 1024);
  EXPECT_EQ(temp_.read("a"), std::string(kSize, 7));
}

TEST_F(FileMappingTest, AReadOnlyMappingHasNothingToWriteAgain) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, true, &mapping_, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.write_again(problem_), problem_));
}

TEST_F(FileMappingTest, RefusesMoreThanTheFileHas) {
  EXPECT_EQ(Mapping::map(file_, kSize + 1, false, &mapping_, problem_), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("262144"), std::string::npos) << problem_.text();
  EXPECT_EQ(Mapping::map(file_, 0, false, &mapping_, problem_), Code::kInvalid);
  EXPECT_EQ(Mapping::map(file_, UINT64_MAX, false, &mapping_, problem_), Code::kInvalid);
  EXPECT_FALSE(mapping_.is_mapped());
}

TEST_F(FileMappingTest, AReadOnlyFileIsNotMappedForWriting) {
  File reader;
  ASSERT_TRUE(is_ok(File::open(directory_, "a", FileAccess::kRead, &reader, problem_), problem_));
  EXPECT_EQ(Mapping::map(reader, kSize, false, &mapping_, problem_), Code::kPermission);
  EXPECT_TRUE(is_ok(Mapping::map(reader, kSize, true, &mapping_, problem_), problem_));
}

TEST_F(FileMappingTest, SyncsAnyRangeAndClipsIt) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize - 100, false, &mapping_, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(1, 1, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(4095, 2, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(0, UINT64_MAX, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(4096, UINT64_MAX, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(kSize, 1, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.sync(UINT64_MAX, UINT64_MAX, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.start_sync(file_, 5000, 10, problem_), problem_));
  EXPECT_TRUE(is_ok(mapping_.start_sync(file_, UINT64_MAX, 10, problem_), problem_));
}

TEST_F(FileMappingTest, PopulateBringsPagesInAndKeepsTheirContent) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  std::memcpy(mapping_.data() + 8192, "hello", 5);
  ASSERT_TRUE(is_ok(mapping_.populate(0, kSize, problem_), problem_));
  EXPECT_TRUE(all_resident(mapping_));
  EXPECT_EQ(std::memcmp(mapping_.data() + 8192, "hello", 5), 0);
  Mapping reader;
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, true, &reader, problem_), problem_));
  EXPECT_TRUE(is_ok(reader.populate(100, kSize, problem_), problem_));
  EXPECT_EQ(std::memcmp(reader.data() + 8192, "hello", 5), 0);
}

TEST_F(FileMappingTest, MovingLeavesNothingBehindAndUnmapsTheOld) {
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  std::byte* const data = mapping_.data();
  Mapping other;
  ASSERT_TRUE(is_ok(Mapping::map(file_, 4096, false, &other, problem_), problem_));
  std::byte* const old = other.data();
  other = std::move(mapping_);
  EXPECT_EQ(other.data(), data);
  EXPECT_FALSE(mapping_.is_mapped());  // NOLINT(bugprone-use-after-move): what is promised
  unsigned char page = 0;
  EXPECT_EQ(mincore(old, 4096, &page), -1) << "the old mapping is still there";
  other.unmap();
  EXPECT_FALSE(other.is_mapped());
}

TEST_F(FileMappingTest, WordsAreSharedAtomically) {
  Mapping other;
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &mapping_, problem_), problem_));
  ASSERT_TRUE(is_ok(Mapping::map(file_, kSize, false, &other, problem_), problem_));
  auto& here = *reinterpret_cast<std::atomic<uint64_t>*>(mapping_.data());
  auto& there = *reinterpret_cast<std::atomic<uint64_t>*>(other.data());
  here.fetch_add(2);
  there.fetch_add(3);
  EXPECT_EQ(here.load(), 5U);
}

}  // namespace
}  // namespace remora::base
