"""TelemetryLogger: tells Remora what came of the tasks that were routed, and keeps a log file where one is wanted."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..values import Outcome
from ._shared import decisions, ensure_variant, shared_state


class TelemetryLogger:
    """log_invocation when an agent starts, update_invocation when it ended: that records the outcome in Remora.

    With a QLearningEngine in the process it is the engine's rewards that are learned from, and nothing is recorded here.
    telemetry_dir: a folder in which invocations.jsonl gets a line at the start and at the end of each; without one, no file.
    """

    def __init__(self, telemetry_dir: str | os.PathLike[str] | None = None) -> None:
        self._file = Path(telemetry_dir) / "invocations.jsonl" if telemetry_dir is not None else None
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        self._session = str(uuid.uuid4())
        self._lock = threading.Lock()
        self._running: dict[str, tuple[tuple[str, str, str] | None, int]] = {}

    def get_session_id(self) -> str:
        """An id of this logger's life."""
        return self._session

    def log_invocation(self, agent_name: str, agent_type: str, task_description: str,
                       state_features: dict[str, Any] | None = None, *, agent_variant: str | None = None,
                       task_type: str | None = None, q_value: float | None = None, exploration: bool | None = None,
                       learning_enabled: bool = False, **more: Any) -> str:
        """An agent starts; gives the id to report its end under. Only invocations with agent_variant, task_type and
        learning_enabled are learned from."""
        invocation = str(uuid.uuid4())
        key = (agent_name, task_type, agent_variant) if learning_enabled and agent_variant and task_type else None
        with self._lock:
            self._running[invocation] = (key, time.monotonic_ns())
        self._write(invocation, agent_name=agent_name, agent_type=agent_type, task_description=task_description,
                    state_features=state_features or {}, agent_variant=agent_variant, task_type=task_type, q_value=q_value,
                    exploration=exploration, learning_enabled=learning_enabled, **more)
        return invocation

    def update_invocation(self, invocation_id: str, duration_seconds: float | None = None, outcome_status: str | None = None,
                          error_message: str | None = None, *, reward: float | None = None, **more: Any) -> None:
        """An agent ended. outcome_status "success" or "failure" is learned from; "partial" and "unknown" say nothing."""
        with self._lock:
            key, started = self._running.pop(invocation_id, (None, 0))
        self._write(invocation_id, duration_seconds=duration_seconds, outcome_status=outcome_status, error_message=error_message,
                    reward=reward, **more)
        if key is None or decisions.engine_learns or outcome_status not in ("success", "failure"):
            return
        nanoseconds = int(duration_seconds * 1e9) if duration_seconds is not None else time.monotonic_ns() - started
        success = outcome_status == "success"
        seen: dict[str, Any] = {"success": success, "duration_ns": nanoseconds, "error_count": 0 if success else 1}
        state, decision_id = shared_state(), decisions.take(key)
        if decision_id:
            state.record_outcome(Outcome(decision_id=decision_id, **seen))
        else:
            agent, variant = ensure_variant(state, key[0], key[2])
            state.record_outcome(Outcome(agent=agent, variant=variant, task_type=key[1], **seen))

    def _write(self, invocation: str, **fields: Any) -> None:
        if self._file is None:
            return
        line = {"timestamp": datetime.now(timezone.utc).isoformat(), "session_id": self._session, "invocation_id": invocation,
                **fields}
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")
