"""What the calls of observe.h give."""

from __future__ import annotations

from typing import NamedTuple

from ..constants import NONE


class QCell(NamedTuple):
    """One learned value (remora_q_cell)."""

    flags: int
    agent: int
    task_type: int
    variant: int
    visits: int
    q_value: float
    labels: tuple[int, ...]
    updated_ns: int
    attempts: int = 0  # at the same task before
    tried_variants: int = 0  # bit i: variant i was among them


class Event(NamedTuple):
    """Something an operator wants to know (remora_event)."""

    kind: int
    sequence: int
    time_ns: int
    severity: int
    agent: int
    variant: int
    rollout: int
    stage: int
    reason: int
    value: float
    threshold: float
    detail: tuple[int, int]

    @property
    def has_variant(self) -> bool:
        """Whether the event is about one variant."""
        return self.variant != NONE


class Stats(NamedTuple):
    """Figures of the whole state directory (remora_stats)."""

    processes: int
    generation: int
    states: int
    state_capacity: int
    names: int
    name_capacity: int
    ledger_slots: int
    decisions: int
    pending: int
    outcomes: int
    explored: int
    events: int
    visits: int
    heap_bytes: int
    mapped_bytes: int
    last_snapshot_ns: int
