"""The structs of observe.h."""

import ctypes
from typing import Annotated

from .fields import EightIds, F64, I32, I64, Id, U32, U64, c_struct


@c_struct
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


@c_struct
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


@c_struct
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
