// Rounds as Google Benchmark knows them. A benchmark is "<work>/<subject>/<states>/<workers>"; one repetition
// is one round: its time is that of an operation back to back, the percentiles of operations timed alone are
// its counters.
#pragma once

#include <benchmark/benchmark.h>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "benchmark/harness/workers.hpp"
#include "benchmark/harness/workload.hpp"

namespace remora::bench {

// The one subject of its kind and size, made at its first use and kept for all rounds.
template <class Subject>
Subject& shared_subject(std::uint32_t states) {
  static std::map<std::uint32_t, std::unique_ptr<Subject>> made;
  std::unique_ptr<Subject>& subject = made[states];
  if (!subject) subject = std::make_unique<Subject>(scale_of(states));
  return *subject;
}

inline void report_percentiles(benchmark::State& state, const Round& round) {
  state.counters["p50_ns"] = round.p50;
  state.counters["p99_ns"] = round.p99;
  state.counters["p99.9_ns"] = round.p999;
  state.counters["longest_ns"] = round.longest;
  state.counters["operations"] = static_cast<double>(round.operations);
}

inline void report_round(benchmark::State& state, const Round& round) {
  state.SetIterationTime(round.run * 1e-9);
  state.counters["per_second"] = 1e9 / round.run;
  report_percentiles(state, round);
}

// Registers a benchmark of which one iteration is all of a repetition, and which sets its own time.
template <class Function>
benchmark::internal::Benchmark* register_benchmark(const std::string& name, Function function) {
  return benchmark::RegisterBenchmark(name.c_str(),
                                      [function](benchmark::State& state) {
                                        for ([[maybe_unused]] const auto iteration : state) {
                                          try {
                                            function(state);
                                          } catch (const std::exception& failure) {
                                            state.SkipWithError(failure.what());
                                          }
                                        }
                                      })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kNanosecond);
}

template <class Work, class Subject>
void register_work(const std::string& work, const std::string& subject_name, std::uint32_t states,
                   Workers workers = Workers::kOneThread) {
  const std::string name = work + "/" + subject_name + "/" + std::to_string(states) + "/" + name_of(workers);
  register_benchmark(name, [states, workers](benchmark::State& state) {
    Subject& subject = shared_subject<Subject>(states);
    const auto make_work = [](auto& opened, int worker) {
      return Work(opened, static_cast<std::uint64_t>(worker) + 7);
    };
    report_round(state, measure_with(workers, subject, make_work));
  });
}

}  // namespace remora::bench
