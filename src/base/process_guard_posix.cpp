#include "base/process_guard.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <new>
#include <utility>

namespace remora::base {
namespace {

constexpr int kWipeOnFork = 18;  // MADV_WIPEONFORK of <linux/mman.h>
constexpr uint64_t kCookie = 1;

size_t page_size() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

// Forks that led to this process since the handler stands. Relaxed: only the forking thread lives on in the
// child.
constinit std::atomic<uint64_t> g_forks{0};

void count_fork() { g_forks.fetch_add(1, std::memory_order_relaxed); }

// pthread_atfork handlers cannot be taken back, so there is one for the whole process.
int count_forks() {
  static constinit std::mutex mutex;
  static constinit bool standing = false;
  const std::lock_guard guard(mutex);
  const int result = standing ? 0 : pthread_atfork(nullptr, nullptr, &count_fork);
  standing = result == 0;
  return result;
}

}  // namespace

constinit const std::atomic<uint64_t> ForkCookie::kNeverForked{0};

ForkCookie::ForkCookie(ForkCookie&& other) noexcept
    : word_(std::exchange(other.word_, &kNeverForked)),
      expected_(std::exchange(other.expected_, 0)),
      page_(std::exchange(other.page_, nullptr)) {}

ForkCookie& ForkCookie::operator=(ForkCookie&& other) noexcept {
  if (this != &other) {
    release();
    word_ = std::exchange(other.word_, &kNeverForked);
    expected_ = std::exchange(other.expected_, 0);
    page_ = std::exchange(other.page_, nullptr);
  }
  return *this;
}

ForkCookie::~ForkCookie() { release(); }

void ForkCookie::release() {
  if (page_ != nullptr) {
    munmap(page_, page_size());
  }
}

Code ForkCookie::create(ForkCookie* out, Problem& problem) {
  void* page = mmap(nullptr, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return problem.set_errno(errno, "cannot map a page to notice forks by");
  }
  if (madvise(page, page_size(), kWipeOnFork) != 0) {
    munmap(page, page_size());
    return create_counting(out, problem);
  }
  ForkCookie cookie;
  cookie.page_ = page;
  cookie.word_ = ::new (page) std::atomic<uint64_t>(kCookie);
  cookie.expected_ = kCookie;
  *out = std::move(cookie);
  return Code::kOk;
}

Code ForkCookie::create_counting(ForkCookie* out, Problem& problem) {
  if (const int error = count_forks(); error != 0) {
    return problem.set_errno(error, "cannot register a fork handler");
  }
  ForkCookie cookie;
  cookie.word_ = &g_forks;
  cookie.expected_ = g_forks.load(std::memory_order_relaxed);
  *out = std::move(cookie);
  return Code::kOk;
}

void ForkCookie::reset_in_child() {
  if (page_ != nullptr) {
    static_cast<std::atomic<uint64_t>*>(page_)->store(kCookie, std::memory_order_release);
  } else if (word_ == &g_forks) {
    expected_ = g_forks.load(std::memory_order_relaxed);
  }
}

}  // namespace remora::base
