#include "engine/rollouts.hpp"

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "engine/engine.hpp"
#include "engine/state_of_task.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/command.hpp"
#include "rollout/gate.hpp"
#include "rollout/plan.hpp"
#include "rollout/start.hpp"
#include "rollout/status.hpp"
#include "snapshot/writer.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;
using store::Kind;

namespace {

Code check_plan(const Engine& engine, const remora_rollout_plan& plan, rollout::Plan* out, Problem& problem) {
  if (const Code code =
          index_of(engine.history(), plan.agent, Kind::kAgent, "plan.agent", &out->agent, problem);
      !ok(code)) {
    return code;
  }
  if (plan.flags != 0) {
    return problem.set(Code::kUnsupported, "plan.flags has unknown bits %#x", plan.flags);
  }
  if (plan.stage_count > store::kMaxStages) {
    return problem.set(Code::kInvalid, "plan.stage_count is %u: at most %u", plan.stage_count,
                       store::kMaxStages);
  }
  if (!base::is_time(plan.now_ns)) {
    return refuse_time("plan.now_ns", plan.now_ns, problem);
  }
  out->treatment = plan.treatment;
  out->stage_count = plan.stage_count;
  for (uint32_t i = 0; i < plan.stage_count; ++i) {
    const remora_rollout_stage& from = plan.stages[i];
    out->stages[i] = {from.mode,
                      from.share_basis_points,
                      from.minimum_samples,
                      0,
                      from.minimum_ns,
                      from.margin,
                      from.maximum_drop,
                      {}};
  }
  return Code::kOk;
}

uint32_t public_treatment(uint32_t treatment) {
  return treatment == rollout::kLearnedTreatment ? REMORA_TREATMENT_LEARNED : treatment;
}

}  // namespace

Code start_rollout(Engine& engine, std::string_view name, const remora_rollout_plan& given, uint32_t* id,
                   Problem& problem) {
  rollout::Plan plan;
  if (const Code code = check_plan(engine, given, &plan, problem); !ok(code)) {
    return code;
  }
  if (!base::is_printable_name(name, store::kMaxNameBytes)) {
    return problem.set(
        Code::kInvalid,
        "a rollout's name of %zu bytes: must be 1 to %u bytes of UTF-8 without control characters",
        name.size(), store::kMaxNameBytes);
  }
  if (engine.read_only()) {
    return problem.set(Code::kPermission, "the state was opened read-only");
  }
  const Active& active = engine.active();
  const int64_t now_ns = given.now_ns != 0 ? given.now_ns : engine.present_ns();
  if (const Code code = rollout::complete(&plan, active.rollout.settings, problem); !ok(code)) {
    return code;
  }
  if (const Code code = snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                                 snapshot::Kind::kStage, now_ns, nullptr, problem);
      !ok(code)) {
    problem.prefix("the snapshot before the rollout");
    return code;
  }
  base::ByteLock lock;
  if (const Code code = engine.lock_structure(&lock, problem); !ok(code)) {
    return code;
  }
  uint32_t index = 0;
  const Code code = rollout::start(engine.history(), name, plan, active.rollout.settings,
                                   active.profile(plan.agent).safety, now_ns, &index, problem);
  if (ok(code)) {
    *id = store::make_id(Kind::kRollout, index);
  }
  return code;
}

Code command_rollout(Engine& engine, uint32_t id, uint32_t command, int64_t now_ns, Problem& problem) {
  uint32_t index = 0;
  if (const Code code = index_of(engine.history(), id, Kind::kRollout, "rollout", &index, problem);
      !ok(code)) {
    return code;
  }
  if (!base::is_time(now_ns)) {
    return refuse_time("now_ns", now_ns, problem);
  }
  if (engine.read_only()) {
    return problem.set(Code::kPermission, "the state was opened read-only");
  }
  const store::RolloutRecord* record = rollout::find_rollout(engine.history(), index);
  if (command == REMORA_ROLLOUT_ADVANCE && record != nullptr) {
    if (const Code code = snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                                   snapshot::Kind::kStage, now_ns, nullptr, problem);
        !ok(code)) {
      problem.prefix("the snapshot before the stage changes");
      return code;
    }
  }
  const uint32_t agent =
      record == nullptr ? 0 : static_cast<uint32_t>(record->identity.load(std::memory_order_relaxed) >> 32);
  return rollout::command(engine.history(), index, static_cast<rollout::Command>(command),
                          engine.active().profile(agent).safety, now_ns, problem);
}

Code describe_rollout(Engine& engine, uint32_t id, remora_rollout* out, Problem& problem) {
  uint32_t index = 0;
  if (const Code code = index_of(engine.history(), id, Kind::kRollout, "rollout", &index, problem);
      !ok(code)) {
    return code;
  }
  rollout::Status s;
  if (!rollout::status(engine.history(), index, engine.active().rollout, engine.present_ns(), &s)) {
    return problem.set(Code::kNotFound, "rollout %#x was never started completely", id);
  }
  const uint32_t size = out->struct_size;
  *out = {size,
          static_cast<uint32_t>(s.state),
          id,
          store::make_id(Kind::kAgent, s.agent),
          public_treatment(s.treatment),
          s.stage,
          s.stage_count,
          static_cast<uint32_t>(s.mode),
          s.share_basis_points,
          static_cast<int32_t>(s.reason),
          s.treatment_count,
          s.treatment_successes,
          s.baseline_count,
          s.baseline_successes,
          s.samples_needed,
          0,
          s.started_ns,
          s.stage_started_ns,
          s.stage_ends_ns,
          s.difference,
          s.difference_low,
          s.difference_high};
  return Code::kOk;
}

Code ask_gate(const Call& call, const remora_gate_query& query, remora_gate* gate, Problem& problem) {
  if (query.flags != 0) {
    return problem.set(Code::kUnsupported, "query.flags has unknown bits %#x", query.flags);
  }
  uint32_t agent = 0;
  if (const Code code = index_of(call.history, query.agent, Kind::kAgent, "agent", &agent, problem);
      !ok(code)) {
    return code;
  }
  const store::AgentRecord* record = store::find_agent(call.history, agent);
  const uint64_t word = record == nullptr ? 0 : record->rollout.load(std::memory_order_relaxed);
  if (word == 0) {
    return Code::kOk;  // no rollout: not in
  }
  const uint64_t draw = query.unit_key == 0 ? base::next_random(call.thread) : 0;
  const rollout::Gate answer =
      rollout::evaluate(store::RolloutWord::unpack(word), query.unit_key, draw, call.history.secret);
  const bool stopped = (call.control() & (store::kControlDisabled | store::kControlModeMonitor)) != 0;
  gate->in = answer.in && !stopped ? 1 : 0;
  gate->rollout = store::make_id(Kind::kRollout, answer.rollout);
  gate->stage = answer.stage;
  gate->mode = static_cast<uint32_t>(answer.mode);
  gate->state = static_cast<uint32_t>(answer.state);
  gate->share_basis_points = answer.share_basis_points;
  gate->reason = static_cast<int32_t>(answer.reason);
  return Code::kOk;
}

}  // namespace remora::engine
