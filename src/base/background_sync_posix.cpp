#include "base/background_sync.hpp"

#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace remora::base {
namespace {

static_assert(sizeof(aio_context_t) == sizeof(uint64_t));

// The C library has no functions for these; its own POSIX AIO would start threads.
long set_up(uint64_t* context) { return syscall(SYS_io_setup, BackgroundSync::kMostFiles, context); }
long submit(uint64_t context, iocb* request) { return syscall(SYS_io_submit, context, 1L, &request); }
long ended(uint64_t context, io_event* event) {
  timespec no_wait{};
  return syscall(SYS_io_getevents, context, 0L, 1L, event, &no_wait);
}

}  // namespace

BackgroundSync::~BackgroundSync() {
  if (context_ != 0) {
    syscall(SYS_io_destroy, context_);
  }
}

bool BackgroundSync::start(const File& file) {
  if (refused_ || pending_ == kMostFiles) {
    return false;
  }
  const int before = errno;
  refused_ = context_ == 0 && set_up(&context_) != 0;
  if (!refused_) {
    iocb request{};
    request.aio_lio_opcode = IOCB_CMD_FSYNC;
    request.aio_fildes = static_cast<uint32_t>(file.fd());
    refused_ = submit(context_, &request) != 1;
    pending_ += refused_ ? 0U : 1U;
  }
  errno = before;
  return !refused_;
}

Code BackgroundSync::collect(Problem& problem) {
  const int before = errno;
  Code first = Code::kOk;
  io_event event{};
  while (pending_ != 0 && ended(context_, &event) == 1) {
    --pending_;
    if (event.res < 0 && ok(first)) {
      first = problem.set_errno(static_cast<int>(-event.res), "cannot sync a mapped file");
    }
  }
  errno = before;
  return first;
}

void BackgroundSync::after_fork() {
  // The context belongs to the parent's memory: there is nothing to end here.
  context_ = 0;
  pending_ = 0;
}

}  // namespace remora::base
