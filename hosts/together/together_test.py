"""Workers in several languages on one state directory: see README.md.

    REMORA_LIBRARY=... PYTHONPATH=hosts/python/src together_test.py NAME=COMMAND...     (a command's words are separated by spaces)
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import remora

TASKS = 100_000
# Room for every decision of a test: a worker that is not run for a while must still find its own.
LEDGER_SLOTS = 1 << 20
COMMANDS: dict[str, list[str]] = {}
# How long anything may take before the test gives up: no figure that decides by itself.
PATIENCE = 120.0
TICK_BUSY = 1  # another process does what is due


class Worker:
    """A worker process. ask() waits for its answer; begin() and answer() let several work at once."""

    def __init__(self, name: str, directory: pathlib.Path) -> None:
        self.name = name
        self._process = subprocess.Popen([*COMMANDS[name], str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.answer() != "ready":
            raise AssertionError(f"the worker in {name} did not start")

    def begin(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def ask(self, line: str) -> str:
        self.begin(line)
        return self.answer()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def end(self) -> int:
        self._process.communicate(timeout=PATIENCE)
        return self._process.returncode


class Together(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name) / "state"
        self.state = remora.open(self.directory, states=1024, ledger_slots=LEDGER_SLOTS, names=1024)
        self.addCleanup(self.state.close)
        self.state.agent_define("backend-architect", ["careful", "quick"])
        self.workers = [Worker(name, self.directory) for name in COMMANDS]
        self.addCleanup(self.end_all)

    def end_all(self) -> None:
        for worker in self.workers:
            self.assertEqual(worker.end(), 0, worker.name)

    def all_work(self, count: int) -> int:
        """All workers at once; gives how many outcomes were acknowledged."""
        for worker in self.workers:
            worker.begin(f"work {count}")
        return self.answers_of_all(count)

    def answers_of_all(self, count: int) -> int:
        """Waits for what all_work began."""
        answers = {worker.name: worker.answer() for worker in self.workers}
        for name, answer in answers.items():
            self.assertEqual(answer, f"worked {count}", name)
        return count * len(answers)

    def assert_all_route(self, expected: str) -> None:
        for worker in self.workers:
            self.assertRegex(worker.ask("route 200"), expected, worker.name)

    def test_no_outcome_is_lost(self) -> None:
        acknowledged = self.all_work(TASKS)
        stats = self.state.stats_get()
        self.assertEqual((stats.outcomes, stats.visits, stats.pending), (acknowledged, acknowledged, 0))
        self.assertEqual(sum(cell.visits for cell in self.state.q_cells()), acknowledged)

    def test_a_variant_that_one_blocks_is_chosen_by_none(self) -> None:
        for worker in self.workers:
            self.assertEqual(worker.ask("block quick"), "done", worker.name)
            self.assert_all_route(r"^routed 200 0 0$")
            self.assertEqual(worker.ask("unblock quick"), "done", worker.name)
            self.assert_all_route(r"^routed \d+ [1-9]\d* 0$")

    def test_a_kill_switch_that_one_throws_stops_all(self) -> None:
        for worker in self.workers:
            self.assertEqual(worker.ask("control off"), "done", worker.name)
            self.assert_all_route(r"^routed 200 0 200$")
            self.assertEqual(worker.ask("control on"), "done", worker.name)
            self.assert_all_route(r"^routed \d+ \d+ 0$")

    def test_a_swapped_snapshot_is_followed_by_all(self) -> None:
        self.all_work(1000)
        taken = self.state.snapshot()
        before = self.state.stats_get().generation
        self.all_work(1000)
        active = self.directory / "active.rsnap"
        shutil.copyfile(self.directory / self.state.snapshot_path(taken.sequence), active.with_suffix(".new"))
        active.with_suffix(".new").rename(active)
        swapped = time.monotonic()
        recorded = 0
        while {worker.ask("generation") for worker in self.workers} & {f"generation {before}"}:
            self.assertLess(time.monotonic() - swapped, PATIENCE)
            recorded += self.all_work(100)
        print(f"all workers had the swapped snapshot after {1000 * (time.monotonic() - swapped):.0f} ms")
        self.assertLessEqual(self.state.stats_get().visits, taken.visits + recorded)
        self.assertGreaterEqual(self.state.stats_get().visits, taken.visits)

    def settle_the_dead(self) -> None:
        """What a worker wrote and did not live to count is counted by now: each process looks once a second."""
        time.sleep(1.1)
        while self.state.tick().flags & TICK_BUSY:
            time.sleep(0.001)

    def test_the_others_go_on_when_one_is_killed(self) -> None:
        for victim in list(self.workers):
            self.workers.remove(victim)
            before = self.state.stats_get().outcomes
            victim.begin(f"work {TASKS * 1000}")
            for worker in self.workers:
                worker.begin("work 20000")
            while self.state.stats_get().outcomes < before + 1000:
                time.sleep(0.001)
            victim.kill()
            acknowledged = self.answers_of_all(20000)
            self.assertGreaterEqual(self.state.stats_get().outcomes - before, acknowledged, f"{victim.name} was killed")
            self.settle_the_dead()
            before = self.state.stats_get().outcomes
            self.assertEqual(self.all_work(1000), self.state.stats_get().outcomes - before, f"{victim.name} was killed")
            self.workers.append(Worker(victim.name, self.directory))


if __name__ == "__main__":
    COMMANDS.update((name, command.split()) for name, command in (word.split("=", 1) for word in sys.argv[1:]))
    print(f"workers: {', '.join(COMMANDS)}; library: {os.environ.get('REMORA_LIBRARY')}")
    unittest.main(argv=sys.argv[:1])
