"""The structs of names.h."""

import ctypes

from .fields import F64, I64, Id, U32, U64, c_struct


@c_struct
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


@c_struct
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
