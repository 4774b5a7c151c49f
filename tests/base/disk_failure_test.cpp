// Full disks, failing disks and old kernels, really full or made to fail in the kernel's place.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/atomic_file.hpp"
#include "base/file_mapping.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/small_file_system.hpp"
#include "support/status.hpp"

namespace remora::base {
namespace {

using test::ArgumentIs;
using test::in_child;
using test::is_ok;
using test::make_fail;
using test::SmallFileSystem;
using test::TempDir;

constexpr uint64_t kMebibyte = 1U << 20;

Directory open_folder(const std::string& path) {
  Directory directory;
  Problem problem;
  EXPECT_TRUE(is_ok(Directory::open(path, {}, &directory, problem), problem));
  return directory;
}

// --- a really full file system

class FullDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!SmallFileSystem::is_possible()) {
      GTEST_SKIP() << "mounting a small file system needs root";
    }
  }

  Problem problem_;
  File file_;
};

TEST_F(FullDiskTest, AllocatingTooMuchFailsAndLeavesNothing) {
  const SmallFileSystem disk(kMebibyte);
  const Directory directory = open_folder(disk.path());
  EXPECT_EQ(create_allocated(directory, "g.tmp", 2 * kMebibyte, &file_, problem_), Code::kNoSpace);
  EXPECT_NE(std::string(problem_.text()).find("2097152"), std::string::npos) << problem_.text();
  EXPECT_EQ(disk.folder().entries(), 0U);
  EXPECT_TRUE(is_ok(create_allocated(directory, "g.tmp", kMebibyte / 2, &file_, problem_), problem_))
      << "the failed file still takes space";
}

TEST_F(FullDiskTest, AnAllocatedFileCanBeWrittenOnAFullDisk) {
  const SmallFileSystem disk(kMebibyte);
  const Directory directory = open_folder(disk.path());
  ASSERT_TRUE(is_ok(create_allocated(directory, "g.tmp", kMebibyte / 2, &file_, problem_), problem_));
  disk.folder().write("filler", std::string(2 * kMebibyte, 'x'));  // as much as fits
  EXPECT_EQ(in_child([&] {
              Mapping mapping;
              Problem problem;
              if (!ok(Mapping::map(file_, kMebibyte / 2, false, &mapping, problem))) {
                return 1;
              }
              for (uint64_t i = 0; i < mapping.size(); i += 512) {
                mapping.data()[i] = std::byte{1};  // would be SIGBUS in a sparse file
              }
              return 0;
            }),
            0);
}

TEST_F(FullDiskTest, AnAtomicFileThatDoesNotFitKeepsTheOldOne) {
  const SmallFileSystem disk(kMebibyte);
  const Directory directory = open_folder(disk.path());
  disk.folder().write("a", "old");
  const std::vector<std::byte> block(300'000);
  AtomicFileWriter writer;
  ASSERT_TRUE(is_ok(writer.open(directory, "a", problem_), problem_));
  Code code = Code::kOk;
  for (int i = 0; i < 8 && ok(code); ++i) {
    code = writer.append(block, problem_);
  }
  EXPECT_EQ(code, Code::kNoSpace);
  EXPECT_EQ(writer.finish(problem_), Code::kState);
  EXPECT_EQ(disk.folder().read("a"), "old");
  EXPECT_EQ(disk.folder().entries(), 1U);
}

TEST_F(FullDiskTest, AHintThatDoesNotFitFailsAtOpen) {
  const SmallFileSystem disk(kMebibyte);
  const Directory directory = open_folder(disk.path());
  AtomicFileWriter writer;
  EXPECT_EQ(writer.open(directory, "a", {.size_hint = 2 * kMebibyte}, problem_), Code::kNoSpace);
  EXPECT_FALSE(writer.is_open());
  EXPECT_EQ(disk.folder().entries(), 0U);
}

TEST_F(FullDiskTest, WithoutFallocateZerosAreWritten) {
  const SmallFileSystem disk(0, "ramfs");
  const Directory directory = open_folder(disk.path());
  ASSERT_TRUE(is_ok(create_allocated(directory, "g.tmp", 200'000, &file_, problem_), problem_));
  EXPECT_EQ(disk.folder().read("g.tmp"), std::string(200'000, '\0'));
}

// --- system calls that fail

class DiskFailureTest : public testing::Test {
 protected:
  // In a process of its own, whose system calls can be spoilt.
  template <typename Check>
  void expect_in_child(Check&& check) {
    EXPECT_EQ(in_child([&] { return check() ? 0 : 1; }), 0);
  }

  static std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
  }

  TempDir temp_;
  Directory directory_ = open_folder(temp_.path());
};

TEST_F(DiskFailureTest, AFailedSyncKeepsTheOldFile) {
  temp_.write("a", "old");
  expect_in_child([&] {
    make_fail(SYS_fsync, EIO);
    AtomicFileWriter writer;
    Problem problem;
    return ok(writer.open(directory_, "a", problem)) && ok(writer.append(bytes_of("new"), problem)) &&
           writer.finish(problem) == Code::kIo && problem.os_errno() == EIO;
  });
  EXPECT_EQ(temp_.read("a"), "old");
  EXPECT_EQ(temp_.entries(), 1U);
}

TEST_F(DiskFailureTest, AFailedRenameKeepsTheOldFile) {
  temp_.write("a", "old");
  expect_in_child([&] {
    make_fail(SYS_renameat, ENOSPC);
    AtomicFileWriter writer;
    Problem problem;
    return ok(writer.open(directory_, "a", problem)) && ok(writer.append(bytes_of("new"), problem)) &&
           writer.finish(problem) == Code::kNoSpace;
  });
  EXPECT_EQ(temp_.read("a"), "old");
  EXPECT_EQ(temp_.entries(), 1U);
}

TEST_F(DiskFailureTest, WithoutNoReplaceALinkTakesItsPlace) {
  temp_.write("a", "first");
  temp_.write("b", "second");
  expect_in_child([&] {
    make_fail(SYS_renameat2, EINVAL);
    Problem problem;
    return directory_.rename_new("b", "a", problem) == Code::kExists &&
           ok(directory_.rename_new("b", "c", problem));
  });
  EXPECT_EQ(temp_.read("a"), "first");
  EXPECT_EQ(temp_.read("c"), "second");
  EXPECT_FALSE(temp_.has("b"));
}

TEST_F(DiskFailureTest, AFailedMappedSyncIsReported) {
  expect_in_child([&] {
    File file;
    Mapping mapping;
    Problem problem;
    if (!ok(create_allocated(directory_, "g", 8192, &file, problem)) ||
        !ok(Mapping::map(file, 8192, false, &mapping, problem))) {
      return false;
    }
    make_fail(SYS_msync, EIO);
    make_fail(SYS_sync_file_range, EIO);
    return mapping.sync(0, 8192, problem) == Code::kIo &&
           mapping.start_sync(file, 0, 8192, problem) == Code::kIo;
  });
}

TEST_F(DiskFailureTest, WithoutSyncFileRangeWritingBehindIsSkipped) {
  expect_in_child([&] {
    make_fail(SYS_sync_file_range, ENOSYS);
    AtomicFileWriter writer;
    Problem problem;
    const std::vector<std::byte> block(3 * kMebibyte, std::byte{'x'});
    return ok(writer.open(directory_, "a", {.write_behind = true}, problem)) &&
           ok(writer.append(block, problem)) && ok(writer.finish(problem));
  });
  EXPECT_EQ(temp_.read("a"), std::string(3 * kMebibyte, 'x'));
}

TEST_F(DiskFailureTest, WithoutPopulateAdviceThePagesAreTouched) {
  expect_in_child([&] {
    File file;
    Mapping writable;
    Mapping readable;
    Problem problem;
    if (!ok(create_allocated(directory_, "g", 4 * 4096, &file, problem)) ||
        !ok(Mapping::map(file, 4 * 4096 - 10, false, &writable, problem)) ||
        !ok(Mapping::map(file, 4 * 4096 - 10, true, &readable, problem))) {
      return false;
    }
    writable.data()[4096] = std::byte{9};
    make_fail(SYS_madvise, EINVAL, ArgumentIs{2, 22});
    make_fail(SYS_madvise, EINVAL, ArgumentIs{2, 23});
    return ok(writable.populate(0, UINT64_MAX, problem)) && ok(readable.populate(0, UINT64_MAX, problem)) &&
           readable.data()[4096] == std::byte{9};
  });
}

TEST_F(DiskFailureTest, WithoutFallocateAnAtomicFileIsWrittenAllTheSame) {
  expect_in_child([&] {
    make_fail(SYS_fallocate, EOPNOTSUPP);
    AtomicFileWriter writer;
    Problem problem;
    return ok(writer.open(directory_, "a", {.size_hint = kMebibyte}, problem)) &&
           ok(writer.append(bytes_of("content"), problem)) && ok(writer.finish(problem));
  });
  EXPECT_EQ(temp_.read("a"), "content");
}

TEST_F(DiskFailureTest, TheLimitOfFileSizeIsAnErrorNotASignal) {
  expect_in_child([&] {
    const rlimit limit{100'000, 100'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    Problem problem;
    File file;
    const std::vector<std::byte> block(60'000);
    return create_allocated(directory_, "g.tmp", 200'000, &file, problem) == Code::kNoSpace &&
           !directory_.contains("g.tmp") &&
           ok(File::open(directory_, "a", FileAccess::kCreate, &file, problem)) &&
           ok(file.write_at(0, block, problem)) && file.write_at(60'000, block, problem) == Code::kNoSpace &&
           file.reserve(200'000, problem) == Code::kNoSpace;
  });
}

TEST_F(DiskFailureTest, DescriptorsStayOffTheStandardStreams) {
  temp_.write("a", "x");
  expect_in_child([&] {
    for (const int fd : {0, 1, 2}) {
      close(fd);
    }
    Directory directory;
    File file;
    Problem problem;
    return ok(Directory::open(temp_.path(), {}, &directory, problem)) && directory.fd() > 2 &&
           ok(File::open(directory, "a", FileAccess::kRead, &file, problem)) && file.fd() > 2 &&
           fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 && fcntl(2, F_GETFD) < 0 &&
           (fcntl(file.fd(), F_GETFD) & FD_CLOEXEC) != 0;
  });
}

}  // namespace
}  // namespace remora::base
