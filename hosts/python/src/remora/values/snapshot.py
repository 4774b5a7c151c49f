"""What the calls of snapshot.h give."""

from __future__ import annotations

from typing import NamedTuple


class SnapshotInfo(NamedTuple):
    """A snapshot of the learned values (remora_snapshot_info)."""

    kind: int
    sequence: int
    taken_ns: int
    rows: int
    visits: int
    bytes: int
    generation: int
    checksum: int
    key_id: int
