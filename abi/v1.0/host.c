/* A host as one was written for ABI 1.0: compiled against the headers beside it, run against the library of today.
 *
 *   host LIBRARY FOLDER
 *
 * Behind every struct that the library fills stand bytes that it may not touch. Exits with 0, or with 1 after one
 * line on standard error. */
#include <remora/remora_loader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static remora_api api;
static remora_error error = REMORA_ERROR_INIT;
static uint64_t state;

static void need(int holds, const char* what) {
  if (!holds) {
    fprintf(stderr, "%s: %s\n", what, error.text);
    exit(1);
  }
}

static void call(int32_t code, const char* what) { need(code == REMORA_OK, what); }

/* The struct and 64 bytes behind it. */
static void begin(void* structure, uint32_t size) {
  memset(structure, 0, size);
  memcpy(structure, &size, sizeof size);
  memset((unsigned char*)structure + size, 0xA5, 64);
}

static void end(const void* structure, uint32_t size, const char* what) {
  const unsigned char* behind = (const unsigned char*)structure + size;
  int i;
  for (i = 0; i < 64; ++i) {
    need(behind[i] == 0xA5, what);
  }
}

typedef union filled {
  remora_agent agent;
  remora_variant variant;
  remora_decision decision;
  remora_reward reward;
  remora_safety_verdict verdict;
  remora_gate gate;
  remora_rollout rollout;
  remora_snapshot_info snapshot;
  remora_tick_report tick;
  remora_control control;
  remora_q_cell cell;
  remora_event event;
  remora_stats stats;
  remora_classification found;
  unsigned char room[2048];
} filled;

static void decide_and_record(remora_id agent, remora_id type) {
  static filled out;
  remora_task task;
  remora_outcome outcome;
  int i;
  for (i = 0; i < 300; ++i) {
    memset(&task, 0, sizeof task);
    task.struct_size = sizeof task;
    task.agent = agent;
    task.task_type = type;
    task.unit_key = (uint64_t)i + 1;
    begin(&out, sizeof out.decision);
    call(api.route(state, &task, &out.decision, &error), "route");
    end(&out, sizeof out.decision, "route wrote behind its struct");
    need(out.decision.decision_id != 0 && out.decision.variant < 2, "route answered nothing useful");
    memset(&outcome, 0, sizeof outcome);
    outcome.struct_size = sizeof outcome;
    outcome.decision_id = out.decision.decision_id;
    outcome.success = 1;
    outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
    outcome.quality = 0.5;
    begin(&out, sizeof out.reward);
    call(api.record_outcome(state, &outcome, &out.reward, &error), "record_outcome");
    end(&out, sizeof out.reward, "record_outcome wrote behind its struct");
    need(api.record_outcome(state, &outcome, NULL, &error) == REMORA_E_ALREADY_RECORDED,
         "an outcome was taken twice");
  }
}

static void look(remora_id agent) {
  static filled out;
  remora_safety_query query;
  remora_gate_query unit;
  uint64_t cursor = 0;
  uint32_t count = 0;
  memset(&query, 0, sizeof query);
  query.struct_size = sizeof query;
  query.agent = agent;
  begin(&out, sizeof out.verdict);
  call(api.safety_check(state, &query, &out.verdict, &error), "safety_check");
  end(&out, sizeof out.verdict, "safety_check wrote behind its struct");
  need(out.verdict.allowed == 1, "a variant without a failure is blocked");
  memset(&unit, 0, sizeof unit);
  unit.struct_size = sizeof unit;
  unit.agent = agent;
  unit.unit_key = 7;
  begin(&out, sizeof out.gate);
  call(api.rollout_gate(state, &unit, &out.gate, &error), "rollout_gate");
  end(&out, sizeof out.gate, "rollout_gate wrote behind its struct");
  begin(&out, sizeof out.agent);
  out.agent.agent = agent;
  call(api.agent_info(state, &out.agent, &error), "agent_info");
  end(&out, sizeof out.agent, "agent_info wrote behind its struct");
  begin(&out, sizeof out.variant);
  out.variant.agent = agent;
  call(api.variant_info(state, &out.variant, &error), "variant_info");
  end(&out, sizeof out.variant, "variant_info wrote behind its struct");
  begin(&out, sizeof out.cell);
  call(api.q_cells(state, &cursor, &out.cell, 0, 1, &count), "q_cells");
  end(&out, sizeof out.cell, "q_cells wrote behind its struct");
  need(count == 1 && out.cell.visits != 0, "nothing was learned");
  cursor = 0;
  begin(&out, sizeof out.event);
  call(api.events(state, &cursor, &out.event, 0, 1, &count), "events");
  end(&out, sizeof out.event, "events wrote behind its struct");
  need(count == 1, "there is no event");
  begin(&out, sizeof out.stats);
  call(api.stats_get(state, &out.stats, &error), "stats_get");
  end(&out, sizeof out.stats, "stats_get wrote behind its struct");
  need(out.stats.outcomes == 300, "outcomes are missing");
}

static void operate(remora_id agent) {
  static filled out;
  remora_rollout_plan plan;
  remora_id rollout = 0;
  uint64_t needed = 0;
  char path[512];
  memset(&plan, 0, sizeof plan);
  plan.struct_size = sizeof plan;
  plan.agent = agent;
  plan.treatment = 1;
  call(api.rollout_start(state, "old-plan", 8, &plan, &rollout, &error), "rollout_start");
  begin(&out, sizeof out.rollout);
  call(api.rollout_status(state, rollout, &out.rollout, &error), "rollout_status");
  end(&out, sizeof out.rollout, "rollout_status wrote behind its struct");
  need(out.rollout.state == REMORA_ROLLOUT_RUNNING, "the rollout does not run");
  call(api.rollout_command(state, rollout, REMORA_ROLLOUT_ROLL_BACK, 0, &error), "rollout_command");
  begin(&out, sizeof out.tick);
  call(api.tick(state, 0, 0, &out.tick, &error), "tick");
  end(&out, sizeof out.tick, "tick wrote behind its struct");
  begin(&out, sizeof out.snapshot);
  call(api.snapshot(state, &out.snapshot, &error), "snapshot");
  end(&out, sizeof out.snapshot, "snapshot wrote behind its struct");
  call(api.snapshot_path(state, out.snapshot.sequence, path, sizeof path, &needed, &error), "snapshot_path");
  begin(&out, sizeof out.snapshot);
  call(api.restore(state, path, needed - 1, &out.snapshot, &error), "restore");
  end(&out, sizeof out.snapshot, "restore wrote behind its struct");
  begin(&out, sizeof out.control);
  call(api.control_get(state, &out.control, &error), "control_get");
  end(&out, sizeof out.control, "control_get wrote behind its struct");
  call(api.metrics_text(state, NULL, 0, &needed, NULL) == REMORA_E_BUFFER ? REMORA_OK : REMORA_E_INTERNAL,
       "metrics_text");
}

int main(int argc, char** argv) {
  remora_options options;
  remora_id agent = 0;
  remora_id type = 0;
  char why[1024] = "";
  if (argc != 3) {
    return 2;
  }
  if (remora_load(&api, argv[1], why, sizeof why) != REMORA_OK) {
    fprintf(stderr, "%s\n", why);
    return 1;
  }
  need(REMORA_ABI_VERSION == 0x10000 && api.abi_version() >= REMORA_ABI_VERSION, "these are not the headers");
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.abi_version = REMORA_ABI_VERSION;
  options.states = 1024;
  options.ledger_slots = 4096;
  options.names = 256;
  call(api.open(argv[2], strlen(argv[2]), &options, &state, &error), "open");
  call(api.agent_define(state, "old-agent", "steady,shaky", &agent, &error), "agent_define");
  call(api.intern(state, REMORA_KIND_TASK_TYPE, "api-design", 10, &type, &error), "intern");
  decide_and_record(agent, type);
  look(agent);
  operate(agent);
  call(api.close(state, &error), "close");
  remora_unload(&api);
  return 0;
}
