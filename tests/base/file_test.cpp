#include "base/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
  }

  Code open(const char* name, FileAccess access = FileAccess::kReadWrite) {
    return File::open(directory_, name, access, &file_, problem_);
  }

  TempDir temp_;
  Directory directory_;
  File file_;
  Problem problem_;
};

TEST_F(FileTest, OpensAFileThatIsThere) {
  temp_.write("a", "hello");
  ASSERT_TRUE(is_ok(open("a"), problem_));
  EXPECT_GE(file_.fd(), 3);
  EXPECT_EQ(file_.size(), 5U);
  EXPECT_TRUE(file_.writable());
  EXPECT_NE(fcntl(file_.fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(FileTest, EachWayOfOpeningCreatesAsItSays) {
  EXPECT_EQ(open("a", FileAccess::kRead), Code::kNotFound);
  EXPECT_EQ(open("a", FileAccess::kReadWrite), Code::kNotFound);
  EXPECT_TRUE(is_ok(open("a", FileAccess::kCreate), problem_));
  EXPECT_TRUE(is_ok(open("a", FileAccess::kCreate), problem_));
  EXPECT_EQ(open("a", FileAccess::kCreateNew), Code::kExists);
  EXPECT_TRUE(is_ok(open("b", FileAccess::kCreateNew), problem_));
  struct stat status {};
  ASSERT_EQ(stat(temp_.file("b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(FileTest, RefusesASymbolicLink) {
  temp_.write("real", "x");
  ASSERT_EQ(symlink("real", temp_.file("link").c_str()), 0);
  for (const FileAccess access : {FileAccess::kRead, FileAccess::kReadWrite, FileAccess::kCreate}) {
    EXPECT_EQ(open("link", access), Code::kPermission);
    EXPECT_NE(std::string(problem_.text()).find("symbolic link"), std::string::npos) << problem_.text();
  }
  EXPECT_FALSE(file_.is_open());
}

TEST_F(FileTest, DoesNotCreateThroughADanglingLink) {
  ASSERT_EQ(symlink("elsewhere", temp_.file("link").c_str()), 0);
  EXPECT_EQ(open("link", FileAccess::kCreate), Code::kPermission);
  EXPECT_FALSE(temp_.has("elsewhere"));
}

TEST_F(FileTest, RefusesWhatOthersMayWrite) {
  temp_.write("a", "x");
  for (const mode_t mode : {0620U, 0602U}) {
    ASSERT_EQ(chmod(temp_.file("a").c_str(), mode), 0);
    EXPECT_EQ(open("a", FileAccess::kRead), Code::kPermission) << mode;
  }
  ASSERT_EQ(chmod(temp_.file("a").c_str(), 0644), 0);
  EXPECT_TRUE(is_ok(open("a", FileAccess::kRead), problem_));
}

TEST_F(FileTest, RefusesASecondLink) {
  temp_.write("a", "x");
  ASSERT_EQ(link(temp_.file("a").c_str(), temp_.file("b").c_str()), 0);
  EXPECT_EQ(open("a"), Code::kPermission);
  EXPECT_NE(std::string(problem_.text()).find("2 links"), std::string::npos) << problem_.text();
}

TEST_F(FileTest, RefusesAForeignOwnerInSharedFoldersToo) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file to somebody else";
  }
  temp_.write("a", "x");
  ASSERT_EQ(chown(temp_.file("a").c_str(), 12345, 12345), 0);
  EXPECT_EQ(open("a"), Code::kPermission);
  ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {.allow_shared = true}, &directory_, problem_), problem_));
  EXPECT_EQ(open("a"), Code::kPermission);
}

TEST_F(FileTest, RefusesFoldersAndPipesWithoutWaiting) {
  ASSERT_EQ(mkdir(temp_.file("folder").c_str(), 0700), 0);
  ASSERT_EQ(mkfifo(temp_.file("pipe").c_str(), 0600), 0);
  for (const FileAccess access : {FileAccess::kRead, FileAccess::kReadWrite}) {
    EXPECT_EQ(open("folder", access), Code::kPermission);
    EXPECT_EQ(open("pipe", access), Code::kPermission);
  }
}

TEST_F(FileTest, ReadOnlyFoldersGiveNothingToWrite) {
  temp_.write("a", "x");
  ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {.read_only = true}, &directory_, problem_), problem_));
  EXPECT_TRUE(is_ok(open("a", FileAccess::kRead), problem_));
  EXPECT_EQ(open("a", FileAccess::kReadWrite), Code::kPermission);
  EXPECT_EQ(open("b", FileAccess::kCreate), Code::kPermission);
  EXPECT_FALSE(temp_.has("b"));
}

TEST_F(FileTest, ReadsWhatWasWritten) {
  ASSERT_TRUE(is_ok(open("a", FileAccess::kCreate), problem_));
  ASSERT_TRUE(is_ok(file_.write_at(0, bytes_of("hello world"), problem_), problem_));
  ASSERT_TRUE(is_ok(file_.write_at(6, bytes_of("there"), problem_), problem_));
  ASSERT_TRUE(is_ok(file_.sync(problem_), problem_));
  EXPECT_EQ(temp_.read("a"), "hello there");
  char text[5];
  ASSERT_TRUE(is_ok(file_.read_at(6, std::as_writable_bytes(std::span(text)), problem_), problem_));
  EXPECT_EQ(std::string(text, 5), "there");
}

TEST_F(FileTest, ReadingBeyondTheEndIsDamage) {
  temp_.write("a", "hello");
  ASSERT_TRUE(is_ok(open("a"), problem_));
  char text[8];
  EXPECT_EQ(file_.read_at(0, std::as_writable_bytes(std::span(text)), problem_), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("5 bytes"), std::string::npos) << problem_.text();
}

TEST_F(FileTest, WritingToAReadOnlyFileFails) {
  temp_.write("a", "hello");
  ASSERT_TRUE(is_ok(open("a", FileAccess::kRead), problem_));
  EXPECT_EQ(file_.write_at(0, bytes_of("x"), problem_), Code::kIo);
  EXPECT_EQ(problem_.os_errno(), EBADF);
}

TEST_F(FileTest, IdentityChangesWithReplacementAndSize) {
  temp_.write("a", "one");
  FileIdentity first;
  FileIdentity again;
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &first, problem_), problem_));
  ASSERT_TRUE(is_ok(open("a"), problem_));
  ASSERT_TRUE(is_ok(file_.identity(&again, problem_), problem_));
  EXPECT_EQ(first, again);
  EXPECT_EQ(first.size, 3U);
  temp_.write("b", "two");
  ASSERT_EQ(rename(temp_.file("b").c_str(), temp_.file("a").c_str()), 0);
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &again, problem_), problem_));
  EXPECT_NE(first, again);
  uint64_t links = 1;
  ASSERT_TRUE(is_ok(file_.identity(&again, problem_, &links), problem_));
  EXPECT_EQ(links, 0U) << "the replaced file has no name any more";
}

TEST_F(FileTest, IdentitySeesAChangeOfTimeBelowASecond) {
  temp_.write("a", "one");
  FileIdentity first;
  FileIdentity second;
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &first, problem_), problem_));
  const timespec times[2] = {{1, 5}, {first.mtime_ns / 1'000'000'000, (first.mtime_ns + 1) % 1'000'000'000}};
  ASSERT_EQ(utimensat(AT_FDCWD, temp_.file("a").c_str(), times, 0), 0);
  ASSERT_TRUE(is_ok(File::identity_of(directory_, "a", &second, problem_), problem_));
  EXPECT_NE(first, second);
}

TEST_F(FileTest, ReservedSpaceIsGivenBack) {
  ASSERT_TRUE(is_ok(open("a", FileAccess::kCreate), problem_));
  ASSERT_TRUE(is_ok(file_.reserve(1 << 20, problem_), problem_));
  ASSERT_TRUE(is_ok(file_.write_at(0, bytes_of("hello"), problem_), problem_));
  EXPECT_EQ(file_.size(), 5U);
  struct stat status {};
  ASSERT_EQ(fstat(file_.fd(), &status), 0);
  const auto reserved = status.st_blocks;
  ASSERT_TRUE(is_ok(file_.give_back_reserve(problem_), problem_));
  ASSERT_EQ(fstat(file_.fd(), &status), 0);
  EXPECT_LE(status.st_blocks, reserved);
  EXPECT_LT(status.st_blocks * 512, 1 << 20);
  EXPECT_EQ(temp_.read("a"), "hello");
}

TEST_F(FileTest, AllocatedFilesHaveAllTheirSpaceAndAreZero) {
  constexpr uint64_t kSize = (20U << 20) + 12345;  // more than one part
  ASSERT_TRUE(is_ok(create_allocated(directory_, "g.tmp", kSize, &file_, problem_), problem_));
  struct stat status {};
  ASSERT_EQ(fstat(file_.fd(), &status), 0);
  EXPECT_EQ(static_cast<uint64_t>(status.st_size), kSize);
  EXPECT_GE(static_cast<uint64_t>(status.st_blocks) * 512, kSize);
  std::vector<std::byte> content(kSize, std::byte{1});
  ASSERT_TRUE(is_ok(file_.read_at(0, content, problem_), problem_));
  EXPECT_EQ(content, std::vector<std::byte>(kSize));
}

TEST_F(FileTest, AllocatingRefusesATakenNameAndASizeThatIsNone) {
  temp_.write("g.tmp", "mine");
  EXPECT_EQ(create_allocated(directory_, "g.tmp", 4096, &file_, problem_), Code::kExists);
  EXPECT_EQ(temp_.read("g.tmp"), "mine");
  EXPECT_EQ(create_allocated(directory_, "h.tmp", 0, &file_, problem_), Code::kInvalid);
  EXPECT_EQ(create_allocated(directory_, "h.tmp", UINT64_MAX, &file_, problem_), Code::kInvalid);
  EXPECT_FALSE(temp_.has("h.tmp"));
}

TEST_F(FileTest, AFileTooBigForTheFileSystemLeavesNothing) {
  EXPECT_FALSE(ok(create_allocated(directory_, "h.tmp", uint64_t{1} << 61, &file_, problem_)));
  EXPECT_FALSE(temp_.has("h.tmp"));
  EXPECT_NE(std::string(problem_.text()).find("h.tmp"), std::string::npos) << problem_.text();
}

TEST_F(FileTest, AMemoryBackedFileTakesNoMoreThanHalfOfTheMemoryThatIsLeft) {
  const test::TempDir memory("/dev/shm");
  Directory directory;
  ASSERT_TRUE(is_ok(Directory::open(memory.path(), {}, &directory, problem_), problem_));
  std::ifstream information("/proc/meminfo");
  std::string name;
  uint64_t kibibytes = 0;
  for (std::string unit; information >> name >> kibibytes && name != "MemAvailable:";) {
    std::getline(information, unit);
  }
  ASSERT_EQ(name, "MemAvailable:");
  // Well above the half, whatever other programs take or give back meanwhile; far below what would hurt.
  EXPECT_EQ(create_allocated(directory, "h.tmp", kibibytes * 1024, &file_, problem_), Code::kNoSpace);
  EXPECT_NE(std::string(problem_.text()).find("memory"), std::string::npos) << problem_.text();
  EXPECT_EQ(memory.entries(), 0U);
}

}  // namespace
}  // namespace remora::base
