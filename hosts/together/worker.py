"""The worker of README.md in Python."""

from __future__ import annotations

import sys
from collections.abc import Callable

import remora


class Worker:
    """Answers the lines of the protocol on an open state."""

    def __init__(self, state: remora.State) -> None:
        self._state = state
        self._agent = state.find(remora.Kind.AGENT, "backend-architect")
        self._task_type = state.intern(remora.Kind.TASK_TYPE, "api-design")

    def answer(self, line: str) -> str:
        """One answer to one line."""
        command, argument = [*line.split(), "", ""][:2]
        handler: Callable[[str], str] | None = getattr(self, "on_" + command, None)
        if handler is None:
            return f"error no such command: {command}"
        try:
            return handler(argument)
        except remora.RemoraError as error:
            return f"error {error.text}"

    def on_work(self, count: str) -> str:
        state, agent, task_type = self._state, self._agent, self._task_type
        acknowledged = 0
        for number in range(int(count)):
            state.record_result(state.route(agent, task_type).decision_id, number % 10 != 0, 1_000_000)
            acknowledged += 1
        return f"worked {acknowledged}"

    def on_route(self, count: str) -> str:
        chosen, off = [0, 0], 0
        for _ in range(int(count)):
            decision = self._state.route(self._agent, self._task_type)
            self._state.record_outcome(remora.Outcome(decision.decision_id, abandoned=True))
            chosen[decision.variant] += 1
            off += decision.has(remora.DecisionFlag.CONTROL_OFF)
        return f"routed {chosen[0]} {chosen[1]} {off}"

    def on_block(self, variant: str) -> str:
        self._state.variant_block(self._agent, variant)
        return "done"

    def on_unblock(self, variant: str) -> str:
        self._state.variant_unblock(self._agent, variant)
        return "done"

    def on_control(self, position: str) -> str:
        self._state.control_set(enabled=position == "on")
        return "done"

    def on_generation(self, _argument: str) -> str:
        return f"generation {self._state.stats_get().generation}"


def main() -> None:
    with remora.open(sys.argv[1]) as state:
        worker = Worker(state)
        print("ready", flush=True)
        for line in sys.stdin:
            print(worker.answer(line), flush=True)


if __name__ == "__main__":
    main()
