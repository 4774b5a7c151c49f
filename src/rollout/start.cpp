#include "rollout/start.hpp"

#include "guard/fallback.hpp"
#include "guard/operator_actions.hpp"
#include "rollout/agent_word.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using store::BlockWord;

// Whether a treatment variant may get traffic at all.
Code check_treatment(const store::History& history, const Plan& plan, base::Problem& problem) {
  const store::AgentRecord* agent = store::find_agent(history, plan.agent);
  if (agent == nullptr) {
    return problem.set(Code::kNotFound, "no agent has the index %u", plan.agent);
  }
  if (plan.treatment == kLearnedTreatment) {
    return Code::kOk;
  }
  store::VariantFacts facts;
  if (!store::variant_facts(history, plan.agent, plan.treatment, &facts)) {
    return problem.set(Code::kNotFound, "the treatment is variant %u, which agent %u does not have",
                       plan.treatment, plan.agent);
  }
  if (facts.baseline || facts.retired) {
    return problem.set(
        Code::kState, "the treatment, variant %u, is %s", plan.treatment,
        facts.baseline ? "the baseline itself; use another variant" : "retired; register it again first");
  }
  const auto block =
      BlockWord::unpack(history.variant(*agent, plan.treatment)->block.load(std::memory_order_acquire));
  if (facts.blocked && static_cast<guard::Reason>(block.reason) != guard::Reason::kRolledBack) {
    return problem.set(Code::kState,
                       "the treatment, variant %u, is blocked (safety reason %u); unblock it first",
                       plan.treatment, block.reason);
  }
  return Code::kOk;
}

Code check_free(const store::History& history, std::string_view name, uint32_t agent,
                base::Problem& problem) {
  uint32_t named = UINT32_MAX;
  uint32_t other = 0;
  const bool is_known = store::find_name(history, store::Kind::kRollout, name, &named);
  const bool has_others = newest_rollout(history, agent, &other);
  // A name without a record is that of a start whose process died, or was interned by a host. It may be used
  // unless a rollout of this agent came after it, whose number would pass for the newest.
  if (is_known && (find_rollout(history, named) != nullptr || (has_others && named < other))) {
    return problem.set(Code::kExists, "the rollout name \"%.*s\" was used before; use a new one",
                       static_cast<int>(name.size()), name.data());
  }
  if (!has_others) {
    return Code::kOk;
  }
  const auto state =
      store::RolloutStateWord::unpack(history.rollouts[other].state.load(std::memory_order_acquire));
  const auto now = static_cast<State>(state.state);
  if (now == State::kRunning || now == State::kPaused) {
    const std::string_view running = store::name_text(history, store::Kind::kRollout, other);
    return problem.set(Code::kState,
                       "rollout \"%.*s\" of this agent is not over; let it end or roll it back first",
                       static_cast<int>(running.size()), running.data());
  }
  return Code::kOk;
}

// The record is nobody's until `identity` is stored.
void fill_record(store::RolloutRecord& record, const Plan& plan, int64_t now_ns) {
  record.treatment = plan.treatment;
  record.stage_count = plan.stage_count;
  record.started_ns = now_ns;
  for (uint32_t i = 0; i < store::kMaxStages; ++i) {
    record.stages[i] = i < plan.stage_count ? plan.stages[i] : store::StagePlan{};
  }
  record.treatment_outcomes.store(0, std::memory_order_relaxed);
  record.baseline_outcomes.store(0, std::memory_order_relaxed);
  record.treatment_leader.store(0, std::memory_order_relaxed);
  record.baseline_leader.store(0, std::memory_order_relaxed);
  record.reference.store(0, std::memory_order_relaxed);
  store::RolloutStateWord state;
  state.since_s = now_ns <= 0 ? 0 : static_cast<uint32_t>(now_ns / 1'000'000'000);
  state.epoch = 1;  // arms that were never counted in carry epoch 0
  state.state = static_cast<uint32_t>(State::kRunning);
  record.state.store(state.pack(), std::memory_order_relaxed);
}

void publish_start(const store::History& history, uint32_t rollout, const Plan& plan, int64_t now_ns) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kRolloutStarted;
  event.agent = store::make_id(store::Kind::kAgent, plan.agent);
  event.variant = plan.treatment == kLearnedTreatment ? 0xFFFFFFFFU : plan.treatment;
  event.rollout = store::make_id(store::Kind::kRollout, rollout);
  event.detail[0] = plan.stage_count;
  store::publish_event(history, event);
}

}  // namespace

Code start(const store::History& history, std::string_view name, const Plan& wanted, const Settings& settings,
           const guard::Thresholds& thresholds, int64_t now_ns, uint32_t* rollout, base::Problem& problem) {
  Plan plan = wanted;
  Code code = complete(&plan, settings, problem);
  code = ok(code) ? check_treatment(history, plan, problem) : code;
  code = ok(code) ? check_free(history, name, plan.agent, problem) : code;
  uint32_t index = 0;
  code = ok(code) ? store::add_name(history, store::Kind::kRollout, name, &index, problem) : code;
  if (!ok(code)) {
    return code;
  }
  store::RolloutRecord& record = history.rollouts[index];
  fill_record(record, plan, now_ns);
  const bool is_variant = plan.treatment != kLearnedTreatment;
  if (is_variant) {
    guard::pardon(history, plan.agent, plan.treatment);
  }
  // Release pairs with the acquire in find_rollout: the plan is complete, and the treatment pardoned.
  record.identity.store((index + 1ULL) | static_cast<uint64_t>(plan.agent) << 32, std::memory_order_release);
  derive_agent(history, plan.agent);
  if (is_variant && guard::admit_pardoned(history, plan.agent, plan.treatment)) {
    guard::refresh_safe_variant(history, plan.agent, thresholds);
  }
  history.control->line.roster.fetch_add(1, std::memory_order_relaxed);
  publish_start(history, index, plan, now_ns);
  *rollout = index;
  return Code::kOk;
}

}  // namespace remora::rollout
