"""What goes into the calls of rollout.h and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..constants import Mode


class Gate(NamedTuple):
    """Is this unit in the rollout (remora_gate)."""

    inside: bool
    rollout: int
    stage: int
    mode: int
    state: int
    share_basis_points: int
    reason: int


@dataclass(frozen=True)
class Stage:
    """One step of a rollout plan (remora_rollout_stage); 0 takes the number of the default stage of that mode,
    but for minimum_ns, where it is no time."""

    mode: Mode
    share_basis_points: int = 0
    minimum_samples: int = 0
    minimum_ns: int = 0
    margin: float = 0.0
    maximum_drop: float = 0.0


class RolloutStatus(NamedTuple):
    """Where a rollout stands, with the figures that its next verdict rests on (remora_rollout)."""

    state: int
    rollout: int
    agent: int
    treatment: int
    stage: int
    stage_count: int
    mode: int
    share_basis_points: int
    reason: int
    treatment_count: int
    treatment_successes: int
    baseline_count: int
    baseline_successes: int
    samples_needed: int
    started_ns: int
    stage_started_ns: int
    stage_ends_ns: int
    difference: float
    difference_low: float
    difference_high: float
