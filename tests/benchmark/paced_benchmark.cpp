// What a host really sees: calls at a host's pace, with cold caches, and with the state being synced to disk
// meanwhile.
#include <sys/resource.h>

#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/harness/pace.hpp"
#include "benchmark/harness/register.hpp"
#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/plugin.hpp"
#include "benchmark/subjects/prototype.hpp"

namespace remora::bench {
namespace {

// A round at a pace lasts this many times longer than a round in a loop.
double paced_seconds() { return round_seconds() * 16; }

// The time of a benchmark at a pace is the median of its operations: there is no run of many.
void report_paced(benchmark::State& state, const Round& round) {
  state.SetIterationTime(round.p50 * 1e-9);
  report_percentiles(state, round);
}

// Routes a thousand times a second.
template <class Subject>
void register_paced_route(const std::string& name, std::uint32_t states) {
  register_benchmark("route_at_1000/" + name + "/" + std::to_string(states) + "/1t",
                     [states](benchmark::State& state) {
                       Subject& subject = shared_subject<Subject>(states);
                       pin_to_processor(0);
                       RouteWork<Subject> work(subject, 11);
                       Samples samples(100'000);
                       at_pace(1'000, paced_seconds(), [&](std::uint64_t i) {
                         if (i % RouteWork<Subject>::kBlock == 0) work.prepare();
                         samples.add(timed([&] { work.perform(i % RouteWork<Subject>::kBlock); }));
                       });
                       Round round{};
                       add_percentiles(samples, round);
                       report_paced(state, round);
                     });
}

std::uint64_t faults_of_thread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt);
}

// Ten thousand routes and ten thousand outcomes a second; an outcome comes 4,096 decisions after its own.
void pace_decisions(benchmark::State& state, Plugin& plugin) {
  constexpr double kRate = 10'000;
  constexpr std::size_t kDelay = 4'096;
  const double seconds = paced_seconds() * 2 + 1;
  const auto skipped = static_cast<std::uint64_t>(kRate);  // the first second settles
  pin_to_processor(0);
  Plugin::Session session(plugin, 5);
  Random random(5);
  std::vector<std::uint64_t> in_flight(kDelay);
  Samples routes(1u << 20);
  Samples records(1u << 20);
  std::uint64_t faults = 0;
  at_pace(kRate, seconds, [&](std::uint64_t i) {
    if (i == skipped) faults = faults_of_thread();
    Plugin::Session::Key key{};
    session.set_key(key, plugin.scale().random_state(random));
    const std::uint64_t routed = timed([&] { session.route(key); });
    const std::uint64_t oldest = std::exchange(in_flight[i % kDelay], session.decision().decision_id);
    const float reward = random.reward();
    if (oldest == 0) return;
    const std::uint64_t recorded = timed([&] { session.record_decision(oldest, reward); });
    if (i < skipped) return;
    routes.add(routed);
    records.add(recorded);
  });
  faults = faults_of_thread() - faults;
  if (session.failures() != 0) throw std::runtime_error("an outcome was refused");
  Round round{};
  add_percentiles(routes, round);
  state.counters["route_p99.9_ns"] = round.p999;
  state.counters["route_longest_ns"] = round.longest;
  add_percentiles(records, round);
  state.counters["faults_per_record"] = static_cast<double>(faults) / static_cast<double>(records.count());
  report_paced(state, round);
}

struct Durability {
  const char* name;
  PluginSettings settings;
};

// The same pace with each way of keeping the live files.
void register_durability(std::uint32_t states) {
  static const Durability ways[] = {
      {"disk_sync_1s", {}},
      {"disk_sync_1s_keeper", {.flags = REMORA_OPEN_KEEPER}},
      {"disk_never_synced", {.sync_interval_ns = -1}},
      {"memory", {.durability = REMORA_DURABILITY_MEMORY}},
  };
  for (const Durability& way : ways) {
    register_benchmark("record_at_10000/" + std::string(way.name) + "/" + std::to_string(states) + "/1t",
                       [states, &way](benchmark::State& state) {
                         static std::map<const char*, std::unique_ptr<Plugin>> made;
                         std::unique_ptr<Plugin>& plugin = made[way.name];
                         if (!plugin) {
                           plugin = std::make_unique<Plugin>(scale_of(states), way.settings);
                         } else {
                           plugin->open();
                         }
                         pace_decisions(state, *plugin);
                         plugin->close();
                       });
  }
}

// The floor of the same: the prototype's update at that pace, in memory.
void register_prototype_record(std::uint32_t states) {
  register_benchmark("record_at_10000/prototype/" + std::to_string(states) + "/1t",
                     [states](benchmark::State& state) {
                       Prototype& table = shared_subject<Prototype>(states);
                       pin_to_processor(0);
                       RecordWork<Prototype> work(table, 5);
                       Samples samples(1u << 20);
                       at_pace(10'000, paced_seconds(), [&](std::uint64_t i) {
                         if (i % RecordWork<Prototype>::kBlock == 0) work.prepare();
                         samples.add(timed([&] { work.perform(i % RecordWork<Prototype>::kBlock); }));
                       });
                       Round round{};
                       add_percentiles(samples, round);
                       report_paced(state, round);
                     });
}

const bool kRegistered = [] {
  for (const std::uint32_t states : {10'000u, 1'000'000u}) {
    register_paced_route<PrototypeWithLedger>("prototype_ledger", states);
    register_paced_route<Plugin>("remora", states);
  }
  register_prototype_record(1'000'000);
  register_durability(1'000'000);
  return true;
}();

}  // namespace
}  // namespace remora::bench
