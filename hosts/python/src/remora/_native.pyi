"""The C extension: the hot functions of the library, called without ctypes. Same arguments, same answers; and quick forms of
route and record_result."""

from collections.abc import Callable
from typing import Any

def load(path: str, decision: type[tuple[Any, ...]]) -> dict[str, Callable[..., Any]]: ...
