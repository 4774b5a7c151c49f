// Snapshot and restore of a million states while a thread routes, and what that thread notices of it.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "benchmark/harness/register.hpp"
#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/lmdb.hpp"
#include "benchmark/subjects/plugin.hpp"
#include "benchmark/subjects/prototype_snapshot.hpp"
#include "benchmark/subjects/sqlite.hpp"

namespace remora::bench {
namespace {

constexpr std::uint32_t kStates = 1'000'000;

// Runs job on processor 1 while processor 0 routes; reports the job's time and the routes before and during
// it.
template <class Subject, class Job>
void measure_during(benchmark::State& state, Subject& subject, Job job) {
  enum Phase { kQuiet, kReady, kBusy, kOver };
  std::atomic<int> phase{kQuiet};
  Round quiet{};
  Round busy{};
  std::thread router([&] {
    pin_to_processor(0);
    RouteWork<Subject> work(subject, 55);
    Samples warm(1u << 20);
    time_alone(work, round_seconds(), warm);
    Samples before(1u << 20);
    time_alone(work, round_seconds() * 3, before);
    phase.store(kReady, std::memory_order_release);
    Samples during(1u << 22);
    while (phase.load(std::memory_order_acquire) == kReady) {
    }
    while (phase.load(std::memory_order_acquire) == kBusy && !during.full()) time_alone(work, 0.0001, during);
    add_percentiles(before, quiet);
    add_percentiles(during, busy);
  });
  while (phase.load(std::memory_order_acquire) != kReady) {
  }
  pin_to_processor(1);
  const double start = now_seconds();
  phase.store(kBusy, std::memory_order_release);
  job();
  const double seconds = now_seconds() - start;
  phase.store(kOver, std::memory_order_release);
  router.join();
  state.SetIterationTime(seconds);
  state.counters["milliseconds"] = seconds * 1e3;
  state.counters["route_p99_quiet_ns"] = quiet.p99;
  state.counters["route_p99_ns"] = busy.p99;
  state.counters["route_p99.9_quiet_ns"] = quiet.p999;
  state.counters["route_p99.9_ns"] = busy.p999;
  state.counters["route_longest_quiet_ns"] = quiet.longest;
  state.counters["route_longest_ns"] = busy.longest;
}

std::string name_of_job(const char* job, const char* subject) {
  return std::string(job) + "/" + subject + "/" + std::to_string(kStates) + "/1t";
}

void register_prototype() {
  static const Folder folder("prototype");
  static const std::filesystem::path file = folder.path() / "prototype.snapshot";
  register_benchmark(name_of_job("snapshot", "prototype"), [](benchmark::State& state) {
    auto& table = shared_subject<PrototypeWithLedger>(kStates);
    measure_during(state, table, [&] { write_snapshot(table, file); });
  });
  register_benchmark(name_of_job("restore", "prototype"), [](benchmark::State& state) {
    auto& table = shared_subject<PrototypeWithLedger>(kStates);
    static Prototype idle(scale_of(kStates), false);
    const std::uint64_t checksum = write_snapshot(table, file);
    measure_during(state, table, [&] { restore_snapshot(idle, file, checksum); });
  });
}

// Takes a snapshot and gives its path.
std::string take_snapshot(Plugin& plugin) {
  remora_error error = REMORA_ERROR_INIT;
  remora_snapshot_info info{};
  info.struct_size = sizeof info;
  check_plugin(plugin_api().snapshot(plugin.handle(), &info, &error), error, "snapshot");
  char path[512] = {};
  std::uint64_t needed = 0;
  check_plugin(plugin_api().snapshot_path(plugin.handle(), info.sequence, path, sizeof path, &needed, &error),
               error, "snapshot_path");
  return path;
}

void register_plugin() {
  register_benchmark(name_of_job("snapshot", "remora"), [](benchmark::State& state) {
    auto& plugin = shared_subject<Plugin>(kStates);
    remora_snapshot_info info{};
    info.struct_size = sizeof info;
    measure_during(state, plugin, [&] {
      remora_error error = REMORA_ERROR_INIT;
      check_plugin(plugin_api().snapshot(plugin.handle(), &info, &error), error, "snapshot");
    });
    state.counters["bytes"] = static_cast<double>(info.bytes);
    state.counters["rows"] = static_cast<double>(info.rows);
  });
  // Restoring keeps what it replaces as a snapshot first: that is in its time.
  register_benchmark(name_of_job("restore", "remora"), [](benchmark::State& state) {
    auto& plugin = shared_subject<Plugin>(kStates);
    const std::string path = take_snapshot(plugin);
    remora_error error = REMORA_ERROR_INIT;
    measure_during(state, plugin, [&] {
      check_plugin(plugin_api().restore(plugin.handle(), path.data(), path.size(), nullptr, &error), error,
                   "restore");
    });
  });
  register_benchmark(name_of_job("verify", "remora"), [](benchmark::State& state) {
    auto& plugin = shared_subject<Plugin>(kStates);
    const std::string path = take_snapshot(plugin);
    remora_error error = REMORA_ERROR_INIT;
    measure_during(state, plugin, [&] {
      check_plugin(plugin_api().snapshot_verify(plugin.handle(), path.data(), path.size(), nullptr, &error),
                   error, "verify");
    });
  });
}

// LMDB's own copy, which is not verified.
void register_lmdb() {
  register_benchmark(name_of_job("snapshot", "lmdb"), [](benchmark::State& state) {
    auto& store = shared_subject<Lmdb>(kStates);
    const Folder copy("lmdb-copy");
    measure_during(state, store, [&] {
      Lmdb::check(mdb_env_copy(store.environment(), copy.path().c_str()));
      sync_file((copy.path() / "data.mdb").string());
    });
  });
}

void register_sqlite() {
  register_benchmark(name_of_job("snapshot", "sqlite"), [](benchmark::State& state) {
    auto& store = shared_subject<Sqlite>(kStates);
    const Folder copy("sqlite-copy");
    const std::string file = (copy.path() / "q.sqlite").string();
    measure_during(state, store, [&] {
      store.back_up(file);
      sync_file(file);
    });
  });
}

const bool kRegistered = [] {
  register_prototype();
  register_plugin();
  register_lmdb();
  register_sqlite();
  return true;
}();

}  // namespace
}  // namespace remora::bench
