"""What the calls of names.h give."""

from __future__ import annotations

from typing import NamedTuple, Union

# Agents, task types and so on go into calls by name or by id. Names are looked up once for each state.
Ref = Union[int, str]


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
