// The exported functions with the types of their parameters, in the order of include/remora/functions.def. A test holds
// them against it. Every function returns int32_t.
'use strict';

module.exports = {
  // version.h
  abi_version: [],
  version_text: ['char*', 'uint64_t', 'uint64_t*'],
  // status.h
  status_text: ['int32_t', 'char*', 'uint64_t', 'uint64_t*'],
  // open.h
  open: ['char*', 'uint64_t', 'remora_options*', 'uint64_t*', 'remora_error*'],
  close: ['uint64_t', 'remora_error*'],
  struct_size: ['char*', 'uint32_t*'],
  // names.h
  intern: ['uint64_t', 'uint32_t', 'char*', 'uint64_t', 'remora_id*', 'remora_error*'],
  find: ['uint64_t', 'uint32_t', 'char*', 'uint64_t', 'remora_id*', 'remora_error*'],
  name_of: ['uint64_t', 'remora_id', 'char*', 'uint64_t', 'uint64_t*', 'remora_error*'],
  agent_register: ['uint64_t', 'char*', 'uint64_t', 'remora_id', 'remora_id*', 'remora_error*'],
  variant_register: ['uint64_t', 'char*', 'uint64_t', 'remora_variant*', 'remora_error*'],
  agent_define: ['uint64_t', 'char*', 'char*', 'remora_id*', 'remora_error*'],
  variant_name: ['uint64_t', 'remora_id', 'uint32_t', 'char*', 'uint64_t', 'uint64_t*'],
  agent_info: ['uint64_t', 'remora_agent*', 'remora_error*'],
  variant_info: ['uint64_t', 'remora_variant*', 'remora_error*'],
  list_names: ['uint64_t', 'uint32_t', 'uint64_t*', 'remora_id*', 'uint32_t', 'uint32_t*'],
  // route.h
  route: ['uint64_t', 'remora_task*', 'remora_decision*', 'remora_error*'],
  route_batch: ['uint64_t', 'remora_task*', 'remora_decision*', 'remora_batch*', 'remora_error*'],
  route_named: ['uint64_t', 'char*', 'char*', 'uint64_t', 'remora_decision*', 'remora_error*'],
  classify: ['uint64_t', 'char*', 'uint64_t', 'remora_text*', 'remora_classification*', 'remora_error*'],
  task_rule_add: ['uint64_t', 'char*', 'uint64_t', 'remora_task_rule*', 'remora_id*', 'remora_error*'],
  // outcome.h
  record_outcome: ['uint64_t', 'remora_outcome*', 'remora_reward*', 'remora_error*'],
  record_outcome_batch: ['uint64_t', 'remora_outcome*', 'remora_reward*', 'remora_batch*', 'remora_error*'],
  record_result: ['uint64_t', 'uint64_t', 'uint32_t', 'int64_t', 'remora_error*'],
  // safety.h
  safety_check: ['uint64_t', 'remora_safety_query*', 'remora_safety_verdict*', 'remora_error*'],
  variant_block: ['uint64_t', 'remora_id', 'uint32_t', 'remora_error*'],
  variant_unblock: ['uint64_t', 'remora_id', 'uint32_t', 'remora_error*'],
  // rollout.h
  rollout_start: ['uint64_t', 'char*', 'uint64_t', 'remora_rollout_plan*', 'remora_id*', 'remora_error*'],
  rollout_gate: ['uint64_t', 'remora_gate_query*', 'remora_gate*', 'remora_error*'],
  rollout_command: ['uint64_t', 'remora_id', 'uint32_t', 'int64_t', 'remora_error*'],
  rollout_status: ['uint64_t', 'remora_id', 'remora_rollout*', 'remora_error*'],
  // snapshot.h
  snapshot: ['uint64_t', 'remora_snapshot_info*', 'remora_error*'],
  snapshot_verify: ['uint64_t', 'char*', 'uint64_t', 'remora_snapshot_info*', 'remora_error*'],
  snapshot_list: ['uint64_t', 'remora_snapshot_info*', 'uint64_t', 'uint32_t', 'uint32_t*', 'remora_error*'],
  snapshot_path: ['uint64_t', 'uint64_t', 'char*', 'uint64_t', 'uint64_t*', 'remora_error*'],
  restore: ['uint64_t', 'char*', 'uint64_t', 'remora_snapshot_info*', 'remora_error*'],
  // operate.h
  tick: ['uint64_t', 'int64_t', 'int64_t', 'remora_tick_report*', 'remora_error*'],
  control_set: ['uint64_t', 'remora_control*', 'remora_error*'],
  control_get: ['uint64_t', 'remora_control*', 'remora_error*'],
  configure: ['uint64_t', 'char*', 'uint64_t', 'remora_error*'],
  // observe.h
  q_cells: ['uint64_t', 'uint64_t*', 'remora_q_cell*', 'uint64_t', 'uint32_t', 'uint32_t*'],
  events: ['uint64_t', 'uint64_t*', 'remora_event*', 'uint64_t', 'uint32_t', 'uint32_t*'],
  event_text: ['uint64_t', 'remora_event*', 'char*', 'uint64_t', 'uint64_t*', 'remora_error*'],
  stats_get: ['uint64_t', 'remora_stats*', 'remora_error*'],
  metrics_text: ['uint64_t', 'char*', 'uint64_t', 'uint64_t*', 'remora_error*'],
  log_drain: ['uint64_t', 'char*', 'uint64_t', 'uint64_t*', 'remora_error*'],
  log_callback: ['uint64_t', 'remora_log_function', 'void*', 'int32_t', 'remora_error*'],
  // learning.h
  explain: ['uint64_t', 'remora_belief*', 'remora_error*'],
  replay: ['uint64_t', 'remora_replay_request*', 'remora_replay_report*', 'remora_error*'],
  convergence_get: ['uint64_t', 'remora_convergence*', 'remora_error*'],
  evaluate: ['uint64_t', 'char*', 'uint64_t', 'remora_evaluation*', 'remora_error*'],
};
