// The kill storm's oracle: what the state must hold, from what the workers said that they began and what was
// acknowledged. What a worker reported for tasks of its own must be there to the last outcome once it is
// dead; what all reported for the same tasks lies between what was acknowledged and what was begun.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "abi/plugin.hpp"
#include "process/storm.hpp"
#include "process/storm_timer.hpp"

namespace remora::test {

using abi_test::plugin;
using abi_test::sized;

class StormOracle {
 public:
  // `handle` of a state with the agent "storm-agent".
  StormOracle(uint64_t handle, StormBoard& board) : handle_(handle), board_(board) {
    for (uint32_t w = 0; w < kStormWorkers; ++w) {
      for (uint32_t i = 0; i < kOwnTasks; ++i) {
        group_of_task_[intern(own_task(w, i))] = w;
      }
    }
    for (uint32_t i = 0; i < kSharedTasks; ++i) {
      group_of_task_[intern(shared_task(i))] = kShared;
    }
  }

  static uint64_t begun(const StormSlot& slot) { return slot.own.started + slot.shared.started; }

  // Takes over the counts of a dead worker and settles what it was at.
  void bury(uint32_t victim) {
    StormSlot& slot = board_.slots[victim];
    const uint64_t decision = slot.decision.exchange(0);
    const bool is_own = slot.is_own != 0;
    Group& group = groups_[is_own ? victim : kShared];
    const StormCount& count = is_own ? slot.own : slot.shared;
    const bool in_flight = count.may_count() != count.acked;
    const uint64_t own_acked = slot.own.acked;
    uint64_t certain = 0;
    uint64_t possible = 0;
    if (decision != 0) {
      const int32_t code = report_again(decision);
      // "Expired" only when the others went once round the whole ledger before this process got to run.
      ASSERT_TRUE(code == REMORA_OK || code == REMORA_E_ALREADY_RECORDED || code == REMORA_E_EXPIRED)
          << code << " " << error_.text;
      certain = code == REMORA_OK ? 1 : 0;
      possible = code != REMORA_OK && in_flight ? 1 : 0;
      expired_ += code == REMORA_E_EXPIRED ? 1 : 0;
    }
    group.rescued += certain;
    group.open += possible;
    groups_[kShared].acked += slot.shared.acked;
    Group& own = groups_[victim];
    const uint64_t learned = visits()[victim];
    const uint64_t expected = own.exact + own_acked + (is_own ? certain : 0);
    ASSERT_GE(learned, expected) << "an acknowledged outcome is missing";
    ASSERT_LE(learned, expected + (is_own ? possible : 0)) << "an outcome was applied twice";
    own.acked += own_acked;
    own.exact = learned;
    unlearned_ += is_own && possible != 0 && learned == expected ? 1 : 0;
    for (StormCount* counts : {&slot.own, &slot.shared}) {
      expired_ += counts->expired;
      counts->started = 0;
      counts->acked = 0;
      counts->expired = 0;
    }
  }

  // What the living have reported lies between what was acknowledged before it was looked at, and what was
  // begun after.
  void check_the_living() {
    Visits acked(kStormWorkers + 1, 0);
    for (uint32_t w = 0; w < kStormWorkers; ++w) {
      acked[w] = groups_[w].exact + board_.slots[w].own.acked;
      acked[kShared] += board_.slots[w].shared.acked;
    }
    const Group& all = groups_[kShared];
    acked[kShared] += all.acked + all.rescued;
    const Visits learned = visits();
    uint64_t most = all.acked + all.rescued + all.open;
    for (uint32_t w = 0; w < kStormWorkers; ++w) {
      const StormSlot& slot = board_.slots[w];
      most += slot.shared.may_count();
      ASSERT_GE(learned[w], acked[w]) << "an acknowledged outcome is missing";
      ASSERT_LE(learned[w], groups_[w].exact + slot.own.may_count()) << "an outcome was applied twice";
    }
    ASSERT_GE(learned[kShared], acked[kShared]) << "an acknowledged outcome is missing";
    ASSERT_LE(learned[kShared], most) << "an outcome was applied twice";
  }

  static unsigned long long as_printed(uint64_t number) { return number; }

  void sum_up_outcomes() {
    uint64_t acked = 0, lost = 0, doubled = 0;
    const Visits learned = visits();
    for (uint32_t g = 0; g <= kStormWorkers; ++g) {
      const uint64_t least = groups_[g].acked + groups_[g].rescued;
      const uint64_t most = least + groups_[g].open;
      acked += groups_[g].acked;
      lost += least - std::min(least, learned[g]);
      doubled += learned[g] - std::min(most, learned[g]);
    }
    EXPECT_EQ(lost, 0U);
    EXPECT_EQ(doubled, 0U);
    std::printf(
        "%llu acknowledged, %llu lost, %llu applied twice, %llu kept but not learned, "
        "%llu reported too late\n",
        as_printed(acked), as_printed(lost), as_printed(doubled), as_printed(unlearned_),
        as_printed(expired_));
  }

  // To be called between the death of a worker and its burial, before it is reaped.
  void take_down_call(uint32_t victim, pid_t pid, int64_t killed_ns) {
    take_down_killed_call(pid, killed_ns, board_.slots[victim], killed_);
  }

  void sum_up_calls() {
    for (uint32_t call = 0; call < kStormCalls; ++call) {
      CallTimes returned{};
      for (const StormSlot& slot : board_.slots) {
        join(slot.returned[call], &returned);
      }
      if (returned.longest_ns != 0) {
        sum_up(call, "returned", returned);
        sum_up(call, "under way at a kill", killed_[call]);
      }
      if (mine_.returned[call].longest_ns != 0) {
        sum_up(call, "by the survivor", mine_.returned[call]);
      }
    }
    std::printf("longest until what a dead worker was reporting could be reported again: %.3f ms\n",
                static_cast<double>(longest_busy_ns_) * 1e-6);
  }

 private:
  static constexpr int64_t kLongWait = 2'000'000'000;
  static constexpr uint32_t kShared = kStormWorkers;  // the group of all workers
  using Visits = std::vector<uint64_t>;               // by group

  // Outcomes of one group of task types: a worker's own, or all workers' shared ones. In the parent's memory.
  struct Group {
    uint64_t acked = 0;    // by workers that are dead
    uint64_t rescued = 0;  // reported again here, and taken
    uint64_t open = 0;     // of dead workers, without an answer: may have counted or not
    uint64_t exact = 0;    // own tasks: visits when the last worker had died and all was settled
  };

  // Nobody holds up a call: not for 50 ms amid what takes no lock, nor for 2 s when another opens the state
  // or takes in names. By the clock alone, which goes on while others have the processors, not for 2 s
  // either.
  static void sum_up(uint32_t call, const char* whose, const CallTimes& times) {
    const int64_t longest_wait = call == static_cast<uint32_t>(StormCall::kOpen) ? kLongWait : kSlowCall;
    EXPECT_LE(times.longest_waited_ns, longest_wait) << kStormCallNames[call] << " " << whose;
    EXPECT_LE(times.longest_ns, kLongWait) << kStormCallNames[call] << " " << whose;
    std::printf("%-6s %-19s: longest %8.3f ms by the clock; %3llu above 50 ms, of which one waited %.3f ms",
                kStormCallNames[call], whose, static_cast<double>(times.longest_ns) * 1e-6,
                as_printed(times.slow), static_cast<double>(times.longest_waited_ns) * 1e-6);
    if (times.longest_cpu_ns != 0) {
      std::printf(" and computed %.3f ms", static_cast<double>(times.longest_cpu_ns) * 1e-6);
    }
    std::printf(" at most\n");
  }

  static void join(const CallTimes& from, CallTimes* to) {
    to->slow += from.slow;
    to->longest_ns = std::max(to->longest_ns.load(), from.longest_ns.load());
    to->longest_cpu_ns = std::max(to->longest_cpu_ns.load(), from.longest_cpu_ns.load());
    to->longest_waited_ns = std::max(to->longest_waited_ns.load(), from.longest_waited_ns.load());
  }

  remora_id intern(const std::string& name) {
    remora_id id = 0;
    EXPECT_EQ(plugin().intern(handle_, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &id, &error_),
              REMORA_OK)
        << error_.text;
    return id;
  }

  Visits visits() {
    Visits sums(kStormWorkers + 1, 0);
    uint64_t cursor = 0;
    for (uint32_t count = 1; count != 0;) {
      std::vector<remora_q_cell> cells(256, sized<remora_q_cell>());
      EXPECT_EQ(
          timed_(
              StormCall::kRead,
              [&] { return plugin().q_cells(handle_, &cursor, cells.data(), sizeof cells[0], 256, &count); }),
          REMORA_OK);
      for (uint32_t i = 0; i < count; ++i) {
        sums[group_of_task_.at(cells[i].task_type)] += cells[i].visits;
      }
    }
    return sums;
  }

  // What the victim was reporting when it died is reported again: it counts once, by the victim or by this.
  // "Busy" while a process that starts just then has the victim's number and has not yet put its slots back.
  int32_t report_again(uint64_t decision) {
    int32_t code = REMORA_E_BUSY;
    const int64_t began = storm_now();
    for (int i = 0; i < 60'000 && code == REMORA_E_BUSY; ++i) {
      code = timed_(StormCall::kRecord,
                    [&] { return plugin().record_result(handle_, decision, 1, 0, &error_); });
      if (code == REMORA_E_BUSY) {
        usleep(1'000);
      }
    }
    longest_busy_ns_ = std::max(longest_busy_ns_, storm_now() - began);
    return code;
  }

  uint64_t handle_;
  StormBoard& board_;
  std::map<remora_id, uint32_t> group_of_task_;
  Group groups_[kStormWorkers + 1];
  uint64_t expired_ = 0;             // answers "expired": reported after the others went round the ledger
  uint64_t unlearned_ = 0;           // kept, without its step in the table: the worker died between the two
  CallTimes killed_[kStormCalls]{};  // that victims were in
  StormSlot mine_{};                 // for the times of the oracle's own calls
  Timer timed_{mine_};
  int64_t longest_busy_ns_ = 0;
  remora_error error_ = REMORA_ERROR_INIT;
};

}  // namespace remora::test
