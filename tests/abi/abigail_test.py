"""The check with libabigail finds a change in a header: both libraries are built from fake_library.c."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "script/abi"))

import abigail  # noqa: E402
import declarations  # noqa: E402


class AbigailCheck(unittest.TestCase):
    """A library as the headers are, recorded; and one of headers with a change."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copytree(declarations.HEADERS, self.folder / "include/remora")
        for patch in (mock.patch.object(abigail, "BASELINE", self.folder / "baseline.abi"),
                      mock.patch.object(declarations, "HEADERS", self.folder / "include/remora")):
            patch.start()
            self.addCleanup(patch.stop)
        abigail.renew(self.library())

    def library(self) -> str:
        """Builds a library from the copied headers."""
        built = str(self.folder / "libfake.so")
        subprocess.run(["gcc", "-g", "-w", "-shared", "-fPIC", "-DFAKE_VERSION=0x10000", f"-I{self.folder / 'include'}",
                        str(HERE / "fake_library.c"), "-o", built], check=True)
        return built

    def change(self, header: str, old: str, new: str) -> None:
        """Replaces one text in a copied header."""
        path = self.folder / "include/remora" / header
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def test_no_change_has_no_finding(self) -> None:
        self.assertEqual(abigail.check(self.library()), [])

    def test_a_field_of_another_type_is_found(self) -> None:
        self.change("observe.h", "int64_t last_snapshot_ns;", "double last_snapshot_ns;")
        self.assertEqual(len(abigail.check(self.library())), 1)

    def test_a_parameter_of_another_type_is_found(self) -> None:
        parameters = "(uint64_t handle, remora_id id, char* buffer"
        for header in ("names.h", "functions.def"):
            self.change(header, parameters, parameters.replace("remora_id id", "uint64_t id"))
        findings = abigail.check(self.library())
        self.assertEqual(len(findings), 1)
        self.assertIn("remora_name_of", findings[0])

    def test_a_missing_baseline_is_found(self) -> None:
        abigail.BASELINE.unlink()
        self.assertEqual(len(abigail.check(self.library())), 1)

    def test_a_missing_tool_is_found(self) -> None:
        with mock.patch.object(shutil, "which", return_value=None):
            self.assertEqual(len(abigail.check(self.library())), 2)


if __name__ == "__main__":
    unittest.main()
