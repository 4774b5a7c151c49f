"""The exported functions of the library with their parameters, in the order of include/remora/functions.def.

A test holds this table against that list. Every function returns int32_t.
"""

import ctypes
from typing import Any

from . import structs as s

i32, u32, i64, u64 = ctypes.c_int32, ctypes.c_uint32, ctypes.c_int64, ctypes.c_uint64
char_p, void_p, P = ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER

# remora_log_function: user, level, text (not NUL-terminated), size.
LogFunction = ctypes.CFUNCTYPE(None, void_p, i32, P(ctypes.c_char), u64)

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    # version.h
    "abi_version": (),
    "version_text": (char_p, u64, P(u64)),
    # status.h
    "status_text": (i32, char_p, u64, P(u64)),
    # open.h
    "open": (char_p, u64, P(s.remora_options), P(u64), P(s.remora_error)),
    "close": (u64, P(s.remora_error)),
    "struct_size": (char_p, P(u32)),
    # names.h
    "intern": (u64, u32, char_p, u64, P(u32), P(s.remora_error)),
    "find": (u64, u32, char_p, u64, P(u32), P(s.remora_error)),
    "name_of": (u64, u32, char_p, u64, P(u64), P(s.remora_error)),
    "agent_register": (u64, char_p, u64, u32, P(u32), P(s.remora_error)),
    "variant_register": (u64, char_p, u64, P(s.remora_variant), P(s.remora_error)),
    "agent_define": (u64, char_p, char_p, P(u32), P(s.remora_error)),
    "variant_name": (u64, u32, u32, char_p, u64, P(u64)),
    "agent_info": (u64, P(s.remora_agent), P(s.remora_error)),
    "variant_info": (u64, P(s.remora_variant), P(s.remora_error)),
    "list_names": (u64, u32, P(u64), P(u32), u32, P(u32)),
    # route.h
    "route": (u64, P(s.remora_task), P(s.remora_decision), P(s.remora_error)),
    "route_batch": (u64, P(s.remora_task), P(s.remora_decision), P(s.remora_batch), P(s.remora_error)),
    "route_named": (u64, char_p, char_p, u64, P(s.remora_decision), P(s.remora_error)),
    "classify": (u64, char_p, u64, P(s.remora_text), P(s.remora_classification), P(s.remora_error)),
    "task_rule_add": (u64, char_p, u64, P(s.remora_task_rule), P(u32), P(s.remora_error)),
    # outcome.h
    "record_outcome": (u64, P(s.remora_outcome), P(s.remora_reward), P(s.remora_error)),
    "record_outcome_batch": (u64, P(s.remora_outcome), P(s.remora_reward), P(s.remora_batch), P(s.remora_error)),
    "record_result": (u64, u64, u32, i64, P(s.remora_error)),
    # safety.h
    "safety_check": (u64, P(s.remora_safety_query), P(s.remora_safety_verdict), P(s.remora_error)),
    "variant_block": (u64, u32, u32, P(s.remora_error)),
    "variant_unblock": (u64, u32, u32, P(s.remora_error)),
    # rollout.h
    "rollout_start": (u64, char_p, u64, P(s.remora_rollout_plan), P(u32), P(s.remora_error)),
    "rollout_gate": (u64, P(s.remora_gate_query), P(s.remora_gate), P(s.remora_error)),
    "rollout_command": (u64, u32, u32, i64, P(s.remora_error)),
    "rollout_status": (u64, u32, P(s.remora_rollout), P(s.remora_error)),
    # snapshot.h
    "snapshot": (u64, P(s.remora_snapshot_info), P(s.remora_error)),
    "snapshot_verify": (u64, char_p, u64, P(s.remora_snapshot_info), P(s.remora_error)),
    "snapshot_list": (u64, P(s.remora_snapshot_info), u64, u32, P(u32), P(s.remora_error)),
    "snapshot_path": (u64, u64, char_p, u64, P(u64), P(s.remora_error)),
    "restore": (u64, char_p, u64, P(s.remora_snapshot_info), P(s.remora_error)),
    # operate.h
    "tick": (u64, i64, i64, P(s.remora_tick_report), P(s.remora_error)),
    "control_set": (u64, P(s.remora_control), P(s.remora_error)),
    "control_get": (u64, P(s.remora_control), P(s.remora_error)),
    "configure": (u64, char_p, u64, P(s.remora_error)),
    # observe.h
    "q_cells": (u64, P(u64), P(s.remora_q_cell), u64, u32, P(u32)),
    "events": (u64, P(u64), P(s.remora_event), u64, u32, P(u32)),
    "event_text": (u64, P(s.remora_event), char_p, u64, P(u64), P(s.remora_error)),
    "stats_get": (u64, P(s.remora_stats), P(s.remora_error)),
    "metrics_text": (u64, char_p, u64, P(u64), P(s.remora_error)),
    "log_drain": (u64, char_p, u64, P(u64), P(s.remora_error)),
    "log_callback": (u64, LogFunction, void_p, i32, P(s.remora_error)),
    # learning.h
    "explain": (u64, P(s.remora_belief), P(s.remora_error)),
    "replay": (u64, P(s.remora_replay_request), P(s.remora_replay_report), P(s.remora_error)),
    "convergence_get": (u64, P(s.remora_convergence), P(s.remora_error)),
    "evaluate": (u64, char_p, u64, P(s.remora_evaluation), P(s.remora_error)),
}

# Bounded to about a microsecond, without system calls: these keep the interpreter's lock, since handing it over costs more
# than the call. All others release it. Recording is not among them, because it may carry out housekeeping that is due.
KEEP_THE_INTERPRETER_LOCK = frozenset({
    "route", "route_named", "safety_check", "rollout_gate", "abi_version", "status_text", "struct_size",
})
