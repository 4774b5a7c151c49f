#!/usr/bin/env python3
"""Fails when a function, a code or a mode has no transcript; transcripts that nobody misses can be left out."""

import json
import pathlib
import re
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
CONSTANTS = json.loads((ROOT / "abi/baseline/v1.json").read_text())["constants"]

# Codes that no call of a well-behaved host in a plain folder brings about, and where they are tested instead.
ELSEWHERE = {
    "REMORA_OK": "every step that names no code",
    "REMORA_E_NO_SPACE": "needs a small file system: tests/snapshot/full_disk_test.cpp, tests/base/disk_failure_test.cpp",
    "REMORA_E_MEMORY": "needs an allocation that fails",
    "REMORA_E_INTERNAL": "is a defect",
}


def steps():
    for path in sorted(FOLDER.glob("transcripts/*/*.json")) + sorted(FOLDER.glob("preludes/*.json")):
        yield from json.loads(path.read_text())["steps"]


class Coverage(unittest.TestCase):
    def test_every_function_is_called(self):
        functions = re.findall(r"^F\((\w+),", (ROOT / "include/remora/functions.def").read_text(), flags=re.M)
        self.assertEqual(set(functions) - {step.get("call") for step in steps()}, set())

    def test_every_code_is_answered(self):
        codes = {name for name in CONSTANTS if re.fullmatch(r"REMORA_(OK|E_\w+)", name)}
        self.assertEqual(codes - set(ELSEWHERE) - {step.get("code") for step in steps()}, set())

    def test_every_mode_is_expected_of_a_decision(self):
        modes = {name for name in CONSTANTS if name.startswith("REMORA_MODE_")}
        self.assertEqual(modes - {step.get("expect", {}).get("mode") for step in steps() if step.get("call") == "route"}, set())

    def test_there_are_at_least_60(self):
        self.assertGreaterEqual(len(list(FOLDER.glob("transcripts/*/*.json"))), 60)


if __name__ == "__main__":
    sys.exit(unittest.main())
