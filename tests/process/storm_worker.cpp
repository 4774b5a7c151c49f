// One process of the kill storm: routes and records as fast as it can until it is told to stop, or killed.
//
//   storm_worker <library> <state folder> <board> <worker number>
#include <remora/remora_loader.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "process/storm.hpp"

namespace {

int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

template <class Call>
int32_t timed(remora::test::StormSlot& slot, const Call& call) {
  const int64_t begin = now();
  const int32_t code = call();
  slot.longest_ns = std::max(slot.longest_ns.load(), now() - begin);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    return 2;
  }
  remora_api plugin;
  char why[1024];
  if (remora_load(&plugin, argv[1], why, sizeof why) != REMORA_OK) {
    std::fprintf(stderr, "%s\n", why);
    return 3;
  }
  remora::test::StormBoard* board = remora::test::map_board(argv[3], false);
  remora::test::StormSlot& slot = board->slots[std::atoi(argv[4])];
  uint64_t handle = 0;
  remora_error error = REMORA_ERROR_INIT;
  if (plugin.open(argv[2], std::strlen(argv[2]), nullptr, &handle, &error) != REMORA_OK) {
    std::fprintf(stderr, "%s\n", error.text);
    return 4;
  }
  remora_task task{};
  task.struct_size = sizeof task;
  remora_id types[remora::test::kStormTaskTypes];
  if (plugin.find(handle, REMORA_KIND_AGENT, "storm-agent", 11, &task.agent, &error) != REMORA_OK) {
    return 5;
  }
  for (uint32_t i = 0; i < remora::test::kStormTaskTypes; ++i) {
    const std::string name = "storm-" + std::to_string(i);
    if (plugin.intern(handle, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &types[i], &error) !=
        REMORA_OK) {
      std::fprintf(stderr, "%s\n", error.text);
      return 6;
    }
  }
  for (uint64_t n = 0; board->stop == 0; ++n) {
    task.task_type = types[n % remora::test::kStormTaskTypes];
    remora_decision decision{};
    decision.struct_size = sizeof decision;
    if (timed(slot, [&] { return plugin.route(handle, &task, &decision, &error); }) != REMORA_OK ||
        decision.decision_id == 0) {
      slot.last_error = error.code == 0 ? 1 : error.code;
      continue;
    }
    slot.decision = decision.decision_id;
    ++slot.started;
    const int32_t code = timed(slot, [&] {
      return plugin.record_result(handle, decision.decision_id, n % 3 != 0, 1'000'000, &error);
    });
    if (code == REMORA_OK) {
      ++slot.acked;
    } else {
      ++slot.refused;
      slot.last_error = code;
    }
    slot.decision = 0;
  }
  return plugin.close(handle, nullptr) == REMORA_OK ? 0 : 7;
}
