"""The structs of open.h and status.h."""

import ctypes
from typing import Annotated

from .fields import I32, I64, U32, U64, c_struct


@c_struct
class remora_error(ctypes.Structure):
    struct_size: U32
    code: I32
    os_errno: I32
    reserved: U32
    text: Annotated[bytes, ctypes.c_char * 240]


@c_struct
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
