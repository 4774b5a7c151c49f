// remora_prove: a permutation test (Fisher 1935) that learning changes what is routed. Start it with --help.
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "../simulate/arguments.hpp"
#include "experiment.hpp"

namespace {

constexpr const char* kHelp =
    R"(remora_prove: does learning change what is routed? A permutation test.

  remora_prove [--noise] [--seeds N] [--shuffles N] [--tasks N]
      --noise     plant nothing: all variants are alike, and the test must not see anything
      --seeds     experiments, 1 to 1000 (20)
      --shuffles  runs on shuffled rewards in each, 19 to 9999 (99)
      --tasks     tasks of each run, 40 to 10000 (300)

In each experiment one of four variants succeeds at 75 % of the tasks, the others at 50 %. What counts is its share of the
last three quarters of the tasks. In the shuffled runs the rewards of each task change hands among the variants, so that
nothing can be learned; p is the share of runs, the real one included, that took the variant at least as often. Exit
code 1 when p is above 0.05 in more than one experiment of 20; with --noise, when p is 0.05 or less more often than chance
has it (once in a thousand times).

The plugin is looked for as REMORA_LIBRARY says, then where it was built, then in the system's search.
)";

struct Arguments {
  prove::Plan plan;
  uint32_t seeds = 20;
  bool help = false;
};

bool read_arguments(int count, char** values, Arguments* arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string_view option = values[i];
    const char* value = i + 1 < count ? values[i + 1] : "";
    if (option == "--noise") {
      arguments->plan.planted = false;
      continue;
    }
    if (option == "--help") {
      arguments->help = true;
      continue;
    }
    const bool good =
        (option == "--seeds" && simulation::read_number(value, 1, 1000, &arguments->seeds)) ||
        (option == "--shuffles" && simulation::read_number(value, 19, 9999, &arguments->plan.shuffles)) ||
        (option == "--tasks" && simulation::read_number(value, 40, 10'000, &arguments->plan.tasks));
    if (!good) {
      return false;
    }
    ++i;
  }
  return true;
}

// The most of n experiments that chance lets fall below 0.05 in all but one case of a thousand: binomial.
uint32_t most_by_chance(uint32_t n) {
  double probability = 1;  // of exactly k
  for (uint32_t i = 0; i < n; ++i) {
    probability *= 0.95;
  }
  double at_most = probability;
  uint32_t k = 0;
  for (; k < n && at_most < 0.999; ++k) {
    probability *= static_cast<double>(n - k) / static_cast<double>(k + 1) * (0.05 / 0.95);
    at_most += probability;
  }
  return k;
}

int verdict(const Arguments& arguments, uint32_t below) {
  const uint32_t n = arguments.seeds;
  if (arguments.plan.planted) {
    const bool proven = n - below <= n / 20;
    std::printf("\np <= 0.05 in %u of %u experiments: %s\n", below, n,
                proven ? "learning changes what is routed." : "NOT proven.");
    return proven ? 0 : 1;
  }
  const uint32_t most = most_by_chance(n);
  std::printf(
      "\nNothing was planted; p <= 0.05 in %u of %u experiments, of which chance explains up to %u: %s\n",
      below, n, most,
      below <= most ? "the test sees nothing where there is nothing." : "the test is NOT sound.");
  return below <= most ? 0 : 1;
}

int prove_it(const remora::Library& library, const Arguments& arguments) {
  std::printf("%-6s %22s %22s %8s\n", "seed", "share of the variant", "mean when shuffled", "p");
  uint32_t below = 0;
  for (uint32_t seed = 1; seed <= arguments.seeds; ++seed) {
    const prove::Outcome outcome = prove::experiment(library, arguments.plan, seed);
    if (!outcome.problem.empty()) {
      std::fprintf(stderr, "%s\n", outcome.problem.c_str());
      return 2;
    }
    std::printf("%-6u %20.1f %% %20.1f %% %8.3f\n", seed, 100 * outcome.share, 100 * outcome.shuffled_mean,
                outcome.p);
    std::fflush(stdout);
    below += outcome.p <= 0.05 ? 1U : 0U;
  }
  return verdict(arguments, below);
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments;
  if (!read_arguments(count, values, &arguments)) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  const auto library = remora::Library::load();
  if (!library) {
    std::fprintf(stderr, "%s\n", std::string(library.error().text()).c_str());
    return 2;
  }
  return prove_it(*library, arguments);
}
