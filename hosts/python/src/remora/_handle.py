"""The open handle: who owns it, how it ends, how it crosses to another process. The parts of State stand on it."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ._library import ERROR_SIZE, Library, load
from ._raw.structs import remora_error
from .constants import Durability, Kind, OpenFlag, Status
from .values import Ref

if TYPE_CHECKING:
    from .state import State

_Item = TypeVar("_Item")


class Handle:
    """An open state directory's handle. Closes itself at the end of a with block."""

    def __init__(self, library: Library, handle: int, how_to_reopen: tuple[Any, ...]) -> None:
        self.library = library
        self.handle = handle  # for the functions of library.raw
        self.directory = str(how_to_reopen[0])
        self._raw: Any = library.raw
        self._how_to_reopen = how_to_reopen
        self._ids: dict[tuple[int, str], int] = {}
        self._variants: dict[tuple[int, str], int] = {}
        self._callback: Any = None
        self._was_sent = False  # opened by unpickling: nobody there is to close it

    @property
    def is_open(self) -> bool:
        """Whether close was not called yet."""
        return self.handle != 0

    def close(self) -> None:
        """Closes the handle: waits for calls in flight on it, and syncs. Closing twice does nothing.

        Inside a log callback it is refused (Status.STATE), and the state stays open.
        """
        closing, self.handle = self.handle, 0
        if closing:
            error = remora_error(ERROR_SIZE)
            code = self._raw.close(closing, error)
            if code == Status.STATE:
                self.handle = closing
            else:
                self._callback = None
            self.library.check(code, error)

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "handle", 0):
            self._raw.close(self.handle, None)
            if not self._was_sent:
                warnings.warn(f"{self!r} was never closed; use it in a with block", ResourceWarning, stacklevel=2, source=self)

    def __repr__(self) -> str:
        return f"<remora.State {self.directory}{'' if self.handle else ', closed'}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the same directory is opened anew: a handle means nothing there. (A forked child needs no
        pickling; it may go on using the handle.)"""
        return _reopen, (self.library.path, self.library.native, *self._how_to_reopen)

    def id_of(self, kind: Kind, name: Ref) -> int:
        """The id of a name: agents, variants' agents and rollouts must exist, other names are made at their first use."""
        if not isinstance(name, str):
            return int(name)
        known = self._ids.get((kind, name))
        if known is None:
            known = self._ask_for_id("find" if kind in (Kind.AGENT, Kind.ROLLOUT) else "intern", kind, name)
            self._ids[(kind, name)] = known
        return known

    def _ask_for_id(self, function: str, kind: Kind, name: str) -> int:
        text, found = name.encode(), ctypes.c_uint32()
        self._call(getattr(self._raw, function), kind, text, len(text), ctypes.byref(found))
        return found.value

    def _call(self, function: Any, *arguments: Any) -> None:
        """Calls a function of the library that ends in an error struct; raises what it explains there."""
        error = remora_error(ERROR_SIZE)
        code = function(self.handle, *arguments, error)
        if code:
            self.library.check(code, error)

    def _text(self, fill: Callable[..., Any], first_guess: int = 256) -> str:
        return self.library.text(fill, first_guess)

    def _pages(self, structure: Any, start: int, read: Callable[..., Any],
               convert: Callable[[Any], _Item], page: int = 64) -> Iterator[_Item]:
        """Walks a list of the library from place `start` on, a page at a time."""
        cursor, count = ctypes.c_uint64(start), ctypes.c_uint32()
        items = (structure * page)()
        size = ctypes.sizeof(structure)
        for item in items:
            if hasattr(item, "struct_size"):
                item.struct_size = size
        while True:
            code = read(self.handle, ctypes.byref(cursor), items, page, ctypes.byref(count))
            self.library.check(code)
            if code != Status.OK or count.value == 0:
                return
            for item in list(items[: count.value]):
                yield convert(item)


_Self = TypeVar("_Self", bound=Handle)


def _reopen(path: str, native: bool, directory: str, flags: int, durability: int, sync_interval_ns: int) -> State:
    state = load(path, native=native).open(directory, flags=OpenFlag(flags) | OpenFlag.EXISTING,
                                           durability=Durability(durability), sync_interval_ns=sync_interval_ns)
    state._was_sent = True
    return state
