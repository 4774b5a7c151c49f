"""What goes into a call and what comes out of it. Fields are those of the C structs, whose headers explain them.

What comes out is a named tuple: it does not change, compares by value and may cross to another process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Union

from .constants import NONE, DecisionFlag, Mode

# Agents, task types and so on go into calls by name or by id. Names are looked up once for each state.
Ref = Union[int, str]


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


class Variant(NamedTuple):
    """One way to run an agent (remora_variant)."""

    flags: int
    agent: int
    variant: int
    tier: int
    blocked: bool
    cost_micros: int
    outcomes: int
    successes: int
    mean_reward: float
    mean_duration_ns: float
    mean_cost_micros: float


class Convergence(NamedTuple):
    """How far learning is, each figure with its interval at 95 % (remora_convergence)."""

    flags: int
    agent: int
    task_type: int
    variant: int
    labels: tuple[int, ...]
    verdict: int
    winner: int
    outcomes: int
    change: float
    change_low: float
    change_high: float
    winning: float
    winning_low: float
    winning_high: float
    separation: float
    separation_low: float
    separation_high: float
    explored: float
    explored_low: float
    explored_high: float
    variance: float
    variance_low: float
    variance_high: float
    met: int
    converged_agents: int
    learning_agents: int
    drifting_agents: int
    starved_agents: int


class Belief(NamedTuple):
    """What route goes by for a variant in a state: mean is the sum of each level's weight x value (remora_belief)."""

    flags: int
    agent: int
    task_type: int
    variant: int
    labels: tuple[int, ...]
    state_visits: int
    agent_visits: int
    mean: float
    deviation: float
    state_value: float
    state_weight: float
    agent_value: float
    agent_weight: float
    prior_value: float
    prior_weight: float
    category_value: float
    category_weight: float
    fleet_value: float
    fleet_weight: float
    category_visits: int
    fleet_visits: int
    attempts: int  # at the same task before
    tried_variants: int  # bit i: variant i was among them


class ReplayReport(NamedTuple):
    """What was learned again (remora_replay_report)."""

    flags: int
    outcomes: int
    sampled: int
    distinct: int
    skipped_unlearned: int
    skipped_superseded: int
    skipped_no_value: int
    skipped_unreadable: int
    missing: int
    values_changed: int
    generation: int
    snapshot: int
    error_before: float
    error_after: float


class Evaluation(NamedTuple):
    """What a configuration's learning would have brought, by the recorded outcomes: mean rewards a decision, each with the ends
    of its 95 % interval; doubly_robust is the one to go by (remora_evaluation)."""

    flags: int
    agent: int
    resamples: int
    seed: int
    least_effective: float
    warm_up: float
    outcomes: int
    left_out: int
    effective: float
    largest_weight: float
    mean_weight: float
    logged: float
    logged_low: float
    logged_high: float
    ips: float
    ips_low: float
    ips_high: float
    snips: float
    snips_low: float
    snips_high: float
    direct: float
    direct_low: float
    direct_high: float
    doubly_robust: float
    doubly_robust_low: float
    doubly_robust_high: float


class Agent(NamedTuple):
    """An agent as the state knows it (remora_agent)."""

    flags: int
    agent: int
    category: int
    variant_count: int
    baseline_variant: int
    safe_variant: int
    rollout: int
    blocked_variants: int
    retired_variants: int


class Classification(NamedTuple):
    """The task type of a text (remora_classification)."""

    task_type: int
    confidence: float
    runner_up: int
    score: float
    runner_up_score: float


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
