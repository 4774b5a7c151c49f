// Times the kill storm's calls: those that return, and from outside the one that a killed process was in. Of
// a slow one the scheduler's figures tell whether the library computed or waited, or whether it was just not
// the process's turn.
#pragma once

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "process/storm.hpp"

namespace remora::test {

inline constexpr int64_t kSlowCall = 50'000'000;

inline int64_t storm_now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

// How long a thread computed, and how long it queued for a processor, as read between two times: it may have
// lost the processor between any two of the three.
struct Scheduled {
  int64_t before = 0, after = 0, cpu = 0, queued = 0;

  bool is_known() const { return cpu != 0; }  // some kernels have no such figures
  // What the clock went on while the thread did neither: not less, and not more than this.
  int64_t least_idle_ns() const { return before - cpu - queued; }
  int64_t most_idle_ns() const { return after - cpu - queued; }
};

class SchedulerFile {
 public:
  explicit SchedulerFile(const char* path) : fd_(open(path, O_RDONLY | O_CLOEXEC)) {}
  SchedulerFile(const SchedulerFile&) = delete;
  SchedulerFile& operator=(const SchedulerFile&) = delete;
  ~SchedulerFile() { close(fd_); }
  Scheduled read() const {
    char text[96] = "";
    Scheduled s;
    s.before = storm_now();
    if (pread(fd_, text, sizeof text - 1, 0) > 0) {
      char* end = nullptr;
      s.cpu = std::strtoll(text, &end, 10);
      s.queued = std::strtoll(end, nullptr, 10);
    }
    s.after = storm_now();
    return s;
  }

 private:
  int fd_;
};

// For the thread that makes the calls. The scheduler's figures are read for a batch of short calls, so what
// is charged to a slow one is at least what it took.
class Timer {
 public:
  explicit Timer(StormSlot& slot) : slot_(slot) { begin_batch(file_.read()); }

  template <class Call>
  int32_t operator()(StormCall kind, const Call& call) {
    if (++calls_ % 128 == 0) {
      begin_batch(file_.read());
    }
    slot_.call = kind;
    const int64_t began = storm_now();
    slot_.call_began_ns = began;
    const int32_t code = call();
    const int64_t took = storm_now() - began;
    slot_.call_began_ns = 0;
    CallTimes& times = slot_.returned[static_cast<uint32_t>(kind)];
    times.longest_ns = std::max(times.longest_ns.load(), took);
    if (took > kLeftOutOfBatches) {
      const Scheduled now = file_.read();
      if (took > kSlowCall) {
        explain(now, times);
      }
      begin_batch(now);
    }
    return code;
  }

 private:
  static constexpr int64_t kLeftOutOfBatches = 1'000'000;

  void begin_batch(const Scheduled& now) {
    batch_ = now;
    slot_.idle_ns = now.is_known() ? now.most_idle_ns() : 0;
  }

  void explain(const Scheduled& now, CallTimes& times) {
    ++times.slow;
    if (now.is_known()) {
      times.longest_cpu_ns = std::max(times.longest_cpu_ns.load(), now.cpu - batch_.cpu);
      times.longest_waited_ns =
          std::max(times.longest_waited_ns.load(), now.least_idle_ns() - batch_.most_idle_ns());
    }
  }

  StormSlot& slot_;
  SchedulerFile file_{"/proc/thread-self/schedstat"};
  Scheduled batch_;
  uint64_t calls_ = 0;
};

// Takes down the call that a process was in when it was killed, before the process is reaped: until then the
// scheduler's figures are there. They hold its dying as well, so it waited for at least what is charged.
inline void take_down_killed_call(pid_t pid, int64_t killed_ns, StormSlot& slot, CallTimes* under_way) {
  const int64_t began = slot.call_began_ns.exchange(0);
  if (began == 0) {
    return;
  }
  CallTimes& times = under_way[static_cast<uint32_t>(slot.call.load())];
  const int64_t age = killed_ns - began;
  times.longest_ns = std::max(times.longest_ns.load(), age);
  if (age <= kSlowCall) {
    return;
  }
  ++times.slow;
  Scheduled s = SchedulerFile(("/proc/" + std::to_string(pid) + "/schedstat").c_str()).read();
  s.before = killed_ns;
  if (s.is_known() && slot.idle_ns != 0) {
    times.longest_waited_ns = std::max(times.longest_waited_ns.load(), s.least_idle_ns() - slot.idle_ns);
  }
}

}  // namespace remora::test
