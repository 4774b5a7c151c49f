// One process of the kill storm: routes and records as fast as it can until it is told to stop, or killed.
//
//   storm_worker <library> <state folder> <board> <worker number>
#include <remora/remora_loader.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "process/storm.hpp"
#include "process/storm_timer.hpp"

namespace {

using remora::test::StormBoard;
using remora::test::StormCall;
using remora::test::StormCount;
using remora::test::StormSlot;
using remora::test::Timer;

struct Worker {
  remora_api plugin;
  uint64_t handle = 0;
  remora_error error = REMORA_ERROR_INIT;
  remora_id agent = 0;

  remora_id task_type(const std::string& name, Timer& timed) {
    remora_id id = 0;
    if (timed(StormCall::kIntern, [&] {
          return plugin.intern(handle, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &id, &error);
        }) != REMORA_OK) {
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
    if (timed(StormCall::kRoute, [&] { return plugin.route(handle, &task, &decision, &error); }) !=
            REMORA_OK ||
        decision.decision_id == 0) {
      slot.last_error = error.code == 0 ? 1 : error.code;
      return;
    }
    StormCount& count = own ? slot.own : slot.shared;
    slot.is_own = own ? 1 : 0;
    slot.decision = decision.decision_id;
    ++count.started;
    const int32_t code = timed(StormCall::kRecord, [&] {
      return plugin.record_result(handle, decision.decision_id, n % 3 != 0, 1'000'000, &error);
    });
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
  StormBoard* board = remora::test::map_board(argv[3], false);
  StormSlot& slot = board->slots[number];
  Timer timed(slot);
  remora_options options{};
  options.struct_size = sizeof options;
  options.flags = REMORA_OPEN_EXISTING | REMORA_OPEN_NO_ENVIRONMENT;
  // Some have their housekeeping done on a thread of its own, the others amid their calls.
  options.flags |= number % 4 == 3 ? static_cast<uint32_t>(REMORA_OPEN_KEEPER) : 0U;
  if (timed(StormCall::kOpen, [&] {
        return worker.plugin.open(argv[2], std::strlen(argv[2]), &options, &worker.handle, &worker.error);
      }) != REMORA_OK) {
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
    own[i] = worker.task_type(remora::test::own_task(number, i), timed);
  }
  for (uint32_t i = 0; i < remora::test::kSharedTasks; ++i) {
    shared[i] = worker.task_type(remora::test::shared_task(i), timed);
  }
  // Recording takes what is left of the machine: successors are to open without queueing behind it.
  setpriority(PRIO_PROCESS, 0, 10);
  for (uint64_t n = 0; board->stop == 0; ++n) {
    const bool is_own = n % 2 == 0;
    worker.run(is_own ? own[n / 2 % remora::test::kOwnTasks] : shared[n / 2 % remora::test::kSharedTasks],
               is_own, n, slot, timed);
  }
  return worker.plugin.close(worker.handle, nullptr) == REMORA_OK ? 0 : 7;
}
