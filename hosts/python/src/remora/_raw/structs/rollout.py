"""The structs of rollout.h."""

import ctypes
from typing import Annotated

from .fields import F64, I32, I64, Id, U32, U64, c_struct


@c_struct
class remora_rollout_stage(ctypes.Structure):
    mode: U32
    share_basis_points: U32
    minimum_samples: U32
    reserved0: U32
    minimum_ns: I64
    margin: F64
    maximum_drop: F64
    reserved: Annotated["ctypes.Array[ctypes.c_uint64]", ctypes.c_uint64 * 3]


@c_struct
class remora_rollout_plan(ctypes.Structure):
    struct_size: U32
    flags: U32
    agent: Id
    treatment: U32
    stage_count: U32
    reserved: U32
    now_ns: I64
    stages: Annotated["ctypes.Array[remora_rollout_stage]", remora_rollout_stage * 8]


@c_struct
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


@c_struct
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
