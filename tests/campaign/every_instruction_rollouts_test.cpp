// Rollouts: starting, changing the stage, rolling back.
#include "campaign/dying_call.hpp"

namespace remora::campaign {
namespace {

remora_id start_rollout(Host& host, std::string_view name) {
  auto plan = sized<remora_rollout_plan>();
  plan.agent = host.define(kAgent, "one,two,three");
  plan.treatment = 1;
  plan.stage_count = 3;
  for (uint32_t i = 0; i < 3; ++i) {
    plan.stages[i] = {i == 2 ? REMORA_MODE_FULL : REMORA_MODE_CANARY,
                      i == 2 ? 10'000U : 1'000U * (i + 1),
                      10,
                      0,
                      3'600'000'000'000,
                      0.05,
                      0.1,
                      {}};
  }
  remora_id id = 0;
  host.need(plugin().rollout_start(host.handle(), name.data(), name.size(), &plan, &id, host.error()),
            "rollout_start");
  return id;
}
void begin_rollout(const std::string& state) {
  Host host(state);
  start_rollout(host, "trial");
  host.close();
}
void command(Host& host, uint32_t what) {
  remora_id id = 0;
  host.need(plugin().find(host.handle(), REMORA_KIND_ROLLOUT, "trial", 5, &id, host.error()), "find");
  host.need(plugin().rollout_command(host.handle(), id, what, 0, host.error()), "rollout_command");
}
// Where the rollout stands, whose gate must agree; one that was not begun is begun now.
remora_rollout rollout_of(Host& host, std::string_view name, bool begun) {
  auto status = sized<remora_rollout>();
  remora_id id = 0;
  int32_t code =
      plugin().find(host.handle(), REMORA_KIND_ROLLOUT, name.data(), name.size(), &id, host.error());
  code = code == REMORA_OK ? plugin().rollout_status(host.handle(), id, &status, host.error()) : code;
  if (code != REMORA_OK && !begun) {
    id = start_rollout(host, name);
    code = plugin().rollout_status(host.handle(), id, &status, host.error());
  }
  host.need(code, "rollout_status");
  auto query = sized<remora_gate_query>();
  auto gate = sized<remora_gate>();
  query.agent = status.agent;
  query.unit_key = 1;
  host.need(plugin().rollout_gate(host.handle(), &query, &gate, host.error()), "rollout_gate");
  if (gate.rollout != id || gate.stage != status.stage || gate.state != status.state) {
    throw std::runtime_error("the gate and the rollout disagree");
  }
  return status;
}

TEST_F(EveryInstruction, OfStartingARollout) {
  prepare();
  Call call{.pace = long_pace()};
  call.make = [](Host& host, Board&) { start_rollout(host, "trial"); };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    const remora_rollout status = rollout_of(host, "trial", acknowledged);
    if (status.state != REMORA_ROLLOUT_RUNNING || status.stage != 0 || status.stage_count != 3) {
      throw std::runtime_error("the rollout is not where it began");
    }
    return 0;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfChangingAStage) {
  prepare();
  begin_rollout(state_);
  Call call{.pace = long_pace()};
  call.make = [](Host& host, Board&) { command(host, REMORA_ROLLOUT_ADVANCE); };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    const remora_rollout status = rollout_of(host, "trial", true);
    if (status.state != REMORA_ROLLOUT_RUNNING || status.stage > 1 || (acknowledged && status.stage != 1)) {
      throw std::runtime_error("the rollout is at stage " + std::to_string(status.stage));
    }
    return 0;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfRollingBack) {
  prepare();
  begin_rollout(state_);
  Call call{.pace = long_pace()};
  call.make = [](Host& host, Board&) { command(host, REMORA_ROLLOUT_ROLL_BACK); };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    host.tick();
    const remora_rollout status = rollout_of(host, "trial", true);
    auto agent = sized<remora_agent>();
    agent.agent = status.agent;
    host.need(plugin().agent_info(host.handle(), &agent, host.error()), "agent_info");
    const bool over = status.state == REMORA_ROLLOUT_ROLLED_BACK;
    if (acknowledged && !over) {
      throw std::runtime_error("an acknowledged rollback did not happen");
    }
    if (over != ((agent.blocked_variants >> status.treatment & 1) != 0)) {
      throw std::runtime_error(
          "the treatment of a rollout that is over may run, or that of a running may not");
    }
    return 0;
  };
  die_everywhere(call);
}

}  // namespace
}  // namespace remora::campaign
