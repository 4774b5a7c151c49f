"""The structs of learning.h."""

import ctypes

from .fields import EightIds, F64, Id, U32, U64, c_struct


@c_struct
class remora_belief(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    task_type: Id
    variant: U32
    label_count: U32
    labels: EightIds
    state_visits: U32
    agent_visits: U32
    mean: F64
    deviation: F64
    state_value: F64
    state_weight: F64
    agent_value: F64
    agent_weight: F64
    prior_value: F64
    prior_weight: F64
    category_value: F64
    category_weight: F64
    fleet_value: F64
    fleet_weight: F64
    category_visits: U32
    fleet_visits: U32
    attempts: U32
    reserved: U32
    tried_variants: U64


@c_struct
class remora_replay_request(ctypes.Structure):
    struct_size: U32
    mode: U32
    agent: Id
    batches: U32
    batch_size: U32
    pool: U32
    seed: U64
    alpha: F64
    beta: F64


@c_struct
class remora_replay_report(ctypes.Structure):
    struct_size: U32
    flags: U32
    outcomes: U64
    sampled: U64
    distinct: U64
    skipped_unlearned: U64
    skipped_superseded: U64
    skipped_no_value: U64
    skipped_unreadable: U64
    missing: U64
    values_changed: U64
    generation: U64
    snapshot: U64
    error_before: F64
    error_after: F64


@c_struct
class remora_evaluation(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    resamples: U32
    seed: U64
    least_effective: F64
    warm_up: F64
    outcomes: U64
    left_out: U64
    effective: F64
    largest_weight: F64
    mean_weight: F64
    logged: F64
    logged_low: F64
    logged_high: F64
    ips: F64
    ips_low: F64
    ips_high: F64
    snips: F64
    snips_low: F64
    snips_high: F64
    direct: F64
    direct_low: F64
    direct_high: F64
    doubly_robust: F64
    doubly_robust_low: F64
    doubly_robust_high: F64


@c_struct
class remora_convergence(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    task_type: Id
    variant: U32
    label_count: U32
    labels: EightIds
    verdict: U32
    winner: U32
    outcomes: U64
    change: F64
    change_low: F64
    change_high: F64
    winning: F64
    winning_low: F64
    winning_high: F64
    separation: F64
    separation_low: F64
    separation_high: F64
    explored: F64
    explored_low: F64
    explored_high: F64
    variance: F64
    variance_low: F64
    variance_high: F64
    met: U32
    converged_agents: U32
    learning_agents: U32
    drifting_agents: U32
    starved_agents: U32
    reserved: U32
