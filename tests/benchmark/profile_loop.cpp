// The two hot calls in a loop for callgrind, which counts instructions: steady where times are not.
//
//   valgrind --tool=callgrind --collect-atstart=no bench_profile_loop route|route_named|record
//   [states [policy [variants]]]
//
// The policy is one of learning.policy in the configuration, or "plain": epsilon-greedy without pooling.
// Only the calls named are counted, 100,000 of them; script/bench --profile shows the functions by their
// share.
#include <valgrind/callgrind.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/subjects/plugin.hpp"

namespace remora::bench {
namespace {

constexpr std::uint32_t kRounds = 25;
constexpr std::uint32_t kBlock = 4'000;

// Calls function with the collection of instructions switched on, when it is the one wanted.
template <class Function>
void collect(bool wanted, Function function) {
  if (wanted) CALLGRIND_TOGGLE_COLLECT;
  function();
  if (wanted) CALLGRIND_TOGGLE_COLLECT;
}

std::uint64_t route_named(Plugin& plugin, const State& state) {
  const std::string agent = agent_name(state.agent);
  const std::string task_type = task_type_name(state.task_type);
  remora_decision decision{};
  decision.struct_size = sizeof decision;
  collect(true, [&] {
    plugin_api().route_named(plugin.handle(), agent.c_str(), task_type.c_str(), 0, &decision, nullptr);
  });
  return decision.decision_id;
}

void run(std::string_view wanted, std::uint32_t states, std::string_view policy, std::uint32_t variants) {
  Plugin plugin(scale_of(states), {.flags = REMORA_OPEN_NO_AUTO_TICK,
                                   .config = policy.empty() ? "" : config_of_policy(policy),
                                   .variants = variants});
  plugin.tick();
  Plugin::Session session(plugin, 1);
  Random random(1);
  std::vector<std::uint64_t> decided(kBlock);
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    for (std::uint64_t& decision_id : decided) {
      const State state = plugin.scale().random_state(random);
      if (wanted == "route_named") {
        decision_id = route_named(plugin, state);
        continue;
      }
      Plugin::Session::Key key{};
      session.set_key(key, state);
      collect(wanted == "route", [&] { session.route(key); });
      decision_id = session.decision().decision_id;
    }
    for (const std::uint64_t decision_id : decided) {
      const float reward = random.reward();
      collect(wanted == "record", [&] { session.record_decision(decision_id, reward); });
    }
  }
  const auto refused = static_cast<unsigned long long>(session.failures());
  std::printf("%u calls of each, %llu outcomes refused\n", kRounds * kBlock, refused);
}

}  // namespace
}  // namespace remora::bench

int main(int argc, char** argv) {
  const std::uint32_t states =
      argc > 2 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 10'000;
  try {
    remora::bench::run(
        argc > 1 ? argv[1] : "route", states, argc > 3 ? argv[3] : "",
        argc > 4 ? static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10)) : remora::bench::kVariants);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_profile_loop: %s\n", failure.what());
    return 1;
  }
  return 0;
}
