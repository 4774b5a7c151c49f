// One round of one subject: some of its operations back to back, then some timed alone.
//
// A Work is a stream of operations made in blocks:
//   static constexpr std::size_t kBlock   operations in a block
//   void prepare()                        makes the next block; never timed
//   void perform(std::size_t i)           operation i of the block; timed
#pragma once

#include <cstdint>
#include <cstdlib>

#include "benchmark/harness/samples.hpp"
#include "benchmark/harness/timer.hpp"

namespace remora::bench {

// Plain numbers, so that a child process can hand it back through shared memory. Nanoseconds.
struct Round {
  double run;  // an operation in a run of many, where the processor overlaps the misses of several
  double p50;  // of operations timed alone
  double p99;
  double p999;
  double longest;
  std::uint64_t operations;
};

// Seconds that each half of a round lasts.
inline double round_seconds() {
  const char* text = std::getenv("REMORA_BENCH_ROUND_SECONDS");
  const double seconds = text != nullptr ? std::atof(text) : 0;
  return seconds > 0 ? seconds : 0.12;
}

// Nanoseconds an operation, back to back, over about so many seconds.
template <class Work>
double run_back_to_back(Work& work, double seconds, std::uint64_t* operations) {
  const Timer& timer = Timer::instance();
  double total_ns = 0;
  std::uint64_t count = 0;
  const double end = now_seconds() + seconds;
  do {
    work.prepare();
    const std::uint64_t begin = interval_begin();
    for (std::size_t i = 0; i < Work::kBlock; ++i) work.perform(i);
    total_ns += timer.ns(static_cast<double>(interval_end() - begin));
    count += Work::kBlock;
  } while (now_seconds() < end);
  *operations += count;
  return total_ns / static_cast<double>(count);
}

template <class Work>
void time_alone(Work& work, double seconds, Samples& samples) {
  const double end = now_seconds() + seconds;
  do {
    work.prepare();
    for (std::size_t i = 0; i < Work::kBlock && !samples.full(); ++i) {
      const std::uint64_t begin = interval_begin();
      work.perform(i);
      samples.add(interval_end() - begin);
    }
  } while (!samples.full() && now_seconds() < end);
}

inline void add_percentiles(Samples& samples, Round& round) {
  samples.sort();
  round.operations += samples.count();
  round.p50 = samples.percentile(0.5);
  round.p99 = samples.percentile(0.99);
  round.p999 = samples.percentile(0.999);
  round.longest = samples.percentile(1);
}

// `warm_up_seconds`: until each page has been met that the work will meet.
template <class Work>
Round measure_round(Work& work, double warm_up_seconds) {
  const double seconds = round_seconds();
  Round round{};
  std::uint64_t warm_up = 0;
  run_back_to_back(work, warm_up_seconds, &warm_up);
  round.run = run_back_to_back(work, seconds, &round.operations);
  Samples samples(1u << 20);
  time_alone(work, seconds, samples);
  add_percentiles(samples, round);
  return round;
}

}  // namespace remora::bench
