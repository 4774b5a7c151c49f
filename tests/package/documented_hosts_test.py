#!/usr/bin/env python3
"""The programs that README.md, docs/operations.md and docs/snapshots.md show are built and run as they stand there.

    documented_hosts_test.py CC CXX LIBRARY
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
import unittest.mock

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
        said += self.operate("tick")
        said += self.operate("verify", taken) + self.operate("restore", taken) + self.operate("unblock", "backend-architect", "quick")
        self.assertEqual(said, "done\n" * 6)
        documented = set(re.findall(r"\./operate \$STATE (\w+)", (ROOT / "docs/operations.md").read_text(encoding="utf-8")))
        self.assertEqual(documented, {"off", "on", "tick", "snapshot", "verify", "restore", "unblock", "rollback"})

    def test_the_script_that_splits_a_snapshot_finds_its_parts_signed_or_not(self) -> None:
        page = (ROOT / "docs/snapshots.md").read_text(encoding="utf-8")
        script = re.search(r"^    python3 - \"\$FILE\" <<'END'\n(.*?)^    END$", page, re.DOTALL | re.MULTILINE)
        assert script is not None
        key = self.place / "key"
        key.write_text("5a" * 32)
        key.chmod(0o600)
        for environment in ({}, {"REMORA_SNAPSHOT_KEY_FILE": str(key)}):
            with unittest.mock.patch.dict(os.environ, environment):
                taken = self.operate("snapshot").splitlines()[0]
            subprocess.run([sys.executable, "-c", textwrap.dedent(script.group(1)), self.state / taken], cwd=self.place, check=True)
            parts = sorted(path.name for path in self.place.glob("part*.bin"))
            self.assertEqual(parts, ["part0.bin", "part1.bin", "part2.bin"])  # names, rows, counts

    def test_what_does_not_exist_is_said(self) -> None:
        for words, reason in (((self.state, "rollback", "better-prompt"), '"better-prompt" names not a rollout'),
                              ((self.state, "verify", "snapshots/000000000115-hourly.rsnap"), "No such file"),
                              ((self.state, "unblock", "backend-architect", "slow"), "backend-architect has no variant slow"),
                              ((self.place / "none",), "No such file")):
            done = self.run_program("operate", *words)
            self.assertEqual(done.returncode, 1, words)
            self.assertIn(reason, done.stderr)

    def test_a_wrong_command_line_says_the_right_one(self) -> None:
        for words in ((), (self.state, "frob"), (self.state, "verify"), (self.state, "tick", "now"), (self.state, "unblock", "agent")):
            done = self.run_program("operate", *words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertRegex(done.stderr, r"^operate DIRECTORY \[")

    def test_a_refused_file_tells_the_reason_when_it_is_asked_again(self) -> None:
        (self.state / "active.rsnap").write_text("not one")
        done = self.run_program("operate", self.state, "verify", "active.rsnap")
        self.assertEqual((done.returncode, done.stderr), (1, "the file has 7 bytes; a snapshot begins with 128\n"))
        (self.state / "remora.json").write_text('{\n"enabled": fals }')
        done = self.run_program("operate", self.state)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"^remora\.json:2: ")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
