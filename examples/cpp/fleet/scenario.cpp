#include "scenario.hpp"

#include <algorithm>

namespace fleet {
namespace {

using enum Kind;

constexpr std::array<AgentSpec, kAgents> kFleet = {{
    {"test-generator", "core-testing", {kTesting, kApi, kBugFix, kFrontend}, 5},
    {"test-executor", "core-testing", {kTesting, kPipeline, kBugFix, kDeployment}, 4},
    {"coverage-analyzer", "core-testing", {kTesting, kReview, kPipeline, kBugFix}, 3},
    {"quality-gate", "core-testing", {kReview, kPipeline, kSecurity, kTesting}, 4},
    {"quality-analyzer", "core-testing", {kReview, kPerformance, kDocumentation, kBugFix}, 4},
    {"performance-tester", "performance-security", {kPerformance, kDeployment, kDatabase, kObservability}, 3},
    {"security-scanner", "performance-security", {kSecurity, kApi, kReview, kDeployment}, 5},
    {"regression-risk-analyzer", "advanced", {kBugFix, kReview, kTesting, kDatabase}, 4},
    {"test-data-architect", "advanced", {kDatabase, kTesting, kApi, kPerformance}, 4},
    {"api-contract-validator", "advanced", {kApi, kTesting, kDocumentation, kSecurity}, 5},
    {"flaky-test-hunter", "advanced", {kTesting, kPipeline, kBugFix, kObservability}, 4},
    {"deployment-readiness", "specialized", {kDeployment, kPipeline, kObservability, kDatabase}, 3},
    {"visual-tester", "specialized", {kFrontend, kTesting, kBugFix, kDocumentation}, 3},
    {"chaos-engineer", "specialized", {kDeployment, kObservability, kPerformance, kBugFix}, 4},
    {"requirements-validator", "strategic", {kDocumentation, kApi, kTesting, kReview}, 3},
    {"production-intelligence", "strategic", {kObservability, kPerformance, kBugFix, kDeployment}, 5},
    {"fleet-commander", "strategic", {kReview, kDeployment, kPipeline, kDocumentation}, 4},
    {"fleet-orchestrator", "orchestration", {kTesting, kDeployment, kReview, kBugFix}, 4},
}};

constexpr std::array<VariantSpec, 5> kVariants = {{
    {"standard", "You are the team's {agent}. Do the task below.", 0.3, 2, 9'000, 18},
    {"thorough", "Plan first. Check every step of your answer against the task.", 0.1, 3, 32'000, 34},
    {"concise", "Answer with the smallest change that does the task.", 0.2, 1, 1'500, 7},
    {"examples-first", "Here are three solved tasks of this kind. Solve the fourth.", 0.3, 2, 12'000, 20},
    {"exploratory", "Think of three different ways, then take the best.", 0.9, 2, 14'000, 26},
}};

remora::Result<remora::Variant> register_variant(const remora::State& state, remora::AgentId agent,
                                                 const VariantSpec& spec, bool baseline) {
  remora::Variant variant;
  variant.agent = agent;
  variant.tier = spec.tier;
  variant.cost_micros = spec.cost_micros;
  variant.flags = baseline ? static_cast<uint32_t>(REMORA_VARIANT_BASELINE) : 0U;
  return state.variant_register(spec.name, variant);
}

}  // namespace

std::span<const AgentSpec, kAgents> agents() { return kFleet; }
std::span<const VariantSpec> variants() { return kVariants; }

size_t Roster::place_of(remora_id agent) const {
  return static_cast<size_t>(std::find(agents.begin(), agents.end(), agent) - agents.begin());
}

const char* config_text() {
  return R"(// Configuration of the fleet. What is not here has its production default.
{
  // A larger step than the default: the world drifts within days. A fixed rate of exploration: a variant that breaks
  // goes on being met, so that there is something to judge it by.
  "learning": { "learning_rate": 0.05, "policy": "epsilon_greedy" },
  // A variant is judged by its last 40 tasks: at hundreds of tasks an hour, 10 are soon bad by chance.
  "safety": { "lookback": 40, "minimum_success_rate": 0.4, "probation_minutes": 480 },
  // Likewise for rollouts: each new outcome is one more look at the figures, so each look has to be sure.
  "rollout": { "rollback_samples": 40, "confidence": 0.999 },
  "snapshots": { "interval_minutes": 60, "keep_hourly": 24 },
  "state": { "states": 4096 }
}
)";
}

remora::Error register_agent(const remora::State& state, size_t i, Roster& roster) {
  const AgentSpec& spec = kFleet[i];
  const auto category = state.intern<remora::CategoryId>(spec.category);
  if (!category) {
    return category.error();
  }
  roster.categories[i] = *category;
  const auto agent = state.agent_register(spec.name, *category);
  if (!agent) {
    return agent.error();
  }
  roster.agents[i] = *agent;
  for (uint32_t v = 0; v < spec.variants; ++v) {
    if (const auto variant = register_variant(state, *agent, kVariants[v], v == 0); !variant) {
      return variant.error();
    }
  }
  return {};
}

remora::Result<Roster> register_fleet(const remora::State& state) {
  remora::Result<Roster> roster;
  for (size_t i = 0; i < kAgents && roster.ok(); ++i) {
    roster.error() = register_agent(state, i, *roster);
  }
  if (roster.ok()) {
    const auto small = state.intern<remora::LabelId>("size=small");
    const auto large = state.intern<remora::LabelId>("size=large");
    roster->small = *small;
    roster->large = *large;
    roster.error() = small.ok() ? large.error() : small.error();
  }
  return roster;
}

remora::Result<remora::Variant> register_newcomer(const remora::State& state, remora::AgentId agent,
                                                  const char* name) {
  return register_variant(state, agent, {name, "", 0.3, 2, 10'000, 18}, false);
}

}  // namespace fleet
