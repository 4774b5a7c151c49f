"""The one state that all classes of remora.compat work on, and the configuration that they have put together."""

from __future__ import annotations

import atexit
import json
import os
import threading
from collections import deque
from typing import Any

from .._library import open as open_state
from ..constants import Kind
from ..errors import NotFoundError
from ..state import State

_lock = threading.Lock()
_state: State | None = None
_own = False
_settings: dict[str, Any] = {}


class Decisions:
    """Decisions whose outcome is still to come, by agent, task type and variant: the older classes pass no decision ids."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str, str], deque[int]] = {}
        self.engine_learns = False  # a QLearningEngine exists: rewards come from there, and only there

    def clear(self) -> None:
        """Forgets all of it."""
        with self._lock:
            self._waiting.clear()
            self.engine_learns = False

    def put(self, key: tuple[str, str, str], decision_id: int) -> None:
        """Keeps a decision; the oldest of many that were never reported is forgotten."""
        if decision_id:
            with self._lock:
                self._waiting.setdefault(key, deque(maxlen=1024)).append(decision_id)

    def take(self, key: tuple[str, str, str]) -> int:
        """The oldest decision that waits, or 0."""
        with self._lock:
            waiting = self._waiting.get(key)
            return waiting.popleft() if waiting else 0


decisions = Decisions()


def use(state: State | None) -> None:
    """Gives the classes of this module a state that the host has open; None goes back to opening one when it is needed."""
    global _state, _own
    with _lock:
        decisions.clear()
        if _own and _state is not None:
            _state.close()
        _state, _own = state, False
        _settings.clear()


def shared_state() -> State:
    """The state in use; opened now when there is none."""
    global _state, _own
    with _lock:
        if _state is None or not _state.is_open:
            _state, _own = open_state(os.environ.get("REMORA_STATE", "remora-state")), True
        return _state


def configure(section: str, **values: Any) -> None:
    """Adds to the configuration of this process. What remora.json says is replaced by it, for this process alone."""
    state = shared_state()
    with _lock:
        _settings.setdefault(section, {}).update(values)
        state.configure(json.dumps(_settings))


def ensure_variant(state: State, agent: str, variant: str) -> tuple[int, int]:
    """Ids of an agent and its variant, registered if they are new: the older classes never asked for that."""
    try:
        agent_id = state.id_of(Kind.AGENT, agent)
        return agent_id, state.variant_index(agent_id, variant)
    except NotFoundError:
        agent_id = state.agent_register(agent)
        return agent_id, state.variant_register(agent_id, variant).variant


def _close_own() -> None:
    if _own and _state is not None:
        _state.close()


atexit.register(_close_own)
