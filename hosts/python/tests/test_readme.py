"""What the README shows is run as it is written there; so is the example."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from support import ROOT


class Readme(unittest.TestCase):
    def test_the_snippet_runs_as_written(self) -> None:
        text = (ROOT / "hosts/python/README.md").read_text(encoding="utf-8")
        (snippet,) = re.findall(r"<!-- test: run as written -->\n```python\n(.*?)```", text, re.DOTALL)
        with tempfile.TemporaryDirectory() as folder:
            said = subprocess.run([sys.executable, "-c", snippet], cwd=folder, check=True, capture_output=True, text=True).stdout
            self.assertTrue(pathlib.Path(folder, "remora-state").is_dir())
        self.assertRegex(said, r"^(careful|quick) design for orders\nrun as (careful|quick)\n2 outcomes so far\n$")

    def test_the_example_learns_what_it_is_to_learn(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            said = subprocess.run([sys.executable, ROOT / "examples/python/quickstart.py", os.path.join(folder, "state")], check=True,
                                  capture_output=True, text=True).stdout
        found = re.search(r"careful was chosen for (\d+) of 1000 tasks", said)
        assert found is not None, said
        self.assertGreater(int(found.group(1)), 700)
        for line in ("quick may not run: blocked by an operator", "restored snapshot", "lines of metrics"):
            self.assertIn(line, said)


if __name__ == "__main__":
    unittest.main()
