"""The loaded library: what needs no open state. Turns codes into exceptions and owns the buffers that text comes out in."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._loader import load_functions
from ._raw.structs import remora_error, remora_options
from .constants import ABI_VERSION, Durability, OpenFlag, Status
from .errors import error_of

if TYPE_CHECKING:
    from .state import State

ERROR_SIZE = ctypes.sizeof(remora_error)


class Library:
    """The loaded plugin. Any number of threads may use one Library; it is loaded once and stays for the process's life.

    path    the library's file; without it REMORA_LIBRARY, the package's own folder and the system are searched
    native  False calls through ctypes alone, True insists on the C extension, None takes it where it was built
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, native: bool | None = None) -> None:
        self.raw: Any
        self.raw, self.path, self.native = load_functions(None if path is None else os.fspath(path), native)

    def __repr__(self) -> str:
        return f"<remora.Library {self.path}, ABI {self.abi_version >> 16}.{self.abi_version & 0xFFFF}>"

    @property
    def abi_version(self) -> int:
        """ABI version of the loaded library: major << 16 | minor."""
        return int(self.raw.abi_version())

    @property
    def version(self) -> str:
        """Version of the loaded library, such as "0.1.0"."""
        return self.text(lambda buffer, capacity, needed, _error: self.raw.version_text(buffer, capacity, needed))

    def status_text(self, code: int) -> str:
        """Name and clause of a status code."""
        return self.text(lambda buffer, capacity, needed, _error: self.raw.status_text(code, buffer, capacity, needed))

    def struct_size(self, name: str) -> int:
        """Size of a struct of the C headers ("remora_task") as the library knows it."""
        size = ctypes.c_uint32()
        self.check(self.raw.struct_size(name.encode(), ctypes.byref(size)))
        return size.value

    def open(self, directory: str | os.PathLike[str], *, flags: OpenFlag = OpenFlag(0), durability: Durability = Durability.DISK,
             states: int = 0, ledger_slots: int = 0, names: int = 0, sync_interval_ns: int = 0,
             snapshot_key: bytes | None = None) -> State:
        """Opens a state directory, creating it when there is none. Sizes count only then; 0 takes the defaults.

        snapshot_key, 32 random bytes, signs snapshots; none that claims to be signed with it and is not is restored. It does not go
        along when the state is sent to another process: let REMORA_SNAPSHOT_KEY_FILE name it there.
        """
        from .state import State

        options = remora_options(ctypes.sizeof(remora_options), flags, ABI_VERSION, durability, states, ledger_slots, names,
                                 sync_interval_ns)
        if snapshot_key is not None:
            if len(snapshot_key) != ctypes.sizeof(options.snapshot_key):
                raise ValueError(f"snapshot_key has {len(snapshot_key)} bytes: it must be 32")
            ctypes.memmove(options.snapshot_key, snapshot_key, len(snapshot_key))
            options.flags |= OpenFlag.SNAPSHOT_KEY
        path = os.fsencode(directory)
        handle, error = ctypes.c_uint64(), remora_error(ERROR_SIZE)
        code = self.raw.open(path, len(path), ctypes.byref(options), ctypes.byref(handle), error)
        self.check(code, error)
        how_to_reopen = (os.path.abspath(os.fsdecode(path)), flags, durability, sync_interval_ns)
        return State(self, handle.value, how_to_reopen)

    def check(self, code: int, error: remora_error | None = None) -> None:
        """Raises the exception for a code other than 0, with the library's own text where it gave one."""
        if code == Status.OK:
            return
        text = error.text.decode(errors="replace") if error is not None else ""
        raise error_of(code, text or self._clause(code), 0 if error is None else error.os_errno)

    def text(self, fill: Callable[..., Any], first_guess: int = 256) -> str:
        """Calls fill(buffer, capacity, needed, error) until its text fits: it may grow between two calls."""
        needed, error = ctypes.c_uint64(first_guess), remora_error(ERROR_SIZE)
        code = int(Status.BUFFER)
        for _attempt in range(8):
            buffer = ctypes.create_string_buffer(needed.value + needed.value // 8)
            code = fill(buffer, len(buffer), ctypes.byref(needed), error)
            if code != Status.BUFFER:
                break
        self.check(code, error)
        return buffer.value.decode(errors="replace")

    def _clause(self, code: int) -> str:
        buffer = ctypes.create_string_buffer(256)
        found = self.raw.status_text(code, buffer, len(buffer), None) == Status.OK
        return buffer.value.decode() if found else f"status code {code}"


_loaded: dict[tuple[str, str, bool | None], Library] = {}
_loading = threading.Lock()


def load(path: str | os.PathLike[str] | None = None, *, native: bool | None = None) -> Library:
    """The library at `path`, loaded once for the process. Arguments as of Library."""
    key = (os.fspath(path) if path is not None else "", os.environ.get("REMORA_LIBRARY", ""), native)
    with _loading:
        if key not in _loaded:
            _loaded[key] = Library(path, native=native)
        return _loaded[key]


def open(directory: str | os.PathLike[str], *, library: Library | None = None, flags: OpenFlag = OpenFlag(0),  # noqa: A001
         durability: Durability = Durability.DISK, states: int = 0, ledger_slots: int = 0, names: int = 0,
         sync_interval_ns: int = 0, snapshot_key: bytes | None = None) -> State:
    """Opens a state directory with the library that is found (or the one given). See Library.open."""
    return (library or load()).open(directory, flags=flags, durability=durability, states=states, ledger_slots=ledger_slots,
                                    names=names, sync_interval_ns=sync_interval_ns, snapshot_key=snapshot_key)
