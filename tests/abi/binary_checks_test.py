"""The checks of the built library find what they are for: each test builds a small library with one fault."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "script/abi"))

import binary  # noqa: E402
import declarations  # noqa: E402

GOOD_FLAGS = ("-Wl,-soname,libremora.so.1", "-Wl,-z,nodelete,-z,now,-z,relro", "-fvisibility=hidden")


class BinaryChecks(unittest.TestCase):
    """Libraries with the listed functions, all of them empty, and one fault."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.names = [function.name for function in declarations.listed_functions()]

    def build(self, extra: str = "", flags: tuple[str, ...] = GOOD_FLAGS, exported: tuple[str, ...] = ()) -> str:
        """Compiles all listed functions and `extra` into a library that also exports `exported`."""
        functions = "".join(f"int {name}(void) {{ return 0; }}\n" for name in self.names)
        source, script, library = (self.folder / name for name in ("fault.c", "fault.map", "libfault.so"))
        source.write_text('#pragma GCC visibility push(default)\n' + functions + extra, encoding="utf-8")
        script.write_text("REMORA_1 { global: " + "; ".join([*self.names, *exported]) + "; local: *; };", encoding="utf-8")
        subprocess.run(["gcc", "-shared", "-fPIC", "-w", *flags, str(source), "-o", str(library),
                        f"-Wl,--version-script={script}"], check=True)
        return str(library)

    def check_imports(self, library: str, allowed: str) -> list[str]:
        """check_imports with a record of its own."""
        record = self.folder / "imports.txt"
        # What the compiler's start-up code brings into every shared library.
        record.write_text(allowed + "__cxa_finalize GLIBC_2.2.5\n" if allowed else "", encoding="utf-8")
        with mock.patch.object(binary, "IMPORTS", record):
            return binary.check_imports(library)

    def test_a_library_without_a_fault_has_no_finding(self) -> None:
        library = self.build()
        self.assertEqual(binary.check_symbols(library) + binary.check_linkage(library), [])

    def test_one_symbol_more_is_found(self) -> None:
        library = self.build("int remora_secret(void) { return 1; }", exported=("remora_secret",))
        self.assertEqual(len(binary.check_symbols(library)), 1)

    def test_one_symbol_less_is_found(self) -> None:
        self.names.remove("remora_tick")
        self.assertEqual(len(binary.check_symbols(self.build())), 1)

    def test_exported_data_is_found(self) -> None:
        library = self.build("int remora_counter = 1;", exported=("remora_counter",))
        self.assertIn("'D remora_counter@@REMORA_1'", binary.check_symbols(library)[0])

    def test_a_weak_symbol_is_found(self) -> None:
        self.names.remove("remora_tick")
        extra = "__attribute__((weak)) int remora_tick(void) { return 0; }"
        library = self.build(extra, exported=("remora_tick",))
        self.assertTrue(any("W remora_tick" in finding for finding in binary.check_symbols(library)))

    def test_an_import_that_is_not_recorded_is_found(self) -> None:
        library = self.build("long time(long*); long remora_x(void) { return time(0); }")
        self.assertEqual(self.check_imports(library, "[always]\ntime GLIBC_2.2.5\n"), [])
        findings = self.check_imports(library, "[always]\nclock GLIBC_2.2.5\n")
        self.assertEqual(len(findings), 1)
        self.assertIn("time GLIBC_2.2.5", findings[0])

    def test_what_a_guest_must_not_call_is_found_even_when_recorded(self) -> None:
        library = self.build("int puts(const char*); int remora_x(void) { return puts(\"hello\"); }")
        findings = self.check_imports(library, "[always]\nputs GLIBC_2.2.5\n")
        self.assertEqual(len(findings), 1)
        self.assertIn("guest must not call", findings[0])

    def test_a_missing_record_of_imports_is_found(self) -> None:
        self.assertTrue(self.check_imports(self.build(), ""))

    def test_flags_and_libraries_that_are_missing_or_too_many_are_found(self) -> None:
        self.assertEqual(len(binary.check_linkage(self.build(flags=()))), 3)  # NODELETE, NOW, SONAME
        self.assertIn("needs libz.so.1", "".join(binary.check_linkage(
            self.build("int zlibVersion(void); int remora_x(void) { return zlibVersion(); }",
                       (*GOOD_FLAGS, "-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined", self.fake_zlib())))))
        self.assertTrue(binary.check_linkage(self.build(flags=(*GOOD_FLAGS, "-Wl,-rpath,/tmp"))))
        self.assertTrue(binary.check_linkage(self.build(flags=(*GOOD_FLAGS, "-Wl,-z,execstack"))))

    def fake_zlib(self) -> str:
        """A shared library that calls itself libz.so.1."""
        library = str(self.folder / "libz.so.1")
        subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libz.so.1", "-x", "c", "-", "-o", library], check=True,
                       input=b"int zlibVersion(void) { return 0; }")
        return library

    def test_static_thread_storage_is_found(self) -> None:
        extra = "static __thread __attribute__((tls_model(\"initial-exec\"))) int own; int remora_x(void) { return ++own; }"
        self.assertTrue(any("static TLS" in finding for finding in binary.check_linkage(self.build(extra))))


if __name__ == "__main__":
    unittest.main()
