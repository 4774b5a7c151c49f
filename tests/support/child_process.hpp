// Real processes for tests: forked, told apart by pipes, killed for good.
#pragma once

#include <signal.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace remora::test {

// One process tells another that it has come somewhere, and may pass a number along.
class Signal {
 public:
  Signal() {
    if (pipe(ends_) != 0) {
      throw std::runtime_error("cannot make a pipe");
    }
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    close(ends_[0]);
    close(ends_[1]);
  }

  void send(int64_t number = 0) const {
    while (::write(ends_[1], &number, sizeof number) < 0 && errno == EINTR) {
    }
  }

  // Waits for the next number.
  int64_t receive() const {
    int64_t number = 0;
    while (::read(ends_[0], &number, sizeof number) < 0 && errno == EINTR) {
    }
    return number;
  }

 private:
  int ends_[2];
};

// Ends a forked process, and leaves what its parent has for its own end alone. What a process reached is
// written down at its end (script/coverage).
[[noreturn]] inline void end_forked(int code) {
#ifdef REMORA_COVERAGE
  __fpurge(stdout);  // what the parent had not printed yet
  std::exit(code);
#else
  _exit(code);
#endif
}

// In a process just forked by `parent`'s main thread, also when it goes on as another program: its end comes
// with the parent's, so that a test that is killed leaves nobody behind.
inline void die_with(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
    _exit(126);
  }
}

// A forked process that runs `body` and ends with its result as exit code, without the parent's destructors.
class Child {
 public:
  template <typename Body>
  explicit Child(Body&& body) {
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
      die_with(parent);
      int code = kThrew;
      try {
        code = static_cast<int>(body());
      } catch (...) {
      }
      end_forked(code);
    }
    if (pid_ < 0) {
      throw std::runtime_error("cannot fork");
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ > 0) {
      kill();
    }
  }

  static constexpr int kThrew = 125;

  pid_t pid() const { return pid_; }

  // Waits for its end: the exit code, or minus the signal that ended it.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Whether it has come to its end, without waiting. The system keeps its figures until wait().
  bool has_ended() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  // SIGKILL, and waits until it is gone.
  int kill() {
    ::kill(pid_, SIGKILL);
    return wait();
  }

 private:
  pid_t pid_ = -1;
};

// Runs `body` in a process of its own and gives its exit code (or minus the signal).
template <typename Body>
int in_child(Body&& body) {
  return Child(std::forward<Body>(body)).wait();
}

// For a child that waits to be killed.
[[noreturn]] inline void wait_for_the_end() {
  for (;;) {
    pause();
  }
}

}  // namespace remora::test
