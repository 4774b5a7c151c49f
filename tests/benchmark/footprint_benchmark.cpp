// What a host would feel beside the time: system calls, page faults and allocations on the hot path, and
// resident memory.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/harness/allocations.hpp"
#include "benchmark/harness/child.hpp"
#include "benchmark/harness/register.hpp"
#include "benchmark/harness/system_calls.hpp"
#include "benchmark/subjects/plugin.hpp"
#include "footprint/resident.hpp"

namespace remora::bench {
namespace {

using test::resident_kilobytes;

constexpr Scale kFleet{18, 40};  // 18 agents, 40 task types
constexpr std::uint32_t kDecisions = 1'000'000;

// Routes and reports, the outcome of a decision coming `delay` decisions later.
void decide_and_report(Plugin& plugin, std::uint32_t decisions) {
  constexpr std::uint32_t kDelay = 256;
  Plugin::Session session(plugin, 1);
  Random random(9);
  std::uint64_t in_flight[kDelay] = {};
  for (std::uint32_t i = 0; i < decisions; ++i) {
    Plugin::Session::Key key{};
    session.set_key(key, plugin.scale().random_state(random));
    session.route(key);
    std::uint64_t& place = in_flight[i % kDelay];
    if (place != 0) session.record_decision(place, random.reward());
    place = session.decision().decision_id;
  }
  for (const std::uint64_t decision_id : in_flight) {
    if (decision_id != 0) session.record_decision(decision_id, random.reward());
  }
  if (session.failures() != 0) throw std::runtime_error("an outcome was refused");
}

struct Usage {
  double page_faults;
  double allocations;
  double private_heap_bytes;
  double statistics_dropped;  // of outcomes that came faster than they were folded into windows and totals
};

// What a million decisions and outcomes took, after a first hundred thousand.
Usage use_hot_path(std::uint32_t flags) {
  Plugin plugin(kFleet, {.flags = flags, .default_capacity = true}, false);
  decide_and_report(plugin, kDecisions / 10);
  const std::uint64_t heap = plugin.stats().heap_bytes;
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  const std::uint64_t allocations = allocations_so_far();
  counting_begins();
  decide_and_report(plugin, kDecisions);
  counting_ends();
  const std::uint64_t allocated = allocations_so_far() - allocations;
  getrusage(RUSAGE_SELF, &after);
  return {static_cast<double>(after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt),
          static_cast<double>(allocated),
          static_cast<double>(plugin.stats().heap_bytes) - static_cast<double>(heap),
          plugin.metric("remora_statistics_dropped_total")};
}

// The same in a child whose system calls the parent counts.
void register_hot_path(const char* name, std::uint32_t flags) {
  register_benchmark(std::string("million_decisions/remora_") + name + "/720/1t",
                     [flags](benchmark::State& state) {
                       const Usage usage = in_child([flags] { return use_hot_path(flags); });
                       const pid_t child = fork();
                       if (child == 0) {
                         await_tracer();
                         try {
                           use_hot_path(flags);
                         } catch (...) {
                           _exit(1);
                         }
                         _exit(0);
                       }
                       const SystemCalls calls = follow(child);
                       state.SetLabel("system calls: " + calls.text());
                       state.SetIterationTime(1e-9);
                       state.counters["page_faults"] = usage.page_faults;
                       state.counters["allocations"] = usage.allocations;
                       state.counters["private_heap_growth_bytes"] = usage.private_heap_bytes;
                       state.counters["statistics_dropped"] = usage.statistics_dropped;
                       state.counters["system_calls"] = static_cast<double>(calls.total);
                     });
}

struct Resident {
  std::uint64_t before;
  std::uint64_t loaded;
  std::uint64_t opened;
  std::uint64_t used;
};

double megabytes(std::uint64_t kilobytes) { return static_cast<double>(kilobytes) / 1'024; }

void register_resident(const char* name, std::uint32_t durability) {
  register_benchmark(std::string("resident/remora_") + name + "/720/1t",
                     [durability](benchmark::State& state) {
                       const Resident kb = in_child([durability] {
                         Resident resident{};
                         resident.before = resident_kilobytes();
                         plugin_api();
                         resident.loaded = resident_kilobytes();
                         Plugin plugin(kFleet, {.durability = durability, .default_capacity = true}, false);
                         resident.opened = resident_kilobytes();
                         decide_and_report(plugin, kDecisions);
                         resident.used = resident_kilobytes();
                         return resident;
                       });
                       state.SetIterationTime(1e-9);
                       state.counters["library_mb"] = megabytes(kb.loaded - kb.before);
                       state.counters["after_open_mb"] = megabytes(kb.opened - kb.before);
                       state.counters["after_million_mb"] = megabytes(kb.used - kb.before);
                     });
}

const bool kRegistered = [] {
  register_hot_path("host_ticks", REMORA_OPEN_NO_AUTO_TICK);
  register_hot_path("auto_tick", 0);
  register_resident("disk", REMORA_DURABILITY_DISK);
  register_resident("memory", REMORA_DURABILITY_MEMORY);
  return true;
}();

}  // namespace
}  // namespace remora::bench
