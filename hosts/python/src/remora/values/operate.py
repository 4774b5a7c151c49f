"""What the calls of operate.h give."""

from __future__ import annotations

from typing import NamedTuple


class Control(NamedTuple):
    """Kill switch and mode in force (remora_control)."""

    enabled: bool
    learning: bool
    mode: int
    source: int


class TickReport(NamedTuple):
    """What one tick did (remora_tick_report)."""

    flags: int  # bit 0: another process holds the housekeeping lock, nothing was done
    folded: int
    reclaimed: int
    snapshots: int
    stage_changes: int
    config_reloads: int
    restores: int
    unblocked: int
    next_due_ns: int
