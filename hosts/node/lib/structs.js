// The structs of include/remora, field by field: "name type" in the order of the headers. A test holds them against the headers.
// Types: u32 i32 u64 i64 f64 char, with [n] for arrays. 64-bit ids, counts and durations stay below 2^53 and are numbers; big_ marks
// what may not: points in time (nanoseconds since 1970), masks of 64 bits, keys and draws. Those are BigInts.
'use strict';

module.exports = {
  remora_rollout_stage: [
    'mode u32', 'share_basis_points u32', 'minimum_samples u32', 'reserved0 u32', 'minimum_ns i64', 'margin f64',
    'maximum_drop f64', 'reserved u64[3]',
  ],
  remora_error: [
    'struct_size u32', 'code i32', 'os_errno i32', 'reserved u32', 'text char[240]',
  ],
  remora_variant: [
    'struct_size u32', 'flags u32', 'agent u32', 'variant u32', 'tier u32', 'blocked u32', 'cost_micros i64', 'outcomes u64',
    'successes u64', 'mean_reward f64', 'mean_duration_ns f64', 'mean_cost_micros f64',
  ],
  remora_agent: [
    'struct_size u32', 'flags u32', 'agent u32', 'category u32', 'variant_count u32', 'baseline_variant u32',
    'safe_variant u32', 'rollout u32', 'blocked_variants big_u64', 'retired_variants big_u64',
  ],
  remora_event: [
    'struct_size u32', 'kind u32', 'sequence u64', 'time_ns big_i64', 'severity u32', 'agent u32', 'variant u32',
    'rollout u32', 'stage u32', 'reason i32', 'value f64', 'threshold f64', 'detail big_u64[2]',
  ],
  remora_q_cell: [
    'struct_size u32', 'flags u32', 'agent u32', 'task_type u32', 'variant u32', 'visits u32', 'q_value f64',
    'label_count u32', 'reserved u32', 'labels u32[8]', 'updated_ns big_i64',
    'attempts u32', 'reserved1 u32', 'tried_variants big_u64',
  ],
  remora_stats: [
    'struct_size u32', 'processes u32', 'generation u64', 'states u64', 'state_capacity u64', 'names u64',
    'name_capacity u64', 'ledger_slots u64', 'decisions u64', 'pending u64', 'outcomes u64', 'explored u64', 'events u64',
    'visits u64', 'heap_bytes u64', 'mapped_bytes u64', 'last_snapshot_ns big_i64',
  ],
  remora_options: [
    'struct_size u32', 'flags u32', 'abi_version u32', 'durability u32', 'states u64', 'ledger_slots u32', 'names u32',
    'sync_interval_ns i64', 'reserved u64[3]', 'snapshot_key big_u64[4]',
  ],
  remora_task: [
    'struct_size u32', 'flags u32', 'agent u32', 'task_type u32', 'unit_key big_u64', 'allowed_variants big_u64',
    'now_ns big_i64', 'draw big_u64', 'category u32', 'label_count u32', 'labels u32[8]',
    'previous_decision u64',
  ],
  remora_decision: [
    'struct_size u32', 'flags u32', 'decision_id u64', 'shadow_decision_id u64', 'agent u32', 'task_type u32', 'variant u32',
    'baseline_variant u32', 'learned_variant u32', 'shadow_variant u32', 'reason i32', 'mode u32', 'q_value f64',
    'propensity f64', 'epsilon f64', 'visits u32', 'rollout u32', 'stage u32', 'reserved u32',
  ],
  remora_batch: [
    'struct_size u32', 'flags u32', 'count u64', 'in_stride u64', 'out_stride u64', 'done u64', 'first_failed u64',
  ],
  remora_text: [
    'struct_size u32', 'flags u32', 'text_size u64', 'files_size u64',
  ],
  remora_classification: [
    'struct_size u32', 'task_type u32', 'confidence f64', 'runner_up u32', 'reserved u32', 'score f64',
    'runner_up_score f64',
  ],
  remora_task_rule: [
    'struct_size u32', 'flags u32', 'keywords_size u32', 'name_size u32', 'patterns_size u32', 'reserved u32', 'weight f64',
  ],
  remora_control: [
    'struct_size u32', 'enabled u32', 'learning u32', 'mode u32', 'source u32', 'reserved u32',
  ],
  remora_tick_report: [
    'struct_size u32', 'flags u32', 'folded u64', 'reclaimed u32', 'snapshots u32', 'stage_changes u32',
    'config_reloads u32', 'restores u32', 'unblocked u32', 'next_due_ns big_i64',
  ],
  remora_outcome: [
    'struct_size u32', 'flags u32', 'decision_id u64', 'now_ns big_i64', 'agent u32', 'variant u32', 'task_type u32',
    'label_count u32', 'labels u32[8]', 'success u32', 'critical_error u32', 'safety_violation u32', 'complaint u32',
    'quality f64', 'duration_ns i64', 'cost_micros i64', 'error_count u32', 'user_corrections u32', 'tokens_in u64',
    'tokens_out u64', 'user_rating f64', 'tool_calls_correct u32', 'tool_calls_total u32', 'next_agent u32',
    'next_task_type u32', 'next_label_count u32', 'metric_count u32', 'next_labels u32[8]', 'metric_ids u32[8]',
    'metrics f64[8]', 'next_decision u64',
  ],
  remora_reward: [
    'struct_size u32', 'flags u32', 'reward f64', 'target f64', 'q_before f64', 'q_after f64', 'success_term f64',
    'quality_term f64', 'time_term f64', 'error_term f64', 'cost_term f64', 'visits u32', 'reserved u32',
    'tokens_term f64',
  ],
  remora_rollout_plan: [
    'struct_size u32', 'flags u32', 'agent u32', 'treatment u32', 'stage_count u32', 'reserved u32', 'now_ns big_i64',
    'stages remora_rollout_stage[8]',
  ],
  remora_gate_query: [
    'struct_size u32', 'flags u32', 'unit_key big_u64', 'agent u32', 'reserved u32',
  ],
  remora_gate: [
    'struct_size u32', 'in u32', 'rollout u32', 'stage u32', 'mode u32', 'state u32', 'share_basis_points u32', 'reason i32',
  ],
  remora_rollout: [
    'struct_size u32', 'state u32', 'rollout u32', 'agent u32', 'treatment u32', 'stage u32', 'stage_count u32', 'mode u32',
    'share_basis_points u32', 'reason i32', 'treatment_count u32', 'treatment_successes u32', 'baseline_count u32',
    'baseline_successes u32', 'samples_needed u32', 'reserved u32', 'started_ns big_i64', 'stage_started_ns big_i64',
    'stage_ends_ns big_i64', 'difference f64', 'difference_low f64', 'difference_high f64',
  ],
  remora_safety_query: [
    'struct_size u32', 'flags u32', 'now_ns big_i64', 'agent u32', 'variant u32',
  ],
  remora_safety_verdict: [
    'struct_size u32', 'allowed u32', 'reason i32', 'safe_variant u32', 'window_count u32', 'window_successes u32',
    'hour_count u32', 'hour_successes u32', 'day_count u32', 'day_successes u32', 'success_rate f64', 'interval_low f64',
    'interval_high f64', 'minimum f64', 'blocked_since_ns big_i64', 'probation_ns big_i64',
  ],
  remora_convergence: [
    'struct_size u32', 'flags u32', 'agent u32', 'task_type u32', 'variant u32', 'label_count u32', 'labels u32[8]',
    'verdict u32', 'winner u32', 'outcomes u64', 'change f64', 'change_low f64', 'change_high f64', 'winning f64',
    'winning_low f64', 'winning_high f64', 'separation f64', 'separation_low f64', 'separation_high f64',
    'explored f64', 'explored_low f64', 'explored_high f64', 'variance f64', 'variance_low f64',
    'variance_high f64', 'met u32', 'converged_agents u32', 'learning_agents u32', 'drifting_agents u32',
    'starved_agents u32', 'reserved u32',
  ],
  remora_belief: [
    'struct_size u32', 'flags u32', 'agent u32', 'task_type u32', 'variant u32', 'label_count u32', 'labels u32[8]',
    'state_visits u32', 'agent_visits u32', 'mean f64', 'deviation f64', 'state_value f64', 'state_weight f64',
    'agent_value f64', 'agent_weight f64', 'prior_value f64', 'prior_weight f64',
    'category_value f64', 'category_weight f64', 'fleet_value f64', 'fleet_weight f64', 'category_visits u32',
    'fleet_visits u32', 'attempts u32', 'reserved u32', 'tried_variants big_u64',
  ],
  remora_replay_request: [
    'struct_size u32', 'mode u32', 'agent u32', 'batches u32', 'batch_size u32', 'pool u32', 'seed u64', 'alpha f64', 'beta f64',
  ],
  remora_replay_report: [
    'struct_size u32', 'flags u32', 'outcomes u64', 'sampled u64', 'distinct u64', 'skipped_unlearned u64', 'skipped_superseded u64',
    'skipped_no_value u64', 'skipped_unreadable u64', 'missing u64', 'values_changed u64', 'generation u64', 'snapshot u64',
    'error_before f64', 'error_after f64',
  ],
  remora_evaluation: [
    'struct_size u32', 'flags u32', 'agent u32', 'resamples u32', 'seed u64', 'least_effective f64', 'warm_up f64',
    'outcomes u64', 'left_out u64', 'effective f64', 'largest_weight f64', 'mean_weight f64',
    'logged f64', 'logged_low f64', 'logged_high f64', 'ips f64', 'ips_low f64',
    'ips_high f64', 'snips f64', 'snips_low f64', 'snips_high f64', 'direct f64',
    'direct_low f64', 'direct_high f64', 'doubly_robust f64', 'doubly_robust_low f64', 'doubly_robust_high f64',
  ],
  remora_snapshot_info: [
    'struct_size u32', 'kind u32', 'sequence u64', 'taken_ns big_i64', 'rows u64', 'visits u64', 'bytes u64',
    'generation u64', 'checksum u64', 'key_id u64',
  ],
};
