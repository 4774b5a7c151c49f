#include "shim/barrier.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <new>
#include <stdexcept>
#include <string>

namespace remora::shim {
namespace {

using base::Code;
using base::Problem;

remora_error fresh_error() { return REMORA_ERROR_INIT; }

TEST(Barrier, HandsOverCodeAndTextOfAFailure) {
  remora_error error = fresh_error();
  EXPECT_EQ(guarded(&error, [](Problem& problem) { return problem.set(Code::kFull, "%d of 3", 3); }),
            REMORA_E_FULL);
  EXPECT_EQ(error.code, REMORA_E_FULL);
  EXPECT_STREQ(error.text, "3 of 3");
  EXPECT_EQ(error.os_errno, 0);
}

TEST(Barrier, HandsOverErrno) {
  remora_error error = fresh_error();
  EXPECT_EQ(guarded(&error, [](Problem& problem) { return problem.set_errno(ENOSPC, "write"); }),
            REMORA_E_NO_SPACE);
  EXPECT_EQ(error.os_errno, ENOSPC);
}

TEST(Barrier, SuccessClearsAnErrorOfBefore) {
  remora_error error = fresh_error();
  EXPECT_EQ(guarded(&error, [](Problem& problem) { return problem.set_errno(EIO, "read"); }), REMORA_E_IO);
  EXPECT_EQ(guarded(&error, [](Problem&) { return Code::kOk; }), REMORA_OK);
  EXPECT_EQ(error.code, REMORA_OK);
  EXPECT_EQ(error.os_errno, 0);
  EXPECT_STREQ(error.text, "");
}

TEST(Barrier, WhatIsThrownBecomesACode) {
  remora_error error = fresh_error();
  EXPECT_EQ(guarded(&error, [](Problem&) -> Code { throw std::bad_alloc(); }), REMORA_E_MEMORY);
  EXPECT_EQ(error.code, REMORA_E_MEMORY);
  EXPECT_STRNE(error.text, "");
  EXPECT_EQ(guarded(&error, [](Problem&) -> Code { throw std::runtime_error("of this kind"); }),
            REMORA_E_INTERNAL);
  EXPECT_NE(std::string(error.text).find("of this kind"), std::string::npos);
  EXPECT_EQ(guarded(&error, [](Problem&) -> Code { throw 42; }), REMORA_E_INTERNAL);
  EXPECT_EQ(error.code, REMORA_E_INTERNAL);
}

TEST(Barrier, AFailureWithoutTextIsExplainedByItsClause) {
  remora_error error = fresh_error();
  EXPECT_EQ(guarded(&error, [](Problem&) { return Code::kBusy; }), REMORA_E_BUSY);
  EXPECT_STREQ(error.text, base::code_clause(REMORA_E_BUSY));
}

TEST(Barrier, NobodyNeedsToListen) {
  EXPECT_EQ(guarded(nullptr, [](Problem& problem) { return problem.set(Code::kIo, "x"); }), REMORA_E_IO);
  EXPECT_EQ(guarded(nullptr, [](Problem&) { return Code::kOk; }), REMORA_OK);
  EXPECT_EQ(guarded(nullptr, [](Problem&) -> Code { throw 1; }), REMORA_E_INTERNAL);
}

TEST(Barrier, CutsTheTextToTheRoomOfAnOlderHost) {
  for (uint32_t room = 1; room < 24; ++room) {
    remora_error error = fresh_error();
    const auto text_at = static_cast<uint32_t>(offsetof(remora_error, text));
    error.struct_size = text_at + room;
    std::memset(error.text, '#', sizeof error.text);
    EXPECT_EQ(guarded(&error, [](Problem& problem) { return problem.set(Code::kIo, "0123456789"); }),
              REMORA_E_IO);
    EXPECT_EQ(std::string(error.text), std::string("0123456789").substr(0, room - 1));
    EXPECT_EQ(error.text[std::max(room, 11U)], '#') << "written past " << room << " bytes";
  }
}

// A thread that the host cancels must unwind through the wall: swallowing it would end the process.
TEST(Barrier, LetsACancelledThreadUnwind) {
  static bool unwound = false;
  pthread_t thread{};
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                  struct Witness {
                    ~Witness() { unwound = true; }
                  } const witness;
                  guarded(nullptr, [](Problem&) {
                    for (;;) {
                      sleep(1);  // a place where cancelling takes effect
                    }
                    return Code::kOk;
                  });
                  return nullptr;
                },
                nullptr),
            0);
  ASSERT_EQ(pthread_cancel(thread), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
  EXPECT_TRUE(unwound);
}

}  // namespace
}  // namespace remora::shim
