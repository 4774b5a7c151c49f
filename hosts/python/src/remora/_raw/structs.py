"""The structs of include/remora, field by field. A test holds sizes, offsets and types against the headers.

Names and meanings are those of the C headers. Structs carry numbers only; `struct_size` comes first and is set by the caller.
"""

import ctypes
from typing import Annotated, Any, TypeVar, get_args

U32 = Annotated[int, ctypes.c_uint32]
I32 = Annotated[int, ctypes.c_int32]
U64 = Annotated[int, ctypes.c_uint64]
I64 = Annotated[int, ctypes.c_int64]
F64 = Annotated[float, ctypes.c_double]
Id = Annotated[int, ctypes.c_uint32]
EightIds = Annotated["ctypes.Array[ctypes.c_uint32]", ctypes.c_uint32 * 8]
EightNumbers = Annotated["ctypes.Array[ctypes.c_double]", ctypes.c_double * 8]

_Struct = TypeVar("_Struct", bound=type[ctypes.Structure])


def _c_struct(cls: _Struct) -> _Struct:
    """Lays the struct out as its annotations say, in their order."""
    fields: dict[str, Any] = cls.__annotations__
    cls._fields_ = [(name, get_args(annotation)[1]) for name, annotation in fields.items()]
    return cls



@_c_struct
class remora_rollout_stage(ctypes.Structure):
    mode: U32
    share_basis_points: U32
    minimum_samples: U32
    reserved0: U32
    minimum_ns: I64
    margin: F64
    maximum_drop: F64
    reserved: Annotated["ctypes.Array[ctypes.c_uint64]", ctypes.c_uint64 * 3]


@_c_struct
class remora_error(ctypes.Structure):
    struct_size: U32
    code: I32
    os_errno: I32
    reserved: U32
    text: Annotated[bytes, ctypes.c_char * 240]


@_c_struct
class remora_variant(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    variant: U32
    tier: U32
    blocked: U32
    cost_micros: I64
    outcomes: U64
    successes: U64
    mean_reward: F64
    mean_duration_ns: F64
    mean_cost_micros: F64


@_c_struct
class remora_agent(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    category: Id
    variant_count: U32
    baseline_variant: U32
    safe_variant: U32
    rollout: Id
    blocked_variants: U64
    retired_variants: U64


@_c_struct
class remora_event(ctypes.Structure):
    struct_size: U32
    kind: U32
    sequence: U64
    time_ns: I64
    severity: U32
    agent: Id
    variant: U32
    rollout: Id
    stage: U32
    reason: I32
    value: F64
    threshold: F64
    detail: Annotated["ctypes.Array[ctypes.c_uint64]", ctypes.c_uint64 * 2]


@_c_struct
class remora_q_cell(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    task_type: Id
    variant: U32
    visits: U32
    q_value: F64
    label_count: U32
    reserved: U32
    labels: EightIds
    updated_ns: I64
    attempts: U32
    reserved1: U32
    tried_variants: U64


@_c_struct
class remora_stats(ctypes.Structure):
    struct_size: U32
    processes: U32
    generation: U64
    states: U64
    state_capacity: U64
    names: U64
    name_capacity: U64
    ledger_slots: U64
    decisions: U64
    pending: U64
    outcomes: U64
    explored: U64
    events: U64
    visits: U64
    heap_bytes: U64
    mapped_bytes: U64
    last_snapshot_ns: I64


@_c_struct
class remora_options(ctypes.Structure):
    struct_size: U32
    flags: U32
    abi_version: U32
    durability: U32
    states: U64
    ledger_slots: U32
    names: U32
    sync_interval_ns: I64
    reserved: Annotated["ctypes.Array[ctypes.c_uint64]", ctypes.c_uint64 * 3]
    snapshot_key: Annotated["ctypes.Array[ctypes.c_uint64]", ctypes.c_uint64 * 4]


@_c_struct
class remora_task(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    task_type: Id
    unit_key: U64
    allowed_variants: U64
    now_ns: I64
    draw: U64
    category: Id
    label_count: U32
    labels: EightIds
    previous_decision: U64


@_c_struct
class remora_decision(ctypes.Structure):
    struct_size: U32
    flags: U32
    decision_id: U64
    shadow_decision_id: U64
    agent: Id
    task_type: Id
    variant: U32
    baseline_variant: U32
    learned_variant: U32
    shadow_variant: U32
    reason: I32
    mode: U32
    q_value: F64
    propensity: F64
    epsilon: F64
    visits: U32
    rollout: Id
    stage: U32
    reserved: U32


@_c_struct
class remora_batch(ctypes.Structure):
    struct_size: U32
    flags: U32
    count: U64
    in_stride: U64
    out_stride: U64
    done: U64
    first_failed: U64


@_c_struct
class remora_text(ctypes.Structure):
    struct_size: U32
    flags: U32
    text_size: U64
    files_size: U64


@_c_struct
class remora_classification(ctypes.Structure):
    struct_size: U32
    task_type: Id
    confidence: F64
    runner_up: Id
    reserved: U32
    score: F64
    runner_up_score: F64


@_c_struct
class remora_task_rule(ctypes.Structure):
    struct_size: U32
    flags: U32
    keywords_size: U32
    name_size: U32
    patterns_size: U32
    reserved: U32
    weight: F64


@_c_struct
class remora_control(ctypes.Structure):
    struct_size: U32
    enabled: U32
    learning: U32
    mode: U32
    source: U32
    reserved: U32


@_c_struct
class remora_tick_report(ctypes.Structure):
    struct_size: U32
    flags: U32
    folded: U64
    reclaimed: U32
    snapshots: U32
    stage_changes: U32
    config_reloads: U32
    restores: U32
    unblocked: U32
    next_due_ns: I64


@_c_struct
class remora_outcome(ctypes.Structure):
    struct_size: U32
    flags: U32
    decision_id: U64
    now_ns: I64
    agent: Id
    variant: U32
    task_type: Id
    label_count: U32
    labels: EightIds
    success: U32
    critical_error: U32
    safety_violation: U32
    complaint: U32
    quality: F64
    duration_ns: I64
    cost_micros: I64
    error_count: U32
    user_corrections: U32
    tokens_in: U64
    tokens_out: U64
    user_rating: F64
    tool_calls_correct: U32
    tool_calls_total: U32
    next_agent: Id
    next_task_type: Id
    next_label_count: U32
    metric_count: U32
    next_labels: EightIds
    metric_ids: EightIds
    metrics: EightNumbers
    next_decision: U64


@_c_struct
class remora_reward(ctypes.Structure):
    struct_size: U32
    flags: U32
    reward: F64
    target: F64
    q_before: F64
    q_after: F64
    success_term: F64
    quality_term: F64
    time_term: F64
    error_term: F64
    cost_term: F64
    visits: U32
    reserved: U32
    tokens_term: F64


@_c_struct
class remora_rollout_plan(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    treatment: U32
    stage_count: U32
    reserved: U32
    now_ns: I64
    stages: Annotated["ctypes.Array[remora_rollout_stage]", remora_rollout_stage * 8]


@_c_struct
class remora_gate_query(ctypes.Structure):
    struct_size: U32
    flags: U32
    unit_key: U64
    agent: Id
    reserved: U32


class remora_gate(ctypes.Structure):
    _fields_ = [  # not by annotations: `in` is a word of Python
        ("struct_size", ctypes.c_uint32),
        ("in", ctypes.c_uint32),
        ("rollout", ctypes.c_uint32),
        ("stage", ctypes.c_uint32),
        ("mode", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("share_basis_points", ctypes.c_uint32),
        ("reason", ctypes.c_int32),
    ]


@_c_struct
class remora_rollout(ctypes.Structure):
    struct_size: U32
    state: U32
    rollout: Id
    agent: Id
    treatment: U32
    stage: U32
    stage_count: U32
    mode: U32
    share_basis_points: U32
    reason: I32
    treatment_count: U32
    treatment_successes: U32
    baseline_count: U32
    baseline_successes: U32
    samples_needed: U32
    reserved: U32
    started_ns: I64
    stage_started_ns: I64
    stage_ends_ns: I64
    difference: F64
    difference_low: F64
    difference_high: F64


@_c_struct
class remora_safety_query(ctypes.Structure):
    struct_size: U32
    flags: U32
    now_ns: I64
    agent: Id
    variant: U32


@_c_struct
class remora_safety_verdict(ctypes.Structure):
    struct_size: U32
    allowed: U32
    reason: I32
    safe_variant: U32
    window_count: U32
    window_successes: U32
    hour_count: U32
    hour_successes: U32
    day_count: U32
    day_successes: U32
    success_rate: F64
    interval_low: F64
    interval_high: F64
    minimum: F64
    blocked_since_ns: I64
    probation_ns: I64


@_c_struct
class remora_snapshot_info(ctypes.Structure):
    struct_size: U32
    kind: U32
    sequence: U64
    taken_ns: I64
    rows: U64
    visits: U64
    bytes: U64
    generation: U64
    checksum: U64
    key_id: U64


@_c_struct
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


@_c_struct
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


@_c_struct
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


@_c_struct
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


@_c_struct
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
