// One process of the kill storm: routes and records as fast as it can until it is told to stop, or killed.
//
//   storm_worker <library> <state folder> <board> <worker number>
#include <remora/remora_loader.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "process/storm.hpp"

namespace {

using remora::test::StormBoard;
using remora::test::StormCount;
using remora::test::StormSlot;

constexpr int64_t kSlow = 50'000'000;

int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

// What the scheduler says of this thread: how long it computed, and how long it queued for a processor.
struct Scheduled {
  int64_t wall = 0, cpu = 0, queued = 0;
};

class SchedulerFile {
 public:
  SchedulerFile() : fd_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {}
  SchedulerFile(const SchedulerFile&) = delete;
  SchedulerFile& operator=(const SchedulerFile&) = delete;
  ~SchedulerFile() { close(fd_); }
  Scheduled read() const {
    char text[96] = "";
    Scheduled s;
    if (pread(fd_, text, sizeof text - 1, 0) > 0) {
      char* end = nullptr;
      s.cpu = std::strtoll(text, &end, 10);
      s.queued = std::strtoll(end, nullptr, 10);
    }
    s.wall = now();
    return s;
  }

 private:
  int fd_;
};

// Times calls. Of a slow one it finds out whether the library computed or waited, or whether it was just not
// its turn. The scheduler's figures are read for a batch of calls, so what is charged to a slow call is at
// least what it took.
class Timer {
 public:
  explicit Timer(StormSlot& slot) : slot_(slot), batch_(file_.read()) {}

  template <class Call>
  int32_t operator()(const Call& call) {
    if (++calls_ % 128 == 0) {
      batch_ = file_.read();
    }
    const int64_t begin = now();
    const int32_t code = call();
    const int64_t took = now() - begin;
    slot_.longest_ns = std::max(slot_.longest_ns.load(), took);
    if (took > kSlow) {
      explain();
    }
    return code;
  }

 private:
  void explain() {
    const Scheduled s = file_.read();
    const int64_t cpu = s.cpu - batch_.cpu;
    ++slot_.slow;
    if (s.cpu == 0) {
      return;  // a kernel without these figures
    }
    slot_.longest_cpu_ns = std::max(slot_.longest_cpu_ns.load(), cpu);
    slot_.longest_waited_ns =
        std::max(slot_.longest_waited_ns.load(), s.wall - batch_.wall - cpu - (s.queued - batch_.queued));
    batch_ = s;
  }

  StormSlot& slot_;
  SchedulerFile file_;
  Scheduled batch_;
  uint64_t calls_ = 0;
};

struct Worker {
  remora_api plugin;
  uint64_t handle = 0;
  remora_error error = REMORA_ERROR_INIT;
  remora_id agent = 0;

  remora_id task_type(const std::string& name) {
    remora_id id = 0;
    if (plugin.intern(handle, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &id, &error) != REMORA_OK) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), error.text);
      std::exit(6);
    }
    return id;
  }

  // One task, from decision to outcome.
  void run(remora_id task_type, bool own, uint64_t n, StormSlot& slot, Timer& timed) {
    remora_task task{};
    task.struct_size = sizeof task;
    task.agent = agent;
    task.task_type = task_type;
    remora_decision decision{};
    decision.struct_size = sizeof decision;
    if (timed([&] { return plugin.route(handle, &task, &decision, &error); }) != REMORA_OK ||
        decision.decision_id == 0) {
      slot.last_error = error.code == 0 ? 1 : error.code;
      return;
    }
    StormCount& count = own ? slot.own : slot.shared;
    slot.is_own = own ? 1 : 0;
    slot.decision = decision.decision_id;
    ++count.started;
    const int32_t code = timed(
        [&] { return plugin.record_result(handle, decision.decision_id, n % 3 != 0, 1'000'000, &error); });
    if (code == REMORA_OK) {
      ++count.acked;
    } else if (code == REMORA_E_EXPIRED) {
      ++count.expired;
    } else {
      slot.last_error = code;
    }
    slot.decision = 0;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    return 2;
  }
  Worker worker{};
  char why[1024];
  if (remora_load(&worker.plugin, argv[1], why, sizeof why) != REMORA_OK) {
    std::fprintf(stderr, "%s\n", why);
    return 3;
  }
  const auto number = static_cast<uint32_t>(std::atoi(argv[4]));
  remora_options options{};
  options.struct_size = sizeof options;
  options.flags = REMORA_OPEN_EXISTING | REMORA_OPEN_NO_ENVIRONMENT;
  // Some have their housekeeping done on a thread of its own, the others amid their calls.
  options.flags |= number % 4 == 3 ? static_cast<uint32_t>(REMORA_OPEN_KEEPER) : 0U;
  if (worker.plugin.open(argv[2], std::strlen(argv[2]), &options, &worker.handle, &worker.error) !=
      REMORA_OK) {
    std::fprintf(stderr, "%s\n", worker.error.text);
    return 4;
  }
  if (worker.plugin.find(worker.handle, REMORA_KIND_AGENT, "storm-agent", 11, &worker.agent, &worker.error) !=
      REMORA_OK) {
    return 5;
  }
  remora_id own[remora::test::kOwnTasks];
  remora_id shared[remora::test::kSharedTasks];
  for (uint32_t i = 0; i < remora::test::kOwnTasks; ++i) {
    own[i] = worker.task_type(remora::test::own_task(number, i));
  }
  for (uint32_t i = 0; i < remora::test::kSharedTasks; ++i) {
    shared[i] = worker.task_type(remora::test::shared_task(i));
  }
  StormBoard* board = remora::test::map_board(argv[3], false);
  StormSlot& slot = board->slots[number];
  // Recording takes what is left of the machine: successors are to open without queueing behind it.
  setpriority(PRIO_PROCESS, 0, 10);
  Timer timed(slot);
  for (uint64_t n = 0; board->stop == 0; ++n) {
    const bool is_own = n % 2 == 0;
    worker.run(is_own ? own[n / 2 % remora::test::kOwnTasks] : shared[n / 2 % remora::test::kSharedTasks],
               is_own, n, slot, timed);
  }
  return worker.plugin.close(worker.handle, nullptr) == REMORA_OK ? 0 : 7;
}
