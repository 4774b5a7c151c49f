// remora_simulate: the fleet learns in a world whose best variants are known. Start it with --help.
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "figures.hpp"
#include "run.hpp"
#include "settings.hpp"

namespace {

constexpr const char* kHelp =
    R"(remora_simulate: 18 agents learn which of their variants is the best, in a world where that is known.

  remora_simulate [--seeds N] [--episodes N]
      --seeds     worlds to go through, 2 to 1000 (20)
      --episodes  tasks of each agent in a run, 200 to 100000 (1000)

The last table says how much sooner agents converge with the category and fleet levels, with transfer, or with both,
seed by seed, where none, 80 % or all of the agents of a category have the same best variant. "Newcomers" counts those
agents alone that begin 200 tasks behind the rest of their category. One that never converges took all its episodes.

An agent has converged when it took its best variant in 80 of its last 100 tasks. Exit code 1 when all 18 do so in fewer
than 19 of 20 seeds by the default setting.

The plugin is looked for as REMORA_LIBRARY says, then where it was built, then in the system's search.
)";

constexpr double kWantedSeeds = 0.95;

struct Arguments {
  uint32_t seeds = 20;
  uint32_t episodes = 1000;
};

bool read_arguments(int count, char** values, Arguments* arguments) {
  for (int i = 1; i < count; i += 2) {
    const bool has_value = i + 1 < count;
    if (has_value && std::strcmp(values[i], "--seeds") == 0 &&
        simulation::read_number(values[i + 1], 2, 1000, &arguments->seeds)) {
      continue;
    }
    if (has_value && std::strcmp(values[i], "--episodes") == 0 &&
        simulation::read_number(values[i + 1], 200, 100'000, &arguments->episodes)) {
      continue;
    }
    return false;
  }
  return true;
}

// What came of one setting in all seeds.
struct Row {
  uint32_t converged_seeds = 0;
  std::vector<uint32_t> agents;   // episodes of each agent of each seed
  std::vector<uint32_t> slowest;  // of each seed
  std::vector<double> share, regret;
  std::string problem;
};

Row rows_of(const remora::Library& library, const char* learning, const simulation::Conditions& conditions,
            const Arguments& arguments) {
  Row row;
  for (uint32_t seed = 1; seed <= arguments.seeds && row.problem.empty(); ++seed) {
    const simulation::Run run = simulation::run(library, learning, conditions, seed, arguments.episodes);
    row.problem = run.problem;
    if (run.problem.empty()) {
      row.converged_seeds += run.all_converged() ? 1U : 0U;
      row.slowest.push_back(run.slowest());
      for (const simulation::AgentRun& agent : run.agents) {
        row.agents.push_back(agent.converged);
      }
      row.share.push_back(100 * run.share());
      row.regret.push_back(run.regret());
    }
  }
  return row;
}

std::string episodes(uint32_t count) { return count == simulation::kNever ? "-" : std::to_string(count); }

void print_head(const char* what) {
  std::printf("\n%-30s %9s  %7s %8s  %16s  %16s\n", what, "all 18", "median", "slowest", "best at the end",
              "regret");
  std::printf("%-30s %9s  %7s %8s  %16s  %16s\n", "", "converge", "agent", "agent", "% of choices",
              "successes lost");
}

void print_row(const char* name, const Row& row) {
  const simulation::Spread share = simulation::spread_of(row.share);
  const simulation::Spread regret = simulation::spread_of(row.regret);
  std::printf("%-30s %3u of %2zu  %7s %8s  %8.1f +- %4.1f  %8.1f +- %4.1f\n", name, row.converged_seeds,
              row.share.size(), episodes(simulation::median(row.agents)).c_str(),
              episodes(simulation::median(row.slowest)).c_str(), share.mean, share.half, regret.mean,
              regret.half);
  std::fflush(stdout);
}

// One line of a table; false when the library refused something.
bool play(const remora::Library& library, const char* name, const char* learning,
          const simulation::Conditions& conditions, const Arguments& arguments, Row* row) {
  *row = rows_of(library, learning, conditions, arguments);
  if (!row->problem.empty()) {
    std::fprintf(stderr, "%s: %s\n", name, row->problem.c_str());
    return false;
  }
  print_row(name, *row);
  return true;
}

// The same worlds with and without; false when the library refused something.
bool compare(const remora::Library& library, const Arguments& arguments) {
  std::printf("\n%-30s %9s %9s  %18s\n", "episodes to converge, mean", "with", "without", "difference");
  for (const simulation::Comparison& comparison : simulation::comparisons()) {
    std::vector<double> with, without, difference;
    const bool newcomers = comparison.conditions.newcomers_at != 0;
    for (uint32_t seed = 1; seed <= arguments.seeds; ++seed) {
      for (const bool is_with : {true, false}) {
        const simulation::Run run = simulation::run(library, is_with ? comparison.with : comparison.without,
                                                    comparison.conditions, seed, arguments.episodes);
        if (!run.problem.empty()) {
          std::fprintf(stderr, "%s: %s\n", comparison.name, run.problem.c_str());
          return false;
        }
        (is_with ? with : without).push_back(run.taken(newcomers, arguments.episodes));
      }
      difference.push_back(with.back() - without.back());
    }
    const simulation::Spread spread = simulation::spread_of(difference);
    std::printf("%-30s %9.1f %9.1f  %9.1f +- %5.1f\n", comparison.name, simulation::spread_of(with).mean,
                simulation::spread_of(without).mean, spread.mean, spread.half);
    std::fflush(stdout);
  }
  return true;
}

int simulate(const remora::Library& library, const Arguments& arguments) {
  std::printf("18 agents, %u tasks each, seeds 1 to %u; +- is the 95 %% interval of the mean.\n",
              arguments.episodes, arguments.seeds);
  const simulation::Conditions& fair = simulation::weathers().front().conditions;
  Row row;
  Row standard;
  print_head("setting");
  for (const simulation::Ablation& ablation : simulation::ablations()) {
    if (!play(library, ablation.name, ablation.learning, fair, arguments, &row)) {
      return 2;
    }
    standard = &ablation == &simulation::ablations().front() ? row : standard;
  }
  print_head("conditions");
  for (const simulation::Weather& weather : simulation::weathers()) {
    if (!play(library, weather.name, weather.learning, weather.conditions, arguments, &row)) {
      return 2;
    }
  }
  if (!compare(library, arguments)) {
    return 2;
  }
  const bool holds = standard.converged_seeds >= kWantedSeeds * arguments.seeds;
  std::printf("\nAll 18 simulated agents converge within %u episodes in %u of %u seeds: %s.\n",
              arguments.episodes, standard.converged_seeds, arguments.seeds,
              holds ? "as wanted" : "fewer than the 95 % wanted");
  return holds ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  if (count == 2 && std::strcmp(values[1], "--help") == 0) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  Arguments arguments;
  if (!read_arguments(count, values, &arguments)) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  const auto library = remora::Library::load();
  if (!library) {
    std::fprintf(stderr, "%s\n", std::string(library.error().text()).c_str());
    return 2;
  }
  return simulate(*library, arguments);
}
