"""Where the library comes from, and what is said when it cannot be loaded."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import remora
from remora import _loader
from remora.errors import FormatError, NotFoundError, RemoraError, VersionError
from support import library


class Loading(unittest.TestCase):
    def test_a_path_that_cannot_be_loaded_is_an_error_and_nothing_else_is_tried(self) -> None:
        with self.assertRaises(NotFoundError) as caught:
            remora.Library("/nowhere/libremora.so")
        text = str(caught.exception)
        self.assertIn("/nowhere/libremora.so (given by the host)", text)
        self.assertIn("Correct the path", text)
        self.assertNotIn("system's search", text)

    def test_the_environment_variable_comes_before_the_package_and_the_system(self) -> None:
        with mock.patch.dict(os.environ, {"REMORA_LIBRARY": "/nowhere/else.so"}):
            with self.assertRaisesRegex(NotFoundError, r"/nowhere/else\.so \(from REMORA_LIBRARY\).*unset REMORA_LIBRARY"):
                remora.Library()

    def test_a_program_with_more_rights_than_its_caller_ignores_the_variable(self) -> None:
        with mock.patch.dict(os.environ, {"REMORA_LIBRARY": "/nowhere/else.so"}), \
                mock.patch("os.geteuid", return_value=os.getuid() + 1):
            names, _advice = _loader.candidates(None)
        self.assertNotIn("/nowhere/else.so", [name for name, _origin in names])

    def test_without_a_path_the_package_is_searched_before_the_system(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            package = pathlib.Path(folder) / "remora"
            (package / "lib").mkdir(parents=True)
            (package / "lib" / _loader.NAMES[0]).touch()
            with mock.patch.dict(os.environ, {"REMORA_LIBRARY": ""}), \
                    mock.patch.object(_loader, "__file__", str(package / "_loader.py")):
                names, advice = _loader.candidates(None)
        self.assertEqual([origin for _name, origin in names], ["beside the package", *["in the system's search"] * len(_loader.NAMES)])
        self.assertIn("set REMORA_LIBRARY", advice)

    def test_a_library_that_is_no_remora_is_refused_with_its_name(self) -> None:
        with self.assertRaisesRegex(FormatError, "is not a Remora library"):
            remora.Library("libc.so.6")

    def test_a_library_of_another_abi_is_refused_with_both_versions(self) -> None:
        with mock.patch.object(_loader, "ABI_MAJOR", 2), self.assertRaisesRegex(VersionError, r"has ABI version 1\.\d+.* needs 2\."):
            remora.Library()

    def test_asking_for_the_extension_where_there_is_none_says_what_to_do(self) -> None:
        with mock.patch.object(_loader, "_native", None), self.assertRaisesRegex(RemoraError, "Install a C compiler"):
            remora.Library(native=True)

    def test_the_library_is_loaded_once_for_the_process(self) -> None:
        self.assertIs(library(), library())

    def test_versions_are_told(self) -> None:
        self.assertRegex(library().version, r"^\d+\.\d+\.\d+$")
        self.assertEqual(library().abi_version >> 16, 1)
        self.assertIn("REMORA_E_FULL", library().status_text(remora.Status.FULL))

    def test_the_calls_go_the_way_that_was_asked_for(self) -> None:
        native = os.environ.get("REMORA_TEST_NATIVE") == "1"
        self.assertEqual(type(library().raw.route).__name__ == "builtin_function_or_method", native)

    def test_importing_the_package_loads_nothing(self) -> None:
        code = "import remora, sys; print(any('libremora' in line for line in open('/proc/self/maps')))"
        said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        self.assertEqual(said.strip(), "False")


if __name__ == "__main__":
    unittest.main()
