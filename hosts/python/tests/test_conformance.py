"""Every transcript that all host languages replay gives the recorded answers: see tests/conformance/README.md."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
import unittest
from typing import Any
from unittest import mock

from transcript_actions import Actions
from transcript_calls import Calls
from transcript_words import CONSTANTS, FOLDER, Words, at_path, difference

_KEYS = {"call", "do", "on", "code", "with", "expect", "capacity", "repeat", "keep", "path", "text", "from", "to", "at", "xor", "mode", "is"}


class Replay:
    """One transcript in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._words, self._actions = Words(), Actions(folder)
        self._calls = Calls(self._actions)

    def close(self) -> None:
        self._actions.do_release_lock()
        self._calls.close_all()

    def play(self, transcript: dict[str, Any]) -> None:
        for prelude in transcript.get("before", []):
            self.play(_read(FOLDER / f"preludes/{prelude}.json"))
        for number, step in enumerate(transcript["steps"], 1):
            for turn in range(step.get("repeat", 1)):
                self._words.variables["i"] = turn
                try:
                    self._step(step)
                except Exception as error:
                    raise AssertionError(f"step {number}: {step}: {error!r}") from error

    def _step(self, step: dict[str, Any]) -> None:
        if not set(step) <= _KEYS:
            raise AssertionError(f"keys that are not known: {set(step) - _KEYS}")
        resolved = self._words.resolve({key: value for key, value in step.items() if key != "keep"})
        if "do" in step:
            answer = self._actions.act(resolved)
        else:
            code, answer = self._calls.make(resolved)
            if code != resolved.get("code", 0):
                raise AssertionError(f"answered {code}, {answer}")
        differs = difference(resolved.get("expect", {}), answer)
        if differs:
            raise AssertionError(differs)
        for name, path in step.get("keep", {}).items():
            self._words.variables[name] = at_path(answer, path)


def _read(path: pathlib.Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


class Transcripts(unittest.TestCase):
    def test_all_give_the_recorded_answers(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("REMORA_") or key == "REMORA_LIBRARY"}
        environment["REMORA_TEST_NATIVE"] = os.environ.get("REMORA_TEST_NATIVE", "0")
        paths = sorted(FOLDER.glob("transcripts/*/*.json"))
        self.assertGreaterEqual(len(paths), 60)
        for path in paths:
            with self.subTest(path.stem), mock.patch.dict(os.environ, environment, clear=True), \
                    tempfile.TemporaryDirectory() as folder:
                replay = Replay(pathlib.Path(folder))
                self.addCleanup(replay.close)
                replay.play(_read(path))
                replay.close()

    def test_an_answer_that_differs_is_told_with_its_place(self) -> None:
        self.assertEqual(difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}], "c": 3}), "")
        self.assertEqual(difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}), "the answer.a.1.b is 3, expected 2")
        self.assertIn("expected {'lacks': 2}", difference({"flags": {"lacks": 2}}, {"flags": 3}))
        self.assertEqual(Words().resolve(["@5", "%90ms", "REMORA_OPEN_KEEPER|REMORA_OPEN_READ_ONLY"]),
                         [1_800_000_005 * 10**9, 90_000_000, CONSTANTS["REMORA_OPEN_KEEPER"] + CONSTANTS["REMORA_OPEN_READ_ONLY"]])


if __name__ == "__main__":
    unittest.main()
