// Every benchmark program starts here. It puts beside the figures what they were taken on and with.
#include <benchmark/benchmark.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "benchmark/harness/round.hpp"

namespace remora::bench {
namespace {

std::string processor_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string kernel() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release + " " + name.machine : "unknown";
}

std::string command_line() {
  std::ifstream file("/proc/self/cmdline");
  std::stringstream text;
  text << file.rdbuf();
  std::string command = text.str();
  for (char& letter : command) {
    if (letter == '\0') letter = ' ';
  }
  return command;
}

std::string memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  return std::to_string((pages / 1024) * (page / 1024)) + " MiB";
}

void add_context() {
  const Timer& timer = Timer::instance();
  benchmark::AddCustomContext("cpu", processor_model());
  benchmark::AddCustomContext("memory", memory());
  benchmark::AddCustomContext("kernel", kernel());
  benchmark::AddCustomContext("compiler", REMORA_BENCH_COMPILER);
  benchmark::AddCustomContext("flags", REMORA_BENCH_FLAGS);
  benchmark::AddCustomContext("command", command_line());
  benchmark::AddCustomContext("round_seconds", std::to_string(round_seconds()));
  benchmark::AddCustomContext("timer_overhead_ns",
                              std::to_string(timer.overhead_ticks() * timer.ns_per_tick()));
  benchmark::AddCustomContext("timer_step_ns",
                              std::to_string(static_cast<double>(timer.step_ticks()) * timer.ns_per_tick()));
}

}  // namespace
}  // namespace remora::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  remora::bench::add_context();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
