// The same round on one thread, on two threads, or in two processes, each worker on a processor of its own.
#pragma once

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <stdexcept>
#include <thread>

#include "benchmark/harness/round.hpp"

namespace remora::bench {

enum class Workers { kOneThread, kTwoThreads, kTwoProcesses };

inline const char* name_of(Workers workers) {
  switch (workers) {
    case Workers::kOneThread:
      return "1t";
    case Workers::kTwoThreads:
      return "2t";
    case Workers::kTwoProcesses:
      return "2p";
  }
  return "";
}

inline int worker_count(Workers workers) { return workers == Workers::kOneThread ? 1 : 2; }

inline void pin_to_processor(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(processor), &set);
  sched_setaffinity(0, sizeof set, &set);  // a refusal costs steadiness, not correctness
}

// Where workers meet before the first operation, and leave their figures. Lives in memory that children
// share.
class Meeting {
 public:
  static Meeting* create() {
    void* memory = mmap(nullptr, sizeof(Meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for the workers");
    return new (memory) Meeting;
  }
  void destroy() { munmap(this, sizeof(Meeting)); }

  void wait_for(int workers) {
    arrived_.fetch_add(1, std::memory_order_acq_rel);
    const double give_up = now_seconds() + 120;
    while (arrived_.load(std::memory_order_acquire) < workers) {
      if (now_seconds() > give_up) throw std::runtime_error("the other worker never came");
      sched_yield();
    }
  }

  std::array<Round, 2> rounds{};

 private:
  std::atomic<int> arrived_{0};
};

// All workers in one figure: rates add up, percentiles are the worse worker's.
inline Round combine(const std::array<Round, 2>& rounds, int workers) {
  Round all = rounds[0];
  if (workers == 1) return all;
  all.run = 1 / (1 / rounds[0].run + 1 / rounds[1].run);
  all.p50 = std::max(rounds[0].p50, rounds[1].p50);
  all.p99 = std::max(rounds[0].p99, rounds[1].p99);
  all.p999 = std::max(rounds[0].p999, rounds[1].p999);
  all.longest = std::max(rounds[0].longest, rounds[1].longest);
  all.operations = rounds[0].operations + rounds[1].operations;
  return all;
}

// Runs make_work(subject, worker) in each worker and measures one round of it. Subjects that live in files
// are closed before the children start and opened by each child, as separate programs would: subject.close(),
// subject.open().
template <class Subject, class MakeWork>
Round measure_with(Workers workers, Subject& subject, MakeWork make_work) {
  Timer::instance();  // calibrated before anybody competes for the processors
  const int count = worker_count(workers);
  // A new process has yet to map the pages that threads of a running one have long been through.
  const double new_pages = workers == Workers::kTwoProcesses ? subject.scale().states() * 2e-6 : 0;
  const double warm_up_seconds = round_seconds() / 4 + new_pages;
  Meeting* meeting = Meeting::create();
  auto body = [&](int worker) {
    pin_to_processor(worker);
    auto work = make_work(subject, worker);
    meeting->wait_for(count);
    meeting->rounds[static_cast<std::size_t>(worker)] = measure_round(work, warm_up_seconds);
  };
  bool failed = false;
  if (workers == Workers::kOneThread) {
    body(0);
  } else if (workers == Workers::kTwoThreads) {
    std::thread other(body, 1);
    std::thread one(body, 0);
    other.join();
    one.join();
  } else {
    subject.close();
    pid_t children[2];
    for (int worker = 0; worker < 2; ++worker) {
      children[worker] = fork();
      if (children[worker] != 0) continue;
      try {
        subject.open();
        body(worker);
        subject.close();
      } catch (...) {
        _exit(1);
      }
      _exit(0);
    }
    for (const pid_t child : children) {
      int status = 0;
      failed |= child < 0 || waitpid(child, &status, 0) != child || status != 0;
    }
    subject.open();
  }
  const Round all = combine(meeting->rounds, count);
  meeting->destroy();
  if (failed) throw std::runtime_error("a worker process failed");
  return all;
}

}  // namespace remora::bench
