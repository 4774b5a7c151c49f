#include "fuzz/everyday_use.hpp"

#include <string>

#include "fuzz/host.hpp"

namespace remora::fuzz {
namespace {

constexpr uint32_t kKinds[] = {REMORA_KIND_CATEGORY, REMORA_KIND_AGENT,  REMORA_KIND_TASK_TYPE,
                               REMORA_KIND_LABEL,    REMORA_KIND_METRIC, REMORA_KIND_ROLLOUT};
constexpr const char* kAgents[] = {"few", "seven", "many"};

remora_id find(uint64_t handle, uint32_t kind, std::string_view name) {
  remora_id id = 0;
  require_code(remora_find(handle, kind, name.data(), name.size(), &id, nullptr));
  return id;
}

remora_id intern(uint64_t handle, uint32_t kind, std::string_view name) {
  remora_id id = 0;
  require_code(remora_intern(handle, kind, name.data(), name.size(), &id, nullptr));
  return id;
}

remora_decision route(uint64_t handle, remora_id agent, remora_id task_type, remora_id label, uint64_t draw) {
  remora_task task = sized<remora_task>();
  task.agent = agent;
  task.task_type = task_type;
  task.unit_key = draw % 3 == 0 ? 0 : draw;
  task.draw = draw * 0x9E3779B97F4A7C15ULL | 1;
  task.now_ns = kNow;
  task.label_count = label == 0 ? 0 : 1;
  task.labels[0] = label;
  remora_decision decision = sized<remora_decision>();
  remora_error error = REMORA_ERROR_INIT;
  const int32_t code = remora_route(handle, &task, &decision, &error);
  require_code(code);
  require_safe(decision);
  REMORA_REQUIRE(code == REMORA_OK || (decision.decision_id == 0 && error.text[0] != '\0'));
  return decision;
}

int32_t record(uint64_t handle, uint64_t decision_id, bool success) {
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = decision_id;
  outcome.now_ns = kNow;
  outcome.success = success ? 1 : 0;
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY | REMORA_OUTCOME_HAS_NEXT;  // the same state comes next
  outcome.quality = 0.5;
  remora_reward reward = sized<remora_reward>();
  const int32_t code = remora_record_outcome(handle, &outcome, &reward, nullptr);
  require_code(code);
  REMORA_REQUIRE(code != REMORA_OK || (std::isfinite(reward.q_after) && std::isfinite(reward.target)));
  return code;
}

void tick(uint64_t handle, int64_t now_ns) {
  remora_tick_report report = sized<remora_tick_report>();
  require_code(remora_tick(handle, now_ns, 0, &report, nullptr));
}

void read_texts(uint64_t handle) {
  static std::vector<char> text(1U << 20);
  uint64_t needed = 0;
  require_code(remora_metrics_text(handle, text.data(), text.size(), &needed, nullptr));
  uint64_t cursor = 0;
  uint32_t count = 0;
  for (int i = 0; i < 200; ++i) {
    remora_event event = sized<remora_event>();
    if (remora_events(handle, &cursor, &event, 0, 1, &count) != REMORA_OK || count == 0) {
      break;
    }
    require_code(remora_event_text(handle, &event, text.data(), text.size(), &needed, nullptr));
  }
  require_code(remora_log_drain(handle, text.data(), text.size(), &needed, nullptr));
}

void read_names(uint64_t handle) {
  char text[256];
  uint64_t needed = 0;
  for (const uint32_t kind : kKinds) {
    uint64_t cursor = 0;
    uint32_t count = 1;
    for (int i = 0; i < 100 && count != 0; ++i) {
      remora_id id = 0;
      if (remora_list_names(handle, kind, &cursor, &id, 1, &count) != REMORA_OK) {
        break;
      }
      require_code(remora_name_of(handle, id, text, sizeof text, &needed, nullptr));
    }
  }
}

void read_figures(uint64_t handle) {
  remora_stats stats = sized<remora_stats>();
  require_code(remora_stats_get(handle, &stats, nullptr));
  remora_control control = sized<remora_control>();
  require_code(remora_control_get(handle, &control, nullptr));
  uint64_t cursor = 0;
  uint32_t count = 1;
  for (int i = 0; i < 400 && count != 0; ++i) {
    remora_q_cell cell = sized<remora_q_cell>();
    if (remora_q_cells(handle, &cursor, &cell, 0, 1, &count) != REMORA_OK) {
      break;
    }
    REMORA_REQUIRE(count == 0 || std::fabs(cell.q_value) <= 1e6);
  }
}

void look_at_agent(uint64_t handle, remora_id id) {
  remora_agent agent = sized<remora_agent>();
  agent.agent = id;
  require_code(remora_agent_info(handle, &agent, nullptr));
  char text[256];
  uint64_t needed = 0;
  for (const uint32_t v : {0U, 1U, 6U, 9U, 63U, 64U, REMORA_NONE}) {
    remora_variant variant = sized<remora_variant>();
    variant.agent = id;
    variant.variant = v;
    require_code(remora_variant_info(handle, &variant, nullptr));
    require_code(remora_variant_name(handle, id, v, text, sizeof text, &needed));
    remora_safety_query query = sized<remora_safety_query>();
    query.agent = id;
    query.variant = v;
    query.now_ns = kNow;
    remora_safety_verdict verdict = sized<remora_safety_verdict>();
    const int32_t code = remora_safety_check(handle, &query, &verdict, nullptr);
    require_code(code);
    REMORA_REQUIRE(verdict.safe_variant < REMORA_MAX_VARIANTS);
    REMORA_REQUIRE(code == REMORA_OK || verdict.allowed == 0);
  }
  remora_gate_query query = sized<remora_gate_query>();
  query.agent = id;
  query.unit_key = 7;
  remora_gate gate = sized<remora_gate>();
  require_code(remora_rollout_gate(handle, &query, &gate, nullptr));
}

void run_rollouts(uint64_t handle, remora_id agent) {
  for (const std::string_view name : {"first", "second"}) {
    const remora_id rollout = find(handle, REMORA_KIND_ROLLOUT, name);
    remora_rollout status = sized<remora_rollout>();
    require_code(remora_rollout_status(handle, rollout, &status, nullptr));
    require_code(remora_rollout_command(handle, rollout, REMORA_ROLLOUT_ADVANCE, kNow + 1, nullptr));
  }
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = 1;
  plan.now_ns = kNow;
  remora_id rollout = 0;
  require_code(remora_rollout_start(handle, "third", 5, &plan, &rollout, nullptr));
}

}  // namespace

std::vector<uint64_t> fill_state(uint64_t handle) {
  REMORA_REQUIRE(remora_agent_define(handle, "few", "one,two", nullptr, nullptr) == REMORA_OK);
  REMORA_REQUIRE(remora_agent_define(handle, "seven", "a,b,c,d,e,f,g", nullptr, nullptr) == REMORA_OK);
  REMORA_REQUIRE(remora_agent_define(handle, "many", "a,b,c,d,e,f,g,h,i,j", nullptr, nullptr) == REMORA_OK);
  const remora_id type = intern(handle, REMORA_KIND_TASK_TYPE, "api-design");
  const remora_id label = intern(handle, REMORA_KIND_LABEL, "lang=c");
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = find(handle, REMORA_KIND_AGENT, "seven");
  plan.treatment = 2;
  plan.now_ns = kNow;
  remora_id rollout = 0;
  REMORA_REQUIRE(remora_rollout_start(handle, "first", 5, &plan, &rollout, nullptr) == REMORA_OK);
  plan.agent = find(handle, REMORA_KIND_AGENT, "few");
  plan.treatment = REMORA_TREATMENT_LEARNED;
  REMORA_REQUIRE(remora_rollout_start(handle, "second", 6, &plan, &rollout, nullptr) == REMORA_OK);
  std::vector<uint64_t> pending;
  for (uint64_t i = 1; i <= 60; ++i) {
    const remora_id agent = find(handle, REMORA_KIND_AGENT, kAgents[i % 3]);
    const remora_decision decision = route(handle, agent, i % 4 == 0 ? 0 : type, i % 5 == 0 ? label : 0, i);
    if (i % 10 == 0) {
      pending.push_back(decision.decision_id);
    } else {
      record(handle, decision.decision_id, i % 7 != 0);
    }
    if (i == 30) {
      tick(handle, kNow);
    }
  }
  require_code(remora_variant_block(handle, find(handle, REMORA_KIND_AGENT, "many"), 1, nullptr));
  REMORA_REQUIRE(remora_snapshot(handle, nullptr, nullptr) == REMORA_OK);
  return pending;
}

void use_briefly(uint64_t handle) {
  const remora_id type = find(handle, REMORA_KIND_TASK_TYPE, "api-design");
  for (const char* name : kAgents) {
    const remora_id agent = find(handle, REMORA_KIND_AGENT, name);
    record(handle, route(handle, agent, type, 0, 3).decision_id, true);
    look_at_agent(handle, agent);
  }
  tick(handle, kNow + 3'700'000'000'000);
  read_figures(handle);
}

void use_state(uint64_t handle, const std::vector<uint64_t>& pending) {
  const remora_id type = find(handle, REMORA_KIND_TASK_TYPE, "api-design");
  const remora_id label = find(handle, REMORA_KIND_LABEL, "lang=c");
  for (const uint64_t decision : pending) {
    record(handle, decision, true);
  }
  remora_id agent = 0;
  for (uint64_t round = 1; round <= 2; ++round) {
    for (const char* name : kAgents) {
      agent = find(handle, REMORA_KIND_AGENT, name);
      const remora_decision decision = route(handle, agent, type, 0, round);
      record(handle, decision.decision_id, round == 1);
      record(handle, decision.shadow_decision_id, round == 1);
      route(handle, agent, 0, label, round);
      look_at_agent(handle, agent);
    }
    record(handle, route(handle, 0, type, label, round).decision_id, true);
    tick(handle, kNow + static_cast<int64_t>(round) * 2'000'000'000);
  }
  read_names(handle);
  read_texts(handle);
  read_figures(handle);
  run_rollouts(handle, agent);
  require_code(remora_variant_block(handle, agent, 0, nullptr));
  require_code(remora_variant_unblock(handle, agent, 1, nullptr));
  // A host that starts again registers what it knows; route answers it then.
  const int32_t defined = remora_agent_define(handle, "few", "one,two", &agent, nullptr);
  require_code(defined);
  if (defined == REMORA_OK) {
    route(handle, agent, 0, 0, 5);
  }
  intern(handle, REMORA_KIND_LABEL, "a new one");
  require_code(remora_agent_define(handle, "new", "x,y", nullptr, nullptr));
  require_code(remora_snapshot(handle, nullptr, nullptr));
  remora_snapshot_info infos[4] = {};
  for (remora_snapshot_info& info : infos) {
    info.struct_size = sizeof info;
  }
  uint32_t count = 0;
  require_code(remora_snapshot_list(handle, infos, 0, 4, &count, nullptr));
  constexpr std::string_view kKept = "snapshots/000000000003-manual.rsnap";
  require_code(remora_restore(handle, kKept.data(), kKept.size(), nullptr, nullptr));
  tick(handle, kNow + 3'600'000'000'000);
  route(handle, agent, type, label, 6);
}

}  // namespace remora::fuzz
