// One decision, one outcome: how close to the floor a complete answer comes, and how far ahead of what else
// one could use.
#include <cstdint>

#include "benchmark/harness/register.hpp"
#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/hash_map.hpp"
#include "benchmark/subjects/lmdb.hpp"
#include "benchmark/subjects/plugin_works.hpp"
#include "benchmark/subjects/prototype.hpp"
#include "benchmark/subjects/sqlite.hpp"

namespace remora::bench {
namespace {

template <class Subject>
void register_peer(const std::string& name, std::uint32_t states) {
  register_work<RouteWork<Subject>, Subject>("route", name, states);
  register_work<RecordWork<Subject>, Subject>("record", name, states);
}

void register_plugin(std::uint32_t states) {
  register_work<RouteWork<Plugin>, Plugin>("route", "remora", states);
  register_work<NamedRouteWork, Plugin>("route_named", "remora", states);
  register_work<BatchRouteWork, Plugin>("route_batch_of_64", "remora", states);
  register_work<DecidedRecordWork, Plugin>("record", "remora", states);
  register_work<RecordWork<Plugin>, Plugin>("record_by_names", "remora", states);
  register_work<SafetyCheckWork, Plugin>("safety_check", "remora", states);
}

void register_default_size(std::uint32_t states) {
  register_work<RouteWork<Plugin>, PluginOfDefaultSize>("route", "remora_default_size", states);
  register_work<DecidedRecordWork, PluginOfDefaultSize>("record", "remora_default_size", states);
}

void register_epsilon_greedy(std::uint32_t states) {
  register_work<RouteWork<Plugin>, PluginEpsilonGreedy>("route", "remora_epsilon_greedy", states);
  register_work<DecidedRecordWork, PluginEpsilonGreedy>("record", "remora_epsilon_greedy", states);
}

void register_never_synced(std::uint32_t states) {
  register_work<RouteWork<Plugin>, PluginNeverSynced>("route", "remora_never_synced", states);
  register_work<DecidedRecordWork, PluginNeverSynced>("record", "remora_never_synced", states);
}

const bool kRegistered = [] {
  for (const std::uint32_t states : {1'000u, 10'000u, 65'000u, 1'000'000u}) {
    register_peer<Prototype>("prototype", states);
    register_work<RouteWork<PrototypeWithLedger>, PrototypeWithLedger>("route", "prototype_ledger", states);
    register_plugin(states);
    register_epsilon_greedy(states);
    if (states <= 10'000) register_default_size(states);
    if (states == 10'000 || states == 1'000'000) register_never_synced(states);
    register_peer<Lmdb>("lmdb", states);
    register_peer<Sqlite>("sqlite", states);
    register_peer<HashMap>("unordered_map", states);
  }
  register_work<GateWork, PluginWithRollouts>("rollout_gate", "remora", 10'000);
  register_work<CanaryRouteWork, PluginWithRollouts>("route_in_canary", "remora", 10'000);
  return true;
}();

}  // namespace
}  // namespace remora::bench
