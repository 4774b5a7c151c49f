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
using store::StateKey;

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

bool leans_on_others(const learn::Settings& settings) {
  return settings.pooling.enabled &&
         (settings.pooling.category_weight > 0 || settings.pooling.fleet_weight > 0);
}

// All outcomes that are still there, of one agent or all, oldest first.
base::Vector<Recorded> outcomes_of(const History& history, uint32_t agent) {
  base::Vector<Recorded> outcomes;
  store::visit_outcomes(history, [&](const store::OutcomeRecord& outcome, uint32_t, uint64_t) {
    const bool later = (outcome.flags & store::kOutcomeReport) != 0;
    if (!later && (agent == kAllAgents || StateKey::unpack(outcome.key).agent == agent)) {
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

// What is asked: the learning of which configuration, in place of the one in force, for which agent.
struct Asked {
  const Call& call;
  const config::Settings& settings;
  const Learnings& learnings;
  uint32_t agent;  // or kAllAgents
  double warm_up;

  bool covers(const Recorded& outcome) const {
    return agent == kAllAgents || StateKey::unpack(outcome.key).agent == agent;
  }
};

// Tries are a part of the state only where the record says which there were.
Code check_attempts(const Asked& asked, std::span<const Recorded> outcomes, Problem& problem) {
  base::Vector<bool> without(store::agent_count(asked.call.history), false);
  for (const Recorded& outcome : outcomes) {
    const uint32_t agent = StateKey::unpack(outcome.key).agent;
    const learn::Settings* settings = asked.learnings.of(agent);
    if (settings != nullptr && asked.covers(outcome) && settings->cascade.enabled &&
        !asked.call.active.profile(agent).learning.cascade.enabled) {
      without[agent] = true;
    }
  }
  for (const Recorded& outcome : outcomes) {
    const uint32_t agent = StateKey::unpack(outcome.key).agent;
    if (agent < without.size() && has_tries(asked.call.history, outcome.key)) {
      without[agent] = false;
    }
  }
  const auto found = std::find(without.begin(), without.end(), true);
  if (found == without.end()) {
    return Code::kOk;
  }
  const std::string_view name =
      store::name_text(asked.call.history, Kind::kAgent, static_cast<uint32_t>(found - without.begin()));
  return problem.set(
      Code::kState,
      "refused: the configuration has learning.cascade, and what is recorded of agent %.*s was "
      "decided without: which decisions were retries is not known; run with it for a while",
      static_cast<int>(name.size()), name.data());
}

// The decisions that can be weighed, each with what the other learner would have done at that time.
evaluate::Log log_of(const Asked& asked, std::span<const Recorded> outcomes, uint64_t* left_out) {
  const History& history = asked.call.history;
  evaluate::Log log;
  const LaterReports later(history);
  ShadowLearner learner(history, asked.settings.learning);
  const auto covered = std::count_if(outcomes.begin(), outcomes.end(),
                                     [&](const Recorded& outcome) { return asked.covers(outcome); });
  auto teaching = static_cast<uint64_t>(asked.warm_up * static_cast<double>(covered));
  for (const Recorded& outcome : outcomes) {
    const uint32_t agent = StateKey::unpack(outcome.key).agent;
    const learn::Settings* settings = asked.learnings.of(agent);
    const ShadowState at =
        settings == nullptr ? ShadowState{} : shadow_state(history, outcome.key, *settings);
    if (!asked.covers(outcome)) {
      // It teaches what others lean on.
    } else if (teaching > 0) {
      --teaching;
    } else if (settings == nullptr || !drawn(outcome) || !at.teaches_agent) {
      ++*left_out;
    } else {
      double target[store::kMaxVariants];
      const uint64_t open = shadow_choices(history, outcome.key, outcome.drawn_from, *settings,
                                           asked.call.active.profile(agent).learning);
      const uint32_t count = learner.probabilities(at, *settings, open, target);
      log.add({outcome.key, at.agent, outcome.variant,
               static_cast<double>(later.recorded(outcome.decision_id, outcome.reward)),
               static_cast<double>(outcome.propensity)},
              {target, count});
    }
    if (settings != nullptr && (outcome.flags & store::kOutcomeNoLearning) == 0) {
      learner.learn(at, outcome, later, *settings);
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
  uint32_t agent = kAllAgents;
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
  const Learnings learnings(call.history, settings);
  const learn::Settings* const of_agent = learnings.of(agent);
  const bool others = of_agent != nullptr && leans_on_others(*of_agent);
  const auto outcomes = outcomes_of(call.history, others ? kAllAgents : agent);
  const Asked asked{call, settings, learnings, agent, evaluation->warm_up};
  evaluation->left_out = 0;
  evaluate::Evaluation estimates;
  Code code = check_attempts(asked, outcomes, problem);
  if (ok(code)) {
    const evaluate::Log log = log_of(asked, outcomes, &evaluation->left_out);
    code = evaluate::evaluate(log, options, &estimates, problem);
  }
  fill(estimates, code == Code::kState, evaluation);
  return code;
}

}  // namespace remora::engine
