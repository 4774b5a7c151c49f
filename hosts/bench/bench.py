"""Cost of route and record through the Python package. See README.md.

    bench.py DIRECTORY        REMORA_PYTHON_CTYPES=1 for the way through ctypes alone
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import remora

TYPES, BLOCK, BATCH, BLOCKS, BATCHES, WARM_UP, TICK_EVERY = 64, 16, 64, 20000, 1000, 10, 256
Sample = tuple[float, float]


class Bench:
    """One open state with its tasks."""

    def __init__(self, state: remora.State) -> None:
        self._state = state
        self._agent = state.find(remora.Kind.AGENT, "backend-architect")
        self._types = [state.intern(remora.Kind.TASK_TYPE, f"type-{number}") for number in range(TYPES)]
        self._tasks = [remora.Task(self._agent, kind) for kind in self._types]

    def block(self) -> Sample:
        state, agent, types, clock = self._state, self._agent, self._types[:BLOCK], time.perf_counter_ns
        begin = clock()
        decisions = [state.route(agent, kind) for kind in types]
        middle = clock()
        for decision in decisions:
            state.record_result(decision.decision_id, True, 1_000_000)
        return (middle - begin) / BLOCK, (clock() - middle) / BLOCK

    def batch(self) -> Sample:
        clock = time.perf_counter_ns
        begin = clock()
        decisions = self._state.route_batch(self._tasks)
        routed = clock() - begin
        outcomes = [remora.Outcome(decision.decision_id, True, 1_000_000) for decision in decisions]
        begin = clock()
        self._state.record_outcome_batch(outcomes)
        return routed / BATCH, (clock() - begin) / BATCH

    def sample(self, measure: Callable[[], Sample], count: int, tick_every: int) -> list[list[float]]:
        """So many samples, after a warm-up, with housekeeping between."""
        for _ in range(count // WARM_UP):
            measure()
        samples = []
        for number in range(count):
            samples.append(measure())
            if number % tick_every == 0:
                self._state.tick()
        return [sorted(side) for side in zip(*samples)]

    def garbage(self, calls: int = 2000) -> dict[str, float]:
        """Bytes that a call leaves to its caller; they are given back as soon as the caller drops them."""
        gc.collect()
        tracemalloc.start()
        kept: list[Any] = [None] * calls
        before, _ = tracemalloc.get_traced_memory()
        for number in range(calls):
            kept[number] = self._state.route(self._agent, self._types[0])
        routed, _ = tracemalloc.get_traced_memory()
        for decision in kept:
            self._state.record_result(decision.decision_id, True)
        recorded, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return {"route": (routed - before) / calls, "record": (recorded - routed) / calls}


def figures(samples: list[float]) -> dict[str, float]:
    return {"p50": samples[len(samples) // 2], "p99": samples[len(samples) * 99 // 100]}


def main() -> None:
    flags = remora.OpenFlag.NO_AUTO_TICK | remora.OpenFlag.EXISTING
    with remora.open(sys.argv[1], flags=flags) as state:
        bench = Bench(state)
        route, record = bench.sample(bench.block, BLOCKS, TICK_EVERY)
        route_batch, record_batch = bench.sample(bench.batch, BATCHES, TICK_EVERY // 4)
        print(json.dumps({"host": f"Python, {'extension' if state.library.native else 'ctypes'}", "route": figures(route),
                          "record": figures(record), "route_batch": figures(route_batch), "record_batch": figures(record_batch),
                          "garbage": bench.garbage()}))


if __name__ == "__main__":
    main()
