// The private heap must not speak on the host's behalf, whatever stands in the environment.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/heap.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

// Started by the test below as a program of its own: takes memory, asks for too much, and frees.
TEST(HeapSilenceTest, WhatASpeakingHeapWouldTalkAbout) {
  void* memory = allocate(100);
  ASSERT_NE(memory, nullptr);
  deallocate(memory, 100);
  if (std::string(heap_name()) == "mimalloc") {  // the sanitizers' heap ends the program instead
    EXPECT_EQ(allocate(size_t{1} << 48), nullptr);
  }
}

TEST(HeapSilenceTest, NothingIsWrittenToStandardError) {
  const test::TempDir temp;
  const int code = test::in_child([&] {
    const int errors = open(temp.file("errors").c_str(), O_CREAT | O_WRONLY, 0600);
    const int output = open("/dev/null", O_WRONLY);
    dup2(errors, STDERR_FILENO);
    dup2(output, STDOUT_FILENO);
    setenv("MIMALLOC_VERBOSE", "1", 1);
    setenv("MIMALLOC_SHOW_STATS", "1", 1);
    setenv("MIMALLOC_SHOW_ERRORS", "1", 1);
    setenv("MIMALLOC_ARENA_EAGER_COMMIT", "nonsense", 1);
    execl("/proc/self/exe", "test", "--gtest_filter=HeapSilenceTest.WhatASpeakingHeapWouldTalkAbout",
          nullptr);
    return 99;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(temp.read("errors"), "");
}

}  // namespace
}  // namespace remora::base
