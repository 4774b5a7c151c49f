"""The structs of snapshot.h."""

import ctypes

from .fields import I64, U32, U64, c_struct


@c_struct
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
