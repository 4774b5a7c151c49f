"""The structs of operate.h."""

import ctypes

from .fields import I64, U32, U64, c_struct


@c_struct
class remora_control(ctypes.Structure):
    struct_size: U32
    enabled: U32
    learning: U32
    mode: U32
    source: U32
    reserved: U32


@c_struct
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
