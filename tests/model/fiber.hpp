// A stack of its own that can be left anywhere and gone back to, or never.
#pragma once

#include <sys/mman.h>
#include <ucontext.h>

#include <cstddef>
#include <new>

namespace remora::model {

class Fiber {
 public:
  static constexpr size_t kStackBytes = 256 * 1024;

  Fiber() : stack_(mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (stack_ == MAP_FAILED) {
      throw std::bad_alloc();
    }
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber() { munmap(stack_, kStackBytes); }

  // From the next `enter` on, runs `body`, which never returns. What ran here before is abandoned.
  void begin(void (*body)()) {
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_;
    context_.uc_stack.ss_size = kStackBytes;
    context_.uc_link = nullptr;
    makecontext(&context_, body, 0);
  }

  // Leaves `from` and goes on here.
  void enter(ucontext_t* from) { swapcontext(from, &context_); }
  ucontext_t* context() { return &context_; }

 private:
  void* stack_;
  ucontext_t context_{};
};

}  // namespace remora::model
