"""What the tests share: the library under test, and a state directory that goes away."""

from __future__ import annotations

import os
import pathlib
import tempfile
import unittest

import remora

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Small, so that a test makes its state quickly; but the ledger holds every decision of a test, so that none can be too old to
# report when a thread or process has to wait.
SMALL = {"states": 256, "ledger_slots": 65536, "names": 256}


def library() -> remora.Library:
    """The library that test.sh names, called the way it names."""
    return remora.load(native=os.environ.get("REMORA_TEST_NATIVE") == "1")


class StateTest(unittest.TestCase):
    """A test with an open state of its own, and an agent in it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.directory = self.folder / "state"
        self.state = self.open()
        self.agent = self.state.agent_define("backend-architect", ["careful", "quick"])

    def open(self, **options: object) -> remora.State:
        """Opens the test's state directory once more."""
        state = library().open(self.directory, **{**SMALL, **options})  # type: ignore[arg-type]
        self.addCleanup(state.close)
        return state

    def record(self, count: int, success: bool, variant: str = "quick") -> None:
        """Outcomes of a variant that nobody routed."""
        for _ in range(count):
            self.state.record_outcome(remora.Outcome(agent=self.agent, variant=variant, success=success))
