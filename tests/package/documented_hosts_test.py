#!/usr/bin/env python3
"""The programs that README.md and docs/operations.md show are built and run as they stand there.

    documented_hosts_test.py CC CXX LIBRARY
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC, CXX, LIBRARY = sys.argv[1:4]


def block(document: str, language: str) -> str:
    """The first code block of a language."""
    found = re.search(rf"^```{language}\n(.*?)^```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None, f"{document} shows no {language}"
    return found.group(1)


class DocumentedHosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.folder = pathlib.Path(place.name)
        ten_lines = block("README.md", "c")
        cls.build(CC, "ten_lines.c", "#include <stdio.h>\n\n#include <remora/remora_loader.h>\n\nint main(void) {\n" + ten_lines +
                  "return 0;\n}\n")
        cls.build(CXX, "cpp_lines.cpp", "#include <iostream>\n#include <remora/remora.hpp>\n\nint main() {\n" + block("README.md", "cpp") +
                  "return recorded ? 0 : 1;\n}\n", "-std=c++20")
        cls.build(CXX, "operate.cpp", block("docs/operations.md", "cpp"), "-std=c++20")

    @classmethod
    def build(cls, compiler: str, source: str, text: str, *flags: str) -> None:
        (cls.folder / source).write_text(text, encoding="utf-8")
        program = source.partition(".")[0]
        subprocess.run([compiler, *flags, "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", source, "-o", program],
                       cwd=cls.folder, check=True)

    def setUp(self) -> None:
        self.place = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.state = self.place / "remora-state"
        self.assertEqual(self.run_program("ten_lines").returncode, 0)

    def run_program(self, program: str, *words: str | os.PathLike[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.folder / program, *words], cwd=self.place, env={**os.environ, "REMORA_LIBRARY": LIBRARY},
                              capture_output=True, text=True, check=False)

    def operate(self, *words: str) -> str:
        """What the operators' program prints; a failure fails the test."""
        done = self.run_program("operate", self.state, *words)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_the_ten_lines_of_the_readme_make_a_state_and_record_one_outcome(self) -> None:
        self.assertTrue(self.state.is_dir())
        self.assertIn("remora_outcomes_total 1\n", self.operate())

    def test_the_cpp_lines_of_the_readme_record_one_more(self) -> None:
        self.assertEqual(self.run_program("cpp_lines").returncode, 0)
        self.assertIn("remora_outcomes_total 2\n", self.operate())

    def test_a_state_that_does_not_open_ends_the_lines_of_the_readme_with_the_reason(self) -> None:
        shutil.rmtree(self.state)
        self.state.touch()
        for program in ("ten_lines", "cpp_lines"):
            done = self.run_program(program)
            self.assertEqual(done.returncode, 1, program)
            self.assertIn("remora-state", done.stdout + done.stderr)

    def test_every_command_of_the_operators_program_does_what_is_said(self) -> None:
        said = self.operate("off")
        self.assertIn("remora_control_enabled 0\n", self.operate())
        said += self.operate("on")
        self.assertIn("remora_control_enabled 1\n", self.operate())
        taken = self.operate("snapshot").splitlines()[0]
        self.assertRegex(taken, r"^snapshots/\d{12}-manual\.rsnap$")
        self.assertTrue((self.state / taken).is_file())
        said += self.operate("verify", taken) + self.operate("restore", taken) + self.operate("unblock", "backend-architect", "quick")
        self.assertEqual(said, "done\n" * 5)
        documented = set(re.findall(r"\./operate \$STATE (\w+)", (ROOT / "docs/operations.md").read_text(encoding="utf-8")))
        self.assertEqual(documented, {"off", "on", "snapshot", "verify", "restore", "unblock", "rollback"})

    def test_what_does_not_exist_is_said(self) -> None:
        for words, reason in (((self.state, "rollback", "better-prompt"), '"better-prompt" names not a rollout'),
                              ((self.state, "verify", "snapshots/000000000115-hourly.rsnap"), "No such file"),
                              ((self.place / "none",), "No such file")):
            done = self.run_program("operate", *words)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn(reason, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
