#include "engine/evaluate.hpp"

#include <algorithm>
#include <new>
#include <span>

#include "config/parse.hpp"
#include "engine/shadow_learner.hpp"
#include "engine/state_of_task.hpp"
#include "evaluate/estimators.hpp"
#include "store/outcome_lanes.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;
using store::History;
using store::Kind;

constexpr uint32_t kMostResamples = 100'000;

// The learning settings of each agent under a configuration.
class Learnings {
 public:
  Learnings(const History& history, const config::Settings& settings) {
    const uint32_t agents = store::agent_count(history);
    for (uint32_t a = 0; a < agents; ++a) {
      const store::AgentRecord* record = store::find_agent(history, a);
      of_agent_.push_back(
          record == nullptr
              ? settings.learning
              : config::settings_of(
                    settings, store::name_text(history, Kind::kCategory, store::agent_category(*record)),
                    store::name_text(history, Kind::kAgent, a))
                    .learning);
    }
  }
  const learn::Settings* of(uint32_t agent) const {
    return agent < of_agent_.size() ? &of_agent_[agent] : nullptr;
  }

 private:
  base::Vector<learn::Settings> of_agent_;
};

// All outcomes that are still there, of one agent or (nullptr) of all, oldest first.
base::Vector<Recorded> outcomes_of(const History& history, const uint32_t* agent) {
  base::Vector<Recorded> outcomes;
  store::visit_outcomes(history, [&](const store::OutcomeRecord& outcome, uint32_t, uint64_t) {
    const bool later = (outcome.flags & store::kOutcomeReport) != 0;
    if (!later && (agent == nullptr || store::StateKey::unpack(outcome.key).agent == *agent)) {
      outcomes.push_back(Recorded::of(outcome));
    }
    return true;
  });
  // Many have the same time: of a lane the first come first.
  std::reverse(outcomes.begin(), outcomes.end());
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [](const Recorded& a, const Recorded& b) { return a.when_ns < b.when_ns; });
  return outcomes;
}

bool drawn(const Recorded& outcome) {
  return outcome.propensity > 0 && outcome.propensity <= 1 && outcome.variant < store::kMaxVariants &&
         (outcome.drawn_from >> outcome.variant & 1) != 0;
}

// The decisions that can be weighed, each with what the other learner would have done at that time.
evaluate::Log log_of(std::span<const Recorded> outcomes, const LaterReports& later,
                     const Learnings& learnings, double warm_up, uint64_t* left_out) {
  evaluate::Log log;
  ShadowLearner learner;
  auto teaching = static_cast<uint64_t>(warm_up * static_cast<double>(outcomes.size()));
  for (const Recorded& outcome : outcomes) {
    const uint32_t agent = store::StateKey::unpack(outcome.key).agent;
    const learn::Settings* settings = learnings.of(agent);
    if (teaching > 0) {
      --teaching;
    } else if (settings == nullptr || !drawn(outcome)) {
      ++*left_out;
    } else {
      double target[store::kMaxVariants];
      const uint32_t count = learner.probabilities(outcome.key, *settings, outcome.drawn_from, target);
      log.add({outcome.key, agent, outcome.variant,
               static_cast<double>(later.recorded(outcome.decision_id, outcome.reward)),
               static_cast<double>(outcome.propensity)},
              {target, count});
    }
    if (settings != nullptr && (outcome.flags & store::kOutcomeNoLearning) == 0) {
      learner.learn(outcome, later, *settings);
    }
  }
  return log;
}

void fill(const evaluate::Evaluation& e, bool refused, remora_evaluation* out) {
  out->flags = refused ? 1U : 0U;
  out->outcomes = e.decisions;
  out->effective = e.effective;
  out->largest_weight = e.largest_weight;
  out->mean_weight = e.mean_weight;
  const auto put = [](const evaluate::Estimate& from, double* value, double* low, double* high) {
    *value = from.value;
    *low = from.low;
    *high = from.high;
  };
  put(e.logged, &out->logged, &out->logged_low, &out->logged_high);
  put(e.ips, &out->ips, &out->ips_low, &out->ips_high);
  put(e.self_normalised, &out->snips, &out->snips_low, &out->snips_high);
  put(e.direct, &out->direct, &out->direct_low, &out->direct_high);
  put(e.doubly_robust, &out->doubly_robust, &out->doubly_robust_low, &out->doubly_robust_high);
}

Code options_of(const remora_evaluation& asked, evaluate::Options* options, Problem& problem) {
  if (asked.resamples > kMostResamples || !(asked.least_effective >= 0) ||
      !(asked.warm_up >= 0 && asked.warm_up < 1)) {
    return problem.set(Code::kInvalid,
                       "resamples is %u, least_effective %g, warm_up %g: at most %u, 0 or more, and below 1",
                       asked.resamples, asked.least_effective, asked.warm_up, kMostResamples);
  }
  options->seed = asked.seed != 0 ? asked.seed : options->seed;
  options->resamples = asked.resamples != 0 ? asked.resamples : options->resamples;
  options->least_effective = asked.least_effective > 0 ? asked.least_effective : options->least_effective;
  return Code::kOk;
}

}  // namespace

Code evaluate(const Call& call, std::string_view text, remora_evaluation* evaluation, Problem& problem) {
  evaluate::Options options;
  if (const Code code = options_of(*evaluation, &options, problem); !ok(code)) {
    return code;
  }
  uint32_t agent = 0;
  if (evaluation->agent != 0) {
    const Code code = index_of(call.history, evaluation->agent, Kind::kAgent, "agent", &agent, problem);
    if (!ok(code)) {
      return code;
    }
  }
  config::Settings settings;
  if (text.empty()) {
    settings = call.active.settings;
  } else if (const Code code = config::parse(text, "configuration", &settings, problem); !ok(code)) {
    return code;
  }
  const auto outcomes = outcomes_of(call.history, evaluation->agent == 0 ? nullptr : &agent);
  evaluation->left_out = 0;
  const evaluate::Log log = log_of(outcomes, LaterReports(call.history), Learnings(call.history, settings),
                                   evaluation->warm_up, &evaluation->left_out);
  evaluate::Evaluation estimates;
  const Code code = evaluate::evaluate(log, options, &estimates, problem);
  fill(estimates, code == Code::kState, evaluation);
  return code;
}

}  // namespace remora::engine
