// What the policy adds to a decision: route in the same states under each, with four and with eight variants.
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "benchmark/harness/register.hpp"
#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/plugin.hpp"

namespace remora::bench {
namespace {

constexpr std::uint32_t kStates = 200;  // of one agent: what is measured is reckoning, not memory

// A state directory whose agent has learned a little of everything, kept for all rounds.
Plugin& plugin_with(const std::string& policy, std::uint32_t variants) {
  static std::map<std::string, std::unique_ptr<Plugin>> made;
  std::unique_ptr<Plugin>& plugin = made[policy + "/" + std::to_string(variants)];
  if (!plugin) {
    plugin = std::make_unique<Plugin>(
        scale_of(kStates), PluginSettings{.config = config_of_policy(policy), .variants = variants});
    plugin->tick();
  }
  return *plugin;
}

void register_policy(const std::string& policy, std::uint32_t variants) {
  const std::string name = "route_by_policy/" + policy + "/" + std::to_string(variants) + "/1t";
  register_benchmark(name, [policy, variants](benchmark::State& state) {
    RouteWork<Plugin> work(plugin_with(policy, variants), 7);
    report_round(state, measure_round(work, 0.02));
  });
}

const bool kRegistered = [] {
  for (const std::uint32_t variants : {4U, 8U}) {
    for (const char* policy : {"plain", "epsilon_greedy", "softmax", "ucb1", "thompson", "thompson_beta"}) {
      register_policy(policy, variants);
    }
  }
  return true;
}();

}  // namespace
}  // namespace remora::bench
