#include "replay.hpp"

#include <stdlib.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <system_error>

#include <remora/remora.hpp>

#include "dice.hpp"
#include "screen.hpp"
#include "tally.hpp"

namespace fleet {
namespace {

constexpr size_t kQuarters = 4;

// Routes the tasks of a trace through one agent.
class Router {
 public:
  Router(const remora::State& state, const Trace& trace, uint64_t seed)
      : state_(state), trace_(trace), dice_(seed) {}

  // Registers the agent and its variants in the file's order: the first is the baseline.
  remora::Error prepare() {
    const auto agent = state_.agent_register("trace");
    agent_ = *agent;
    remora::Error error = agent.error();
    for (size_t v = 0; v < trace_.variants.size() && error.code() == REMORA_OK; ++v) {
      remora::Variant variant;
      variant.agent = agent_;
      error = state_.variant_register(trace_.variants[v], variant).error();
    }
    return error;
  }

  // Routes one task and records what came of the chosen variant; REMORA_NONE in *chosen when the file knows
  // nothing about the task.
  remora::Error play(const TraceTask& task, uint32_t* chosen) {
    *chosen = REMORA_NONE;
    remora::Task question;
    question.agent = agent_;
    question.now_ns = now_ns_ += 1'000'000'000;
    question.draw =
        dice_.bits() | 1;  // its own draws, so that a seed gives the same run again; 0 would ask for Remora's
    for (size_t v = 0; v < task.outcomes.size(); ++v) {
      question.allowed_variants |= static_cast<uint64_t>(task.outcomes[v].known) << v;
    }
    if (question.allowed_variants == 0) {
      return {};
    }
    if (remora::Error error = describe(task, question); error.code() != REMORA_OK) {
      return error;
    }
    const auto decision = state_.route(question);
    if (!decision) {
      return decision.error();
    }
    *chosen = decision->variant;
    if (remora::Error error = record(decision->decision_id, task.outcomes[*chosen]);
        error.code() != REMORA_OK) {
      return error;
    }
    return state_.tick(now_ns_).error();  // time is the trace's, so housekeeping goes by it, too
  }

 private:
  // Task type: named by the file, or found from text and file names. Label: the level.
  remora::Error describe(const TraceTask& task, remora::Task& question) {
    if (task.type.empty()) {
      const auto found = state_.classify(task.text, task.files);
      question.task_type = found->task_type;
      if (!found) {
        return found.error();
      }
    } else {
      const auto type = state_.intern<remora::TaskTypeId>(task.type);
      question.task_type = *type;
      if (!type) {
        return type.error();
      }
    }
    if (!task.level.empty()) {
      const auto label = state_.intern<remora::LabelId>("level=" + task.level);
      question.label_count = 1;
      question.labels[0] = *label;
      return label.error();
    }
    return {};
  }

  remora::Error record(uint64_t decision_id, const TraceOutcome& result) const {
    remora::Outcome outcome;
    outcome.decision_id = decision_id;
    outcome.now_ns = now_ns_;
    outcome.success = result.ok ? 1 : 0;
    outcome.cost_micros = result.cost_micros;
    if (result.quality >= 0) {
      outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
      outcome.quality = result.quality;
    }
    return state_.record_outcome(outcome).error();
  }

  const remora::State& state_;
  const Trace& trace_;
  Dice dice_;
  remora::AgentId agent_;
  int64_t now_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
};

// Of the variant that costs most, a task.
double dearest_micros(const Trace& trace) {
  std::vector<double> spent(trace.variants.size());
  for (const TraceTask& task : trace.tasks) {
    for (size_t v = 0; v < spent.size(); ++v) {
      spent[v] += static_cast<double>(task.outcomes[v].cost_micros);
    }
  }
  double dearest = 0;
  for (const double sum : spent) {
    dearest = std::max(dearest, sum / static_cast<double>(trace.tasks.size()));
  }
  return std::max(dearest, 1.0);
}

// Nothing is kept out: a recorded benchmark may be so hard that every variant fails more often than not.
std::string config_text_for(const ReplayOptions& options, const Trace& trace) {
  const std::string policy =
      options.epsilon ? text("\"policy\": \"epsilon_greedy\", \"epsilon\": %g,", *options.epsilon) : "";
  return text(
      "{ \"safety\": { \"enabled\": false },\n"
      "  \"learning\": { %s \"reward\": { \"cost\": %g, \"cost_scale_micros\": %.0f } } }\n",
      policy.c_str(), -options.cost_weight, dearest_micros(trace));
}

// The order of one pass.
std::vector<size_t> order_of(const Trace& trace, uint64_t seed, uint32_t pass) {
  std::vector<size_t> order(trace.tasks.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Dice dice(seed * 1000 + pass);
  for (size_t i = order.size(); seed != 0 && i > 1; --i) {
    std::swap(order[i - 1], order[dice.below(static_cast<uint32_t>(i))]);
  }
  return order;
}

void print_row(const char* name, const Tally& tally, size_t best) {
  std::printf("%-12s %6llu  %8.1f %8.1f %12.1f %13.1f   %10.6f %10.6f %12.6f\n", name,
              static_cast<unsigned long long>(tally.tasks()), tally.learned(), tally.random(),
              tally.always(best), tally.any(), tally.learned_cost(), tally.random_cost(),
              tally.always_cost(best));
}

bool play_pass(Router& router, const Trace& trace, const std::vector<size_t>& order,
               std::vector<Tally>& quarters) {
  for (size_t i = 0; i < order.size(); ++i) {
    const TraceTask& task = trace.tasks[order[i]];
    uint32_t chosen = REMORA_NONE;
    if (const remora::Error error = router.play(task, &chosen); error.code() != REMORA_OK) {
      std::fprintf(stderr, "task %zu: %s\n", order[i] + 1, std::string(error.text()).c_str());
      return false;
    }
    if (chosen != REMORA_NONE) {
      quarters[i * kQuarters / order.size()].add(task, chosen);
    }
  }
  return true;
}

void print_pass(uint32_t pass, const Trace& trace, const std::vector<Tally>& quarters) {
  Tally all(trace.variants.size());
  for (const Tally& quarter : quarters) {
    all.add(quarter);
  }
  const size_t best = all.best_single();
  std::printf("\npass %u: success in percent; best single variant in hindsight: %s\n", pass,
              trace.variants[best].c_str());
  std::printf("%-12s %6s  %8s %8s %12s %13s   %10s %10s %12s\n", "", "tasks", "learned", "random",
              "best single", "best per task", "$ learned", "$ random", "$ best single");
  for (size_t q = 0; q < kQuarters; ++q) {
    print_row(text("quarter %zu", q + 1).c_str(), quarters[q], best);
  }
  print_row("whole pass", all, best);
  const double gain = all.learned() - all.random();
  std::printf(
      "Learned routing did %.1f %% of the tasks right, %.1f points %s than random choice; it explored all "
      "the way.\n",
      all.learned(), gain < 0 ? -gain : gain, gain < 0 ? "fewer" : "more");
}

int replay_in(const std::string& directory, const ReplayOptions& options, const Trace& trace) {
  std::ofstream(directory + "/remora.json") << config_text_for(options, trace);
  const auto library = remora::Library::load();
  remora::Options calls;
  calls.flags = REMORA_OPEN_NO_AUTO_TICK;
  const auto state = library->open(directory, calls);
  if (!library || !state) {
    std::fprintf(stderr, "%s\n", std::string((!library ? library.error() : state.error()).text()).c_str());
    return 2;
  }
  Router router(*state, trace, options.seed);
  if (const remora::Error error = router.prepare(); error.code() != REMORA_OK) {
    std::fprintf(stderr, "%s\n", std::string(error.text()).c_str());
    return 2;
  }
  for (uint32_t pass = 1; pass <= options.passes; ++pass) {
    std::vector<Tally> quarters(kQuarters, Tally(trace.variants.size()));
    if (!play_pass(router, trace, order_of(trace, options.seed, pass), quarters)) {
      return 1;
    }
    print_pass(pass, trace, quarters);
  }
  return 0;
}

}  // namespace

int run_replay(const ReplayOptions& options) {
  Trace trace;
  std::string problem;
  if (!read_trace(options.file, &trace, &problem)) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    return 2;
  }
  std::printf(
      "%s: %zu tasks, %zu variants; each task is routed, and only the chosen variant's outcome is "
      "revealed.\n",
      options.file.c_str(), trace.tasks.size(), trace.variants.size());
  std::string pattern = (std::filesystem::temp_directory_path() / "remora-trace-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    std::fprintf(stderr, "no folder for the state can be made in %s\n", pattern.c_str());
    return 2;
  }
  const int code = replay_in(pattern, options, trace);
  std::error_code ignored;
  std::filesystem::remove_all(pattern, ignored);
  return code;
}

}  // namespace fleet
