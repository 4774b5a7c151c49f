"""The examples that every language has say the same, and the README shows what is run.

    examples_test.py LANGUAGE=COMMAND...     ({} in a command is the example's name)
"""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LANGUAGES = {"c": "c/minimal.c", "cpp": "cpp/minimal.cpp", "rust": "rust/minimal.rs", "go": "go/minimal/main.go",
             "node": "node/minimal.mjs", "python": "python/minimal.py"}
COMMANDS: dict[str, str] = {}


def run(language: str, example: str, folder: str) -> str:
    words = COMMANDS[language].replace("{}", example).split()
    return subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout


def flush_left(text: str) -> str:
    """Without indentation and empty lines: how deep a snippet stands in its file does not matter."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class Examples(unittest.TestCase):
    def test_minimal_names_the_variant_to_run(self) -> None:
        for language in COMMANDS:
            with self.subTest(language), tempfile.TemporaryDirectory() as folder:
                for _ in range(2):  # it goes on with what it learned
                    self.assertRegex(run(language, "minimal", folder), r"^run as (careful|quick)\n$")
                self.assertTrue(pathlib.Path(folder, "remora-state").is_dir())

    def test_quickstart_goes_through_the_same_scenario_everywhere(self) -> None:
        for language in COMMANDS:
            with self.subTest(language), tempfile.TemporaryDirectory() as folder:
                said = run(language, "quickstart", folder)
                found = re.fullmatch(
                    r"careful was chosen for (\d+) of 1000 tasks\nquick may not run: blocked by an operator\n"
                    r"restored snapshot \d+ with 1000 outcomes\n(\d+) lines of metrics\n", said)
                assert found is not None, said
                self.assertGreater(int(found.group(1)), 700)
                self.assertGreater(int(found.group(2)), 50)

    @unittest.skipUnless(any(word.startswith("cpp=") for word in sys.argv[1:]), "without the C++ examples")
    def test_evaluate_judges_by_what_the_quickstart_recorded(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run("cpp", "quickstart", folder)
            said = run("cpp", "evaluate/remora_evaluate --state remora-state", folder)
            self.assertRegex(said, r"^750 decisions weighed, worth \d+; .*mean weight (0\.9|1\.0)\d+\n")
            self.assertRegex(said, r"\n  doubly robust \(DR\) +0\.9\d+ +0\.\d+ \.\. [01]\.\d+\n")

    def test_the_readme_shows_the_lines_that_are_run(self) -> None:
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        shown = re.findall(r"<!-- examples/([\w/.]+) -->\n```\w+\n(.*?)```", readme, re.DOTALL)
        for path in LANGUAGES.values():
            snippets = [snippet for name, snippet in shown if name == path]
            self.assertEqual(len(snippets), 1, f"the README shows {path} once")
            whole = flush_left((ROOT / "examples" / path).read_text(encoding="utf-8"))
            self.assertIn(flush_left(textwrap.dedent(snippets[0])), whole, path)


if __name__ == "__main__":
    COMMANDS.update((name, command) for name, command in (word.split("=", 1) for word in sys.argv[1:]))
    print(f"examples in: {', '.join(COMMANDS)}")
    unittest.main(argv=sys.argv[:1])
