"""Finds the library, loads it, and checks that it is one that this package can use."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ._raw import structs
from ._raw.functions import FUNCTIONS, KEEP_THE_INTERPRETER_LOCK
from .constants import ABI_MAJOR, ABI_MINOR, Status
from .errors import FormatError, NotFoundError, RemoraError, VersionError
from .values import Decision

try:
    from . import _native
except ImportError:  # built only where a compiler was at hand
    _native = None  # type: ignore[assignment]

if sys.platform == "win32":
    NAMES = ["remora.dll"]
elif sys.platform == "darwin":
    NAMES = ["libremora.1.dylib", "libremora.dylib"]
else:
    NAMES = ["libremora.so.1", "libremora.so"]


def _has_more_rights_than_its_caller() -> bool:
    """Whether the environment comes from somebody who may do less than this process."""
    return hasattr(os, "geteuid") and (os.getuid() != os.geteuid() or os.getgid() != os.getegid())


def candidates(path: str | None) -> tuple[list[tuple[str, str]], str]:
    """What to try, each with where it comes from, and the advice when none of it loads.

    What is given but cannot be loaded is an error: nothing else is tried, so that no other copy runs unnoticed.
    """
    if path:
        return [(path, "given by the host")], "Correct the path that the host passes"
    variable = os.environ.get("REMORA_LIBRARY", "")
    if variable and not _has_more_rights_than_its_caller():
        return [(variable, "from REMORA_LIBRARY")], "Correct or unset REMORA_LIBRARY"
    package = Path(__file__).resolve().parent
    beside = [package / folder / name for folder in ("lib", ".") for name in NAMES]
    found = [(str(file), "beside the package") for file in beside if file.exists()]
    advice = "Pass the library's path, set REMORA_LIBRARY to it, or install it where the system searches"
    return found + [(name, "in the system's search") for name in NAMES], advice


def _open_library(path: str | None) -> tuple[ctypes.CDLL, str]:
    tried = []
    names, advice = candidates(path)
    for name, origin in names:
        try:
            return ctypes.CDLL(name), name
        except OSError as reason:
            tried.append(f"{name} ({origin}): {reason}")
    raise NotFoundError(f"Remora could not be loaded. Tried {'; '.join(tried)}. {advice}.")


def _check_version(library: ctypes.CDLL, name: str) -> None:
    try:
        version = int(library.remora_abi_version())
    except AttributeError:
        raise FormatError(f"{name} is not a Remora library: it has no function remora_abi_version. Check the path.") from None
    if version >> 16 != ABI_MAJOR or version & 0xFFFF < ABI_MINOR:
        raise VersionError(
            f"{name} has ABI version {version >> 16}.{version & 0xFFFF}, but this package needs {ABI_MAJOR}.{ABI_MINOR} or a "
            f"later {ABI_MAJOR}.x. Install a Remora with that ABI, or the package that belongs to this one.")


def _resolve(library: ctypes.CDLL, name: str) -> SimpleNamespace:
    functions = SimpleNamespace(quick_route=None, quick_record_result=None)  # the extension has them
    for short, parameters in FUNCTIONS.items():
        prototype: Any = ctypes.PYFUNCTYPE if short in KEEP_THE_INTERPRETER_LOCK else ctypes.CFUNCTYPE
        try:
            function = prototype(ctypes.c_int32, *parameters)(("remora_" + short, library))
        except AttributeError:
            raise FormatError(f"{name} lacks the function remora_{short}, which every library of its ABI version has. "
                              "Install it anew.") from None
        setattr(functions, short, function)
    return functions


def _check_sizes(functions: Any, name: str) -> None:
    """A struct that the library knows to be shorter than this package does means a library that was put together wrongly."""
    size = ctypes.c_uint32()
    for struct_name, struct in vars(structs).items():
        if not struct_name.startswith("remora_"):
            continue
        known = functions.struct_size(struct_name.encode(), ctypes.byref(size)) == Status.OK
        if known and size.value < ctypes.sizeof(struct):
            raise FormatError(f"{name} has a {struct_name} of {size.value} bytes, this package one of {ctypes.sizeof(struct)}. "
                              "Install library and package of one version.")


def load_functions(path: str | None, native: bool | None) -> tuple[Any, str, bool]:
    """The functions of the library by their short names, the file they come from, and whether the extension calls them.

    native: True asks for the C extension, False for ctypes alone, None takes the extension where it was built.
    """
    library, name = _open_library(path)
    _check_version(library, name)
    functions = _resolve(library, name)
    _check_sizes(functions, name)
    if native is None:
        native = _native is not None and not os.environ.get("REMORA_PYTHON_CTYPES")
    if native:
        if _native is None:
            raise RemoraError("The C extension of this package was not built. Install a C compiler and the headers of Python, "
                              "and install the package again; or leave out native=True.")
        for short, function in _native.load(name, Decision).items():
            setattr(functions, short, function)
    return functions, name, native
