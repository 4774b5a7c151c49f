#include "base/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class AtomicFileTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
  }

  TempDir temp_;
  Directory directory_;
  AtomicFileWriter writer_;
  FileBuffer buffer_;
  Problem problem_;
};

TEST_F(AtomicFileTest, TheOldFileStaysUntilTheNewOneIsComplete) {
  temp_.write("a", "old");
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("brand "), problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("new"), problem_), problem_));
  EXPECT_EQ(temp_.read("a"), "old");
  EXPECT_EQ(temp_.entries(), 2U);
  EXPECT_EQ(writer_.size(), 9U);
  FileIdentity identity;
  FileIdentity named;
  ASSERT_TRUE(is_ok(writer_.finish(problem_, &identity), problem_));
  EXPECT_EQ(temp_.read("a"), "brand new");
  EXPECT_EQ(temp_.entries(), 1U);
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &named, problem_), problem_));
  EXPECT_EQ(identity, named);
}

TEST_F(AtomicFileTest, UnfinishedFilesDisappear) {
  temp_.write("a", "old");
  {
    AtomicFileWriter writer;
    ASSERT_TRUE(is_ok(writer.open(directory_, "a", problem_), problem_));
    ASSERT_TRUE(is_ok(writer.append(bytes_of("new"), problem_), problem_));
  }
  EXPECT_EQ(temp_.read("a"), "old");
  EXPECT_EQ(temp_.entries(), 1U);
}

TEST_F(AtomicFileTest, AWriterServesOneFileAfterTheOther) {
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(is_ok(writer_.open(directory_, name, problem_), problem_));
    ASSERT_TRUE(is_ok(writer_.append(bytes_of(name), problem_), problem_));
    ASSERT_TRUE(is_ok(writer_.finish(problem_), problem_));
  }
  EXPECT_EQ(temp_.read("a"), "a");
  EXPECT_EQ(temp_.read("b"), "b");
}

TEST_F(AtomicFileTest, TheHeaderCanBeFilledInAtTheEnd) {
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("????content"), problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.overwrite(0, bytes_of("head"), problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.finish(problem_), problem_));
  EXPECT_EQ(temp_.read("a"), "headcontent");
}

TEST_F(AtomicFileTest, OverwritingBeyondTheEndIsRefusedAndDiscards) {
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("abc"), problem_), problem_));
  EXPECT_EQ(writer_.overwrite(2, bytes_of("xy"), problem_), Code::kInvalid);
  EXPECT_EQ(temp_.entries(), 0U);
  EXPECT_EQ(writer_.append(bytes_of("x"), problem_), Code::kState);
  EXPECT_EQ(writer_.finish(problem_), Code::kState);
}

TEST_F(AtomicFileTest, DoesNotReplaceWhenToldNotTo) {
  temp_.write("a", "first");
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", {.replace = false}, problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("second"), problem_), problem_));
  EXPECT_EQ(writer_.finish(problem_), Code::kExists);
  EXPECT_EQ(temp_.read("a"), "first");
  EXPECT_EQ(temp_.entries(), 1U);
}

TEST_F(AtomicFileTest, AHintTooLargeCostsNoSpace) {
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", {.size_hint = 4 << 20}, problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("small"), problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.finish(problem_), problem_));
  struct stat status {};
  ASSERT_EQ(stat(temp_.file("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 5);
  EXPECT_LT(status.st_blocks * 512, 1 << 20);
}

TEST_F(AtomicFileTest, WritesBehindWithoutChangingTheContent) {
  const std::string block(300'000, 'x');
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", {.write_behind = true}, problem_), problem_));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(is_ok(writer_.append(bytes_of(block), problem_), problem_));
  }
  ASSERT_TRUE(is_ok(writer_.finish(problem_), problem_));
  EXPECT_EQ(temp_.read("a"), std::string(6'000'000, 'x'));
}

TEST_F(AtomicFileTest, RefusesNamesThatLeadElsewhere) {
  EXPECT_EQ(writer_.open(directory_, "", problem_), Code::kInvalid);
  EXPECT_EQ(writer_.open(directory_, "../a", problem_), Code::kInvalid);
  EXPECT_EQ(writer_.open(directory_, std::string(201, 'a').c_str(), problem_), Code::kInvalid);
}

TEST_F(AtomicFileTest, ReplacesALinkInsteadOfFollowingIt) {
  temp_.write("target", "untouched");
  ASSERT_EQ(symlink("target", temp_.file("a").c_str()), 0);
  ASSERT_TRUE(is_ok(writer_.open(directory_, "a", problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.append(bytes_of("new"), problem_), problem_));
  ASSERT_TRUE(is_ok(writer_.finish(problem_), problem_));
  EXPECT_EQ(temp_.read("target"), "untouched");
  EXPECT_EQ(temp_.read("a"), "new");
}

TEST_F(AtomicFileTest, TemporaryNamesAreRecognised) {
  EXPECT_TRUE(is_temporary_name("g-1.0123456789abcdef.tmp"));
  EXPECT_FALSE(is_temporary_name(".0123456789abcdef.tmp"));
  EXPECT_FALSE(is_temporary_name("g-1.0123456789abcdeg.tmp"));
  EXPECT_FALSE(is_temporary_name("g-1.tmp"));
  EXPECT_FALSE(is_temporary_name(""));
}

TEST_F(AtomicFileTest, ReadsAWholeFileIntoAlignedPaddedMemory) {
  temp_.write("a", "hello");
  FileIdentity identity;
  ASSERT_TRUE(is_ok(read_whole(directory_, "a", 5, &buffer_, problem_, &identity), problem_));
  EXPECT_EQ(buffer_.text(), "hello");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer_.data()) % 16, 0U);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(buffer_.data()[5 + i], std::byte{0});
  }
  FileIdentity named;
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &named, problem_), problem_));
  EXPECT_EQ(identity, named);
}

TEST_F(AtomicFileTest, ReadsAnEmptyFile) {
  temp_.write("a", "");
  ASSERT_TRUE(is_ok(read_whole(directory_, "a", 5, &buffer_, problem_), problem_));
  EXPECT_EQ(buffer_.size(), 0U);
  EXPECT_NE(buffer_.data(), nullptr);
}

TEST_F(AtomicFileTest, RefusesFilesThatAreTooBigWithBothSizes) {
  temp_.write("a", "hello!");
  EXPECT_EQ(read_whole(directory_, "a", 5, &buffer_, problem_), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("6 bytes; at most 5"), std::string::npos) << problem_.text();
  EXPECT_NE(std::string(problem_.text()).find("/a: "), std::string::npos) << problem_.text();
  EXPECT_EQ(read_whole(directory_, "missing", 5, &buffer_, problem_), Code::kNotFound);
}

TEST_F(AtomicFileTest, WithoutMemoryReadingFailsCleanly) {
  temp_.write("a", "hello");
  set_allocation_failure_after(0);
  const Code code = read_whole(directory_, "a", 5, &buffer_, problem_);
  set_allocation_failure_after(-1);
  EXPECT_EQ(code, Code::kMemory);
}

TEST_F(AtomicFileTest, BuffersGiveTheirMemoryBack) {
  const uint64_t before = heap_bytes_in_use();
  {
    FileBuffer first;
    ASSERT_TRUE(is_ok(first.resize(1000, problem_), problem_));
    ASSERT_TRUE(is_ok(first.resize(100, problem_), problem_));
    ASSERT_TRUE(is_ok(first.resize(5000, problem_), problem_));
    EXPECT_GT(heap_bytes_in_use(), before);
    FileBuffer second = std::move(first);
    EXPECT_EQ(second.size(), 5000U);
    EXPECT_EQ(first.data(), nullptr);  // NOLINT(bugprone-use-after-move): what is promised
    EXPECT_EQ(second.resize(UINT64_MAX, problem_), Code::kMemory);
  }
  EXPECT_EQ(heap_bytes_in_use(), before);
}

}  // namespace
}  // namespace remora::base
