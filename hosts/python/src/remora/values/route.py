"""What goes into the calls of route.h and what comes out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..constants import DecisionFlag
from .names import Ref


@dataclass(frozen=True)
class Task:
    """A task to route (remora_task). Give what is known."""

    agent: Ref = 0  # 0 = choose the agent too, among those of `category` (or all)
    task_type: Ref = 0  # 0 = "general"
    unit_key: int = 0  # user, session or episode for sticky assignment (see remora.unit_key); 0 = each decision on its own
    labels: Sequence[Ref] = ()
    allowed_variants: int = 0  # bit i allows variant i; 0 = all
    category: Ref = 0  # only without an agent
    now_ns: int = 0  # 0 = the library's clock
    draw: int = 0  # random draw for a repeatable decision; 0 = the library's own generator
    previous_decision: int = 0  # of the same task: this is another attempt at it; counts where learning.cascade says so


class Decision(NamedTuple):
    """The answer of route (remora_decision)."""

    flags: int
    decision_id: int  # report the outcome under it; 0 = not tracked
    shadow_decision_id: int  # for shadow_variant's outcome; 0 = no shadow run asked
    agent: int
    task_type: int
    variant: int  # run this one
    baseline_variant: int
    learned_variant: int
    shadow_variant: int
    reason: int
    mode: int
    q_value: float
    propensity: float
    epsilon: float
    visits: int
    rollout: int
    stage: int

    @property
    def explored(self) -> bool:
        """The policy explored rather than took the best Q-value."""
        return bool(self.flags & DecisionFlag.EXPLORED)

    @property
    def monitored(self) -> bool:
        """The baseline was chosen; learned_variant is what learning would have done."""
        return bool(self.flags & DecisionFlag.MONITOR)

    @property
    def wants_shadow(self) -> bool:
        """shadow_variant is to run too, and to be reported under shadow_decision_id."""
        return bool(self.flags & DecisionFlag.SHADOW)

    def has(self, flag: DecisionFlag) -> bool:
        """Whether a flag of the decision is set."""
        return bool(self.flags & flag)


class Classification(NamedTuple):
    """The task type of a text (remora_classification)."""

    task_type: int
    confidence: float
    runner_up: int
    score: float
    runner_up_score: float
