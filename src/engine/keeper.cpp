#include "engine/keeper.hpp"

#include <pthread.h>
#include <signal.h>

#include <chrono>

#include "engine/engine.hpp"

namespace remora::engine {
namespace {

// Blocks all signals in the calling thread; a thread started meanwhile inherits that. Signals are the host's
// business.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Keeper::Keeper(Engine& engine) {
  const SignalsBlocked blocked;
  thread_ = std::thread([this, &engine] { run(engine); });
}

Keeper::~Keeper() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Keeper::run(Engine& engine) {
  std::unique_lock lock(mutex_);
  while (!stop_signal_.wait_for(lock, std::chrono::nanoseconds(Engine::kTickInterval),
                                [this] { return stop_; })) {
    lock.unlock();
    base::Problem problem;  // what failed stands in the log and in the events
    static_cast<void>(engine.tick_from_keeper(problem));
    lock.lock();
  }
}

}  // namespace remora::engine
