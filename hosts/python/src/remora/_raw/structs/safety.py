"""The structs of safety.h."""

import ctypes

from .fields import F64, I32, I64, Id, U32, c_struct


@c_struct
class remora_safety_query(ctypes.Structure):
    struct_size: U32
    flags: U32
    now_ns: I64
    agent: Id
    variant: U32


@c_struct
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
