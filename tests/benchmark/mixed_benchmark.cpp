// Several workers at once, threads of one program or separate programs: an even mix of routes and outcomes on
// one state.
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
void register_peer(const std::string& name, std::uint32_t states, bool shared_by_processes) {
  for (const Workers workers : {Workers::kOneThread, Workers::kTwoThreads, Workers::kTwoProcesses}) {
    if (workers == Workers::kTwoProcesses && !shared_by_processes) continue;
    register_work<MixedWork<Subject>, Subject>("mixed", name, states, workers);
  }
}

void register_plugin(std::uint32_t states) {
  register_work<DecidedMixedWork, Plugin>("mixed", "remora", states, Workers::kOneThread);
  for (const Workers workers : {Workers::kTwoThreads, Workers::kTwoProcesses}) {
    register_work<DecidedMixedWork, Plugin>("mixed", "remora", states, workers);
    register_work<RouteWork<Plugin>, Plugin>("route", "remora", states, workers);
    register_work<DecidedRecordWork, Plugin>("record", "remora", states, workers);
    register_work<SafetyCheckWork, Plugin>("safety_check", "remora", states, workers);
  }
}

const bool kRegistered = [] {
  for (const std::uint32_t states : {1'000u, 10'000u, 65'000u, 1'000'000u}) {
    register_peer<Prototype>("prototype", states, true);
    register_plugin(states);
    if (states != 10'000 && states != 1'000'000) continue;
    for (const Workers workers : {Workers::kOneThread, Workers::kTwoThreads, Workers::kTwoProcesses}) {
      register_work<DecidedMixedWork, PluginNeverSynced>("mixed", "remora_never_synced", states, workers);
    }
    register_peer<Lmdb>("lmdb", states, true);
    register_peer<Sqlite>("sqlite", states, true);
    register_peer<HashMap>("unordered_map", states, false);
  }
  for (const Workers workers : {Workers::kTwoThreads, Workers::kTwoProcesses}) {
    register_work<GateWork, PluginWithRollouts>("rollout_gate", "remora", 10'000, workers);
  }
  return true;
}();

}  // namespace
}  // namespace remora::bench
