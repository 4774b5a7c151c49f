"""SafetyMonitor and RollbackManager: may a variant run, and what runs instead."""

from __future__ import annotations

import json
from typing import Any

from ..constants import EventKind, Kind
from ..errors import NotFoundError
from ._shared import configure, ensure_variant, shared_state


class SafetyMonitor:
    """Keeps out variants that fail too often. Remora does so in every process by itself; this sets its limits and asks.

    A variant is kept out when its last `lookback_window` outcomes are below the minimum beyond doubt (the upper end of their
    95 % interval is below it too). enable_rollback=False switches that off for this process.
    """

    def __init__(self, min_success_rate: float = 0.5, lookback_window: int = 10, enable_rollback: bool = True) -> None:
        self.min_success_rate = min_success_rate
        self.lookback_window = lookback_window
        self.enable_rollback = enable_rollback
        self._state = shared_state()
        configure("safety", minimum_success_rate=min_success_rate, lookback=lookback_window, enabled=enable_rollback)

    def is_safe_to_execute(self, agent_name: str, variant_id: str) -> bool:
        """Whether the variant may run. One that has not run yet may."""
        return self._state.safety_check(*ensure_variant(self._state, agent_name, variant_id)).allowed

    def check_performance_degradation(self, agent_name: str, task_type: str, variant_id: str,
                                      lookback_window: int | None = None) -> tuple[bool, dict[str, Any]]:
        """Whether the variant is kept out, with the figures. They are of the variant over all task types, and of the window
        that the configuration names: the last two parameters change nothing."""
        verdict = self._state.safety_check(*ensure_variant(self._state, agent_name, variant_id))
        return not verdict.allowed, {
            "success_rate": verdict.success_rate, "interval": (verdict.interval_low, verdict.interval_high),
            "minimum": verdict.minimum, "samples": verdict.window_count, "reason": verdict.reason,
        }


class RollbackManager:
    """Says what runs instead of a variant that is kept out, and what was taken back so far."""

    def __init__(self, rollback_events_file: object = None) -> None:
        self.rollback_events_file = rollback_events_file  # accepted and not used: events are in the state directory
        self._state = shared_state()

    def get_safe_variant(self, agent_name: str) -> str:
        """The best proven variant, else the baseline; "default" for an agent that the state does not know."""
        try:
            agent = self._state.id_of(Kind.AGENT, agent_name)
            return self._state.variant_name(agent, self._state.agent_info(agent).safe_variant)
        except NotFoundError:
            return "default"

    def get_rollback_history(self, agent_name: str | None = None, task_type: str | None = None,
                             limit: int | None = None) -> list[dict[str, Any]]:
        """Variants blocked and rollouts taken back, newest first. Blocks hold for all task types: task_type changes nothing."""
        wanted = self._state.id_of(Kind.AGENT, agent_name) if agent_name is not None else 0
        kinds = (EventKind.VARIANT_BLOCKED, EventKind.ROLLED_BACK)
        events = [event for event in self._state.events() if event.kind in kinds and wanted in (0, event.agent)]
        newest_first = events[::-1][:limit]
        return [dict(json.loads(self._state.event_text(event))) for event in newest_first]
