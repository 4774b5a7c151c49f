"""The structs of route.h."""

import ctypes

from .fields import EightIds, F64, I32, I64, Id, U32, U64, c_struct


@c_struct
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


@c_struct
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


@c_struct
class remora_batch(ctypes.Structure):
    struct_size: U32
    flags: U32
    count: U64
    in_stride: U64
    out_stride: U64
    done: U64
    first_failed: U64


@c_struct
class remora_text(ctypes.Structure):
    struct_size: U32
    flags: U32
    text_size: U64
    files_size: U64


@c_struct
class remora_classification(ctypes.Structure):
    struct_size: U32
    task_type: Id
    confidence: F64
    runner_up: Id
    reserved: U32
    score: F64
    runner_up_score: F64


@c_struct
class remora_task_rule(ctypes.Structure):
    struct_size: U32
    flags: U32
    keywords_size: U32
    name_size: U32
    patterns_size: U32
    reserved: U32
    weight: F64
