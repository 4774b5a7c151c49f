// What every subject is asked: uniformly random states (the worst case for caches), four variants each, and
// for those that know no policy of their own the same epsilon-greedy choice and the same update.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace remora::bench {

inline constexpr std::uint32_t kVariants = 4;
inline constexpr float kLearningRate = 0.1f;
inline constexpr double kEpsilon = 0.1;

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // A number below bound, by multiply-shift.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  // A reward in [0, 1).
  float reward() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

 private:
  std::uint64_t state_;
};

// A state by position: agent and task type counted from 0.
struct State {
  std::uint32_t agent;
  std::uint32_t task_type;
};

// How many states there are, and of how many agents and task types they are made.
struct Scale {
  std::uint32_t agents;
  std::uint32_t task_types;

  std::uint32_t states() const { return agents * task_types; }
  State state(std::uint32_t index) const { return {index / task_types, index % task_types}; }
  State random_state(Random& random) const { return state(random.below(states())); }
};

// Task types are limited to 65,535 by the id's width, agents are what a large fleet has.
inline Scale scale_of(std::uint32_t states) {
  switch (states) {
    case 1'000:
      return {8, 125};
    case 10'000:
      return {16, 625};
    case 65'000:
      return {13, 5'000};
    case 1'000'000:
      return {64, 15'625};
    default:
      return {1, states};
  }
}

inline std::string agent_name(std::uint32_t agent) {
  char text[32];
  std::snprintf(text, sizeof text, "agent-%09u", agent);
  return text;
}

inline std::string task_type_name(std::uint32_t task_type) {
  char text[32];
  std::snprintf(text, sizeof text, "task-type-%06u", task_type);
  return text;
}

// A key of 64 bits from the two numbers of a state: what a store that is keyed by integers would use.
inline std::uint64_t key_of(State state) {
  constexpr std::uint64_t kSecret = 0x5851f42d4c957f2du;
  const std::uint64_t word = (static_cast<std::uint64_t>(state.agent) << 32 | state.task_type) ^ kSecret;
  __extension__ using Wide = unsigned __int128;
  const auto product = static_cast<Wide>(word) * 0xd6e8feb86659fd93u;
  const std::uint64_t key = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  return key != 0 ? key : 1;
}

// Epsilon-greedy over the values of a row with one draw: its low half decides whether, its high half which.
inline std::uint32_t choose(const float* q_values, Random& random) {
  constexpr auto kThreshold = static_cast<std::uint32_t>(kEpsilon * 4294967295.0);
  const std::uint64_t draw = random.next();
  if (static_cast<std::uint32_t>(draw) < kThreshold)
    return static_cast<std::uint32_t>(((draw >> 32) * kVariants) >> 32);
  std::uint32_t best = 0;
  for (std::uint32_t variant = 1; variant < kVariants; ++variant) {
    if (q_values[variant] > q_values[best]) best = variant;
  }
  return best;
}

}  // namespace remora::bench
