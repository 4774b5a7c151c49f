"""The structs of outcome.h."""

import ctypes

from .fields import EightIds, EightNumbers, F64, I64, Id, U32, U64, c_struct


@c_struct
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


@c_struct
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
