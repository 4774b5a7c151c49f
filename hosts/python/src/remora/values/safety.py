"""What the calls of safety.h give."""

from __future__ import annotations

from typing import NamedTuple


class SafetyVerdict(NamedTuple):
    """May this variant run, and on which figures that rests (remora_safety_verdict)."""

    allowed: bool
    reason: int
    safe_variant: int
    window_count: int
    window_successes: int
    hour_count: int
    hour_successes: int
    day_count: int
    day_successes: int
    success_rate: float
    interval_low: float
    interval_high: float
    minimum: float
    blocked_since_ns: int
    probation_ns: int
