// What the demo's processes share beside Remora: the simulated clock, what is wrong in the world at present,
// and what each worker counted. It lives in shared memory, so that a worker's counts outlast the worker.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "scenario.hpp"
#include "world.hpp"

namespace fleet {

using Counter = std::atomic<uint64_t>;
static_assert(Counter::is_always_lock_free, "counters are shared between processes");

// Counters are figures to look at; relaxed, since nothing is published through them.
inline void count(Counter& counter, uint64_t by = 1) { counter.fetch_add(by, std::memory_order_relaxed); }
inline uint64_t value(const Counter& counter) { return counter.load(std::memory_order_relaxed); }

// Of one agent, in one worker. "ok" is what really came of the task, not what was reported.
struct AgentCounts {
  Counter routed;
  Counter control;  // decisions of a rollout's control arm: the baseline
  Counter control_ok;
  Counter learned;  // decisions of learned routing
  Counter learned_ok;
  std::array<Counter, kMostVariants> chosen;
  std::array<Counter, kMostVariants> chosen_ok;
};

// Route's times, by quarters of powers of two of nanoseconds.
inline constexpr size_t kTimeBuckets = 128;

struct alignas(128) WorkerCounts {
  Counter threads_held;  // that obey `hold`
  Counter acknowledged;  // outcomes that Remora took
  Counter in_flight;     // outcomes on their way: at most one a thread
  Counter control_off;   // decisions made while the kill switch was thrown
  Counter shadow_runs;
  Counter errors;                  // calls that failed, which none should
  Counter generation;              // of learned values, as this process sees it
  Counter epsilon;                 // exploration rate of the last decision, as bits of a double
  std::array<Counter, 2> watched;  // Q-values of Board::watch_variant, as bits of a double
  std::array<Counter, kTimeBuckets> route_times;
  std::array<AgentCounts, kAgents> agents;
  std::atomic<uint32_t> has_error;
  char first_error[300];
};

inline constexpr size_t kWorkerPlaces = 8;

struct Board {
  // The simulated clock: hours pass in fractions of a second.
  int64_t wall_start_ns;
  int64_t start_ns;
  double speed;
  double tasks_per_second;  // of each thread

  std::atomic<uint32_t> stop;
  std::atomic<uint32_t> hold;          // pause between two tasks, with nothing in flight
  std::atomic<uint32_t> broken_agent;  // kAgents = none
  std::atomic<uint32_t> broken_variant;
  std::atomic<uint32_t> grader_broken;  // outcomes are graded wrongly before they are reported

  // A state whose Q-values each process is to show.
  std::atomic<uint32_t> watch_agent;  // an id; 0 = none
  std::atomic<uint32_t> watch_task_type;
  std::atomic<uint32_t> watch_label;
  std::array<std::atomic<uint32_t>, 2> watch_variant;

  std::array<WorkerCounts, kWorkerPlaces> workers;

  int64_t now_ns() const;
  double hours() const;  // since the start
  Breakage breakage() const;
};

int64_t monotonic_ns();

// Makes a board for a program and the workers that it starts; -1 in *descriptor when the system refuses.
Board* make_board(int* descriptor);

// Maps the board behind an inherited descriptor; nullptr when it is none.
Board* join_board(int descriptor);

}  // namespace fleet
