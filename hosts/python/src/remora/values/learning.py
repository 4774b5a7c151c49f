"""What the calls of learning.h give."""

from __future__ import annotations

from typing import NamedTuple


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
