"""QLearningEngine: select a variant, tell the reward, look at the values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from ..constants import DecisionFlag, Kind
from ..values import Outcome, QCell
from ._shared import configure, decisions, ensure_variant, shared_state

# Weights with which any reward in -1 .. 2 comes out of an outcome: 3 x quality for what is above -1, and -1 for errors without
# number. The host's own RewardCalculator decides what a task was worth; Remora is to learn just that.
_PASS_THROUGH = {"success": 0, "quality": 3, "time": 0, "error": -1, "cost": 0, "error_scale": 0.001}
_MANY_ERRORS = 4_000_000_000
_LOWEST, _HIGHEST = -1.0, 2.0


@dataclass
class QEntry:
    """A learned value as the older system listed it."""

    state_action: str  # "agent:task_type:variant"
    q_value: float
    n_visits: int
    last_updated: str
    convergence_score: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The entry as a dictionary."""
        return asdict(self)


class QLearningEngine:
    """Learns which variant of an agent is best for a type of task, from rewards in -1 .. 2 that the host works out.

    qtable_file is accepted and not used: values are in the state directory. Rewards of update_q_value replace those that
    Remora would work out from outcomes, for all states of this process: a host that also records outcomes itself had better
    do all of it there. A reward above 0 counts as a success for the safety check.
    """

    def __init__(self, learning_rate: float = 0.1, discount_factor: float = 0.9, exploration_rate: float = 0.1,
                 qtable_file: object = None) -> None:
        self.learning_rate = learning_rate
        self.discount_factor = discount_factor
        self.exploration_rate = exploration_rate
        self.qtable_file = qtable_file
        self._state = shared_state()
        decisions.engine_learns = True
        configure("learning", policy="epsilon_greedy", learning_rate=learning_rate, discount=discount_factor, epsilon=exploration_rate,
                  reward=_PASS_THROUGH)

    def select_variant(self, agent_name: str, task_type: str, available_variants: list[str]) -> tuple[str, float, bool]:
        """Variant, its Q-value, and whether the choice explored. The first variant of a new agent is its baseline."""
        if not available_variants:
            raise ValueError("available_variants is empty")
        ids = [ensure_variant(self._state, agent_name, variant) for variant in available_variants]
        allowed = sum(1 << index for _agent, index in set(ids))
        decision = self._state.route(ids[0][0], task_type, allowed_variants=allowed)
        chosen = self._state.variant_name(decision.agent, decision.variant)
        decisions.put((agent_name, task_type, chosen), decision.decision_id)
        return chosen, decision.q_value, decision.explored or decision.has(DecisionFlag.UNSEEN)

    def update_q_value(self, agent_name: str, task_type: str, variant_id: str, reward: float) -> None:
        """Learns from a reward: of the decision that select_variant or a DomainRouter made, else of a task nobody routed."""
        reward = min(max(reward, _LOWEST), _HIGHEST)
        seen: dict[str, Any] = {"success": reward > 0, "quality": (reward - _LOWEST) / (_HIGHEST - _LOWEST),
                                "error_count": _MANY_ERRORS}
        decision_id = decisions.take((agent_name, task_type, variant_id))
        if decision_id:
            self._state.record_outcome(Outcome(decision_id=decision_id, **seen))
        else:
            agent, variant = ensure_variant(self._state, agent_name, variant_id)
            self._state.record_outcome(Outcome(agent=agent, variant=variant, task_type=task_type, **seen))

    def get_q_value(self, agent_name: str, task_type: str, variant_id: str) -> float:
        """The value learned so far; 0.0 when there is none."""
        cell = self._cell(agent_name, task_type, variant_id)
        return cell.q_value if cell else 0.0

    def get_visit_count(self, agent_name: str, task_type: str, variant_id: str) -> int:
        """Rewards behind the value."""
        cell = self._cell(agent_name, task_type, variant_id)
        return cell.visits if cell else 0

    def get_all_q_values(self, agent_name: str | None = None, task_type: str | None = None) -> list[QEntry]:
        """All values, or those of an agent or a task type."""
        entries = []
        for cell in self._state.q_cells():
            agent, kind = self._state.name_of(cell.agent), self._state.name_of(cell.task_type)
            if cell.labels or cell.attempts or (agent_name or agent) != agent or (task_type or kind) != kind:
                continue
            variant = self._state.variant_name(cell.agent, cell.variant)
            updated = datetime.fromtimestamp(cell.updated_ns / 1e9, timezone.utc).isoformat()
            entries.append(QEntry(f"{agent}:{kind}:{variant}", cell.q_value, cell.visits, updated))
        return entries

    def _cell(self, agent_name: str, task_type: str, variant_id: str) -> QCell | None:
        agent, variant = ensure_variant(self._state, agent_name, variant_id)
        kind = self._state.id_of(Kind.TASK_TYPE, task_type)
        wanted = (agent, kind, variant, (), 0)
        return next((cell for cell in self._state.q_cells()
                     if (cell.agent, cell.task_type, cell.variant, cell.labels, cell.attempts) == wanted), None)
