"""What goes into the calls of outcome.h and what comes out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .names import Ref


@dataclass(frozen=True)
class Next:
    """The state that follows in a multi-step task: by names, or that of a decision."""

    agent: Ref = 0  # 0 = the same agent
    task_type: Ref = 0
    labels: Sequence[Ref] = ()
    decision: int = 0  # id of that of the next step, retry or escalation; the names are left out then


@dataclass(frozen=True)
class Outcome:
    """What the host saw (remora_outcome). None means not given."""

    decision_id: int = 0  # 0 = by names: agent, variant, task_type, labels
    success: bool = False
    duration_ns: int = 0  # 0 = not measured
    quality: float | None = None  # 0 .. 1
    error_count: int = 0
    cost_micros: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    critical_error: bool = False
    safety_violation: bool = False
    complaint: bool = False
    user_corrections: int = 0
    user_rating: float | None = None  # 0 .. 10
    tool_calls_correct: int = 0
    tool_calls_total: int = 0
    metrics: Mapping[Ref, float] = field(default_factory=dict)
    next: Next | None = None
    abandoned: bool = False  # the task was not run: frees the decision, teaches nothing
    report: int = 0  # which report of its decision, 1 .. 7, where several are taken (learning.join); 0 = the next one
    now_ns: int = 0
    agent: Ref = 0  # from here on: by names only
    variant: Ref = 0
    task_type: Ref = 0
    labels: Sequence[Ref] = ()


class Reward(NamedTuple):
    """How the reward came about (remora_reward): weighted terms, their sum, the Q-value before and after."""

    flags: int  # bit 0: the Q-value was updated
    reward: float
    target: float
    q_before: float
    q_after: float
    success_term: float
    quality_term: float
    time_term: float
    error_term: float
    cost_term: float
    visits: int
    tokens_term: float

    @property
    def learned(self) -> bool:
        """The Q-value was updated."""
        return bool(self.flags & 1)
