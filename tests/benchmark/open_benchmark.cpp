// How long a host waits at start-up: loading the library, making a state directory, opening one that is
// there.
#include <cstdint>
#include <string>

#include "benchmark/harness/child.hpp"
#include "benchmark/harness/register.hpp"
#include "benchmark/subjects/plugin.hpp"
#include "benchmark/subjects/prototype.hpp"

namespace remora::bench {
namespace {

struct Opening {
  double load_ms;
  double open_ms;
  double first_route_ns;
  double close_ms;
};

double elapsed_ms(double since) { return (now_seconds() - since) * 1e3; }

void report_opening(benchmark::State& state, const Opening& opening) {
  state.SetIterationTime(opening.open_ms * 1e-3);
  state.counters["load_ms"] = opening.load_ms;
  state.counters["open_ms"] = opening.open_ms;
  state.counters["first_route_ns"] = opening.first_route_ns;
  state.counters["close_ms"] = opening.close_ms;
}

// A fresh process loads the library, opens the directory, asks once, and leaves.
Opening open_as_a_host(const std::string& directory, const char* agent, const char* task_type) {
  return in_child([&] {
    pin_to_processor(0);
    Opening opening{};
    double start = now_seconds();
    const remora_api& api = plugin_api();
    opening.load_ms = elapsed_ms(start);
    remora_options options{};
    options.struct_size = sizeof options;
    options.flags = REMORA_OPEN_EXISTING;
    std::uint64_t handle = 0;
    remora_error error = REMORA_ERROR_INIT;
    start = now_seconds();
    check_plugin(api.open(directory.data(), directory.size(), &options, &handle, &error), error, "open");
    opening.open_ms = elapsed_ms(start);
    remora_decision decision{};
    decision.struct_size = sizeof decision;
    start = now_seconds();
    check_plugin(api.route_named(handle, agent, task_type, 0, &decision, &error), error, "route_named");
    opening.first_route_ns = elapsed_ms(start) * 1e6;
    start = now_seconds();
    api.close(handle, nullptr);
    opening.close_ms = elapsed_ms(start);
    return opening;
  });
}

// A directory made by another process, so that this one never loads the library and each child starts clean.
std::string made_directory(const Folder& folder, Scale scale, bool default_capacity) {
  const std::string directory = (folder.path() / "state").string();
  in_child([&] {
    const Plugin plugin(scale, {.default_capacity = default_capacity, .directory = directory});
    return 0;
  });
  return directory;
}

void register_existing(const std::string& name, Scale scale, bool default_capacity) {
  register_benchmark("open_existing/remora/" + name + "/1t", [=](benchmark::State& state) {
    static std::map<std::string, std::unique_ptr<Folder>> folders;
    std::unique_ptr<Folder>& folder = folders[name];
    if (!folder) {
      folder = std::make_unique<Folder>("open");
      made_directory(*folder, scale, default_capacity);
    }
    const std::string directory = (folder->path() / "state").string();
    report_opening(state, open_as_a_host(directory, agent_name(0).c_str(), task_type_name(0).c_str()));
  });
}

// Making a new directory with its files allocated in full.
void register_create(const std::string& name, Scale scale, bool default_capacity) {
  register_benchmark("create/remora/" + name + "/1t", [=](benchmark::State& state) {
    const double milliseconds = in_child([&] {
      plugin_api();
      const double start = now_seconds();
      const Plugin plugin(scale, {.default_capacity = default_capacity, .empty = true}, false);
      return elapsed_ms(start);
    });
    state.SetIterationTime(milliseconds * 1e-3);
    state.counters["milliseconds"] = milliseconds;
  });
}

// The floor: mapping the prototype's table and touching all of its pages.
void register_prototype(std::uint32_t states) {
  register_benchmark("open_existing/prototype/" + std::to_string(states) + "/1t",
                     [states](benchmark::State& state) {
                       auto& table = shared_subject<Prototype>(states);
                       table.close();
                       Opening opening{};
                       const double start = now_seconds();
                       table.open();
                       opening.open_ms = elapsed_ms(start);
                       report_opening(state, opening);
                     });
}

const bool kRegistered = [] {
  constexpr Scale kFleet{18, 40};
  register_create("default", kFleet, true);
  register_create("1000000", scale_of(1'000'000), false);
  register_existing("default", kFleet, true);
  register_existing("1000000", scale_of(1'000'000), false);
  register_prototype(65'000);
  register_prototype(1'000'000);
  return true;
}();

}  // namespace
}  // namespace remora::bench
