// remora_fleet: an example of a host, and the demo. Start it with --help.
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "demo.hpp"
#include "replay.hpp"
#include "trace.hpp"
#include "worker.hpp"

namespace {

constexpr const char* kHelp =
    R"(remora_fleet: 18 agents of a quality-engineering team route their tasks through Remora.

  remora_fleet [--quick] [--state DIR] [--discard]
      The demo: some simulated days in about a minute and a half, in seven acts. Exit code 1 when one did not come true.
      --quick      less of each act
      --state DIR  where the state goes: an empty or new folder; otherwise a temporary one, which is kept
      --discard    remove the state at the end

  remora_fleet --trace FILE [--passes N] [--seed S] [--epsilon E] [--cost-weight W]
      Replays recorded tasks: learned routing against random, best single variant and best per task.
      --passes     times over the file, 1 to 1000 (1); what was learned stays
      --seed       shuffles each pass and fixes the draws (0: the file's own order)
      --epsilon    explore by epsilon-greedy at this rate, 0 to 1 (without it: by the default policy)
      --cost-weight  what a task as dear as the dearest variant's mean takes from the reward, times two; 0 to 10 (0)

  remora_fleet --make-trace FILE [--seed S] [--rows N]
      Writes such a file from the demo's simulated world (seed 1, 1000 rows).

The plugin is looked for as REMORA_LIBRARY says, then where it was built, then in the system's search.
)";

struct Arguments {
  fleet::DemoOptions demo;
  fleet::ReplayOptions replay;
  std::string make_trace;
  uint32_t rows = 1000;
  bool help = false;
};

bool read_number(const char* text, double low, double high, double* number) {
  char* end = nullptr;
  *number = std::strtod(text, &end);
  return end != text && *end == '\0' && *number >= low && *number <= high;
}

// Takes one option that has a value; false when it is none, or the value is not good.
bool take_value(std::string_view option, const char* value, Arguments* arguments) {
  double number = 0;
  if (option == "--state") {
    arguments->demo.directory = value;
  } else if (option == "--trace") {
    arguments->replay.file = value;
  } else if (option == "--make-trace") {
    arguments->make_trace = value;
  } else if (option == "--passes" && read_number(value, 1, 1000, &number)) {
    arguments->replay.passes = static_cast<uint32_t>(number);
  } else if (option == "--seed" && read_number(value, 0, 1e9, &number)) {
    arguments->replay.seed = static_cast<uint64_t>(number);
  } else if (option == "--epsilon" && read_number(value, 0, 1, &number)) {
    arguments->replay.epsilon = number;
  } else if (option == "--cost-weight" && read_number(value, 0, 10, &number)) {
    arguments->replay.cost_weight = number;
  } else if (option == "--rows" && read_number(value, 1, 1e6, &number)) {
    arguments->rows = static_cast<uint32_t>(number);
  } else {
    return false;
  }
  return true;
}

bool read_arguments(int count, char** values, Arguments* arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string_view option = values[i];
    if (option == "--help" || option == "-h") {
      arguments->help = true;
    } else if (option == "--quick") {
      arguments->demo.quick = true;
    } else if (option == "--discard") {
      arguments->demo.discard = true;
    } else if (i + 1 < count && take_value(option, values[i + 1], arguments)) {
      ++i;
    } else {
      std::fprintf(stderr, "remora_fleet: %s is no option, or lacks a good value; see --help\n", values[i]);
      return false;
    }
  }
  return true;
}

std::string own_file() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : std::string();
}

}  // namespace

int main(int count, char** values) {
  if (count == 5 && std::strcmp(values[1], "--worker") == 0) {
    return fleet::run_worker(values[2], std::atoi(values[3]), static_cast<uint32_t>(std::atoi(values[4])));
  }
  Arguments arguments;
  if (!read_arguments(count, values, &arguments)) {
    return 2;
  }
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (!arguments.make_trace.empty()) {
    const uint64_t seed = arguments.replay.seed == 0 ? 1 : arguments.replay.seed;
    if (!fleet::write_trace(arguments.make_trace, seed, arguments.rows)) {
      std::fprintf(stderr, "%s could not be written\n", arguments.make_trace.c_str());
      return 2;
    }
    return 0;
  }
  if (!arguments.replay.file.empty()) {
    return fleet::run_replay(arguments.replay);
  }
  arguments.demo.program = own_file();
  return fleet::run_demo(arguments.demo);
}
