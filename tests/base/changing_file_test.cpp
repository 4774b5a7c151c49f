// A file that is rewritten in the middle of being read. The C library's pread is replaced in this program, so
// that the change comes at that very moment.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "base/atomic_file.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace {

// Called before each read while it is set.
void (*g_before_read)(int fd) = nullptr;
int g_reads = 0;

}  // namespace

extern "C" ssize_t pread(int fd, void* buffer, size_t size, off_t offset) {
  if (g_before_read != nullptr) {
    ++g_reads;
    g_before_read(fd);
  }
  return syscall(SYS_pread64, fd, buffer, size, offset);
}

namespace remora::base {
namespace {

using test::is_ok;

constexpr uint64_t kEnough = 1 << 20;

class ChangingFileTest : public testing::Test {
 protected:
  void SetUp() override {
    temp_.write("a", "before");
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(File::open(directory_, "a", FileAccess::kReadWrite, &file_, problem_), problem_));
    g_reads = 0;
  }

  Code read_while(void (*change)(int fd)) {
    g_before_read = change;
    const Code code = read_whole(file_, kEnough, &buffer_, problem_);
    g_before_read = nullptr;
    return code;
  }

  test::TempDir temp_;
  Directory directory_;
  File file_;
  FileBuffer buffer_;
  Problem problem_;
};

TEST_F(ChangingFileTest, AFileThatChangesOnceIsReadAgain) {
  EXPECT_TRUE(is_ok(read_while([](int fd) {
                      if (g_reads == 1) {
                        ASSERT_EQ(pwrite(fd, "afterwards", 10, 0), 10);
                      }
                    }),
                    problem_));
  EXPECT_EQ(buffer_.text(), "afterwards");
}

TEST_F(ChangingFileTest, AFileThatShrinksIsReadAgain) {
  EXPECT_TRUE(is_ok(read_while([](int fd) {
                      if (g_reads == 1) {
                        ASSERT_EQ(ftruncate(fd, 3), 0);
                      }
                    }),
                    problem_));
  EXPECT_EQ(buffer_.text(), "bef");
}

TEST_F(ChangingFileTest, AFileThatKeepsChangingIsRefused) {
  EXPECT_EQ(read_while([](int fd) { ASSERT_EQ(pwrite(fd, "x", 1, 1000 * g_reads), 1); }), Code::kBusy);
  EXPECT_EQ(buffer_.size(), 0U);
}

}  // namespace
}  // namespace remora::base
