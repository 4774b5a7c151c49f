"""snapshot.h, operate.h and observe.h: running it, going back, looking inside."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

from . import _convert
from ._handle import Handle
from ._library import ERROR_SIZE
from ._raw.functions import LogFunction
from ._raw.structs import (
    remora_control,
    remora_error,
    remora_event,
    remora_q_cell,
    remora_snapshot_info,
    remora_stats,
    remora_tick_report,
)
from .constants import Mode, Status
from .values import Control, Event, QCell, SnapshotInfo, Stats, TickReport

INFO_SIZE, CONTROL_SIZE = ctypes.sizeof(remora_snapshot_info), ctypes.sizeof(remora_control)
# Levels of the library, 0 trace .. 5 critical, as those of Python's logging.
LOG_LEVELS = (5, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)


class Operating(Handle):
    """Each method is the C function of the same name; its header says what it does and which errors it has."""

    def snapshot(self) -> SnapshotInfo:
        """Writes, verifies and keeps a snapshot of the learned values. Routing goes on meanwhile."""
        info = remora_snapshot_info(INFO_SIZE)
        self._call(self._raw.snapshot, info)
        return _convert.snapshot_info(info)

    def snapshot_verify(self, path: str | os.PathLike[str]) -> SnapshotInfo:
        """Checks a snapshot file completely and changes nothing. Relative paths count from the state directory."""
        return self._with_path(self._raw.snapshot_verify, path)

    def snapshot_list(self) -> list[SnapshotInfo]:
        """The snapshots kept, newest first."""
        capacity, count = 64, ctypes.c_uint32(64)
        while True:
            infos = (remora_snapshot_info * capacity)()
            for info in infos:
                info.struct_size = INFO_SIZE
            self._call(self._raw.snapshot_list, infos, INFO_SIZE, capacity, ctypes.byref(count))
            if count.value <= capacity:
                return [_convert.snapshot_info(info) for info in infos[: count.value]]
            capacity = count.value + 8

    def snapshot_path(self, sequence: int) -> str:
        """The path of a kept snapshot, relative to the state directory."""
        return self._text(lambda buffer, capacity, needed, error: self._raw.snapshot_path(
            self.handle, sequence, buffer, capacity, needed, error))

    def restore(self, path: str | os.PathLike[str]) -> SnapshotInfo:
        """Replaces the learned values by those of a snapshot, for every process at its next call."""
        return self._with_path(self._raw.restore, path)

    def tick(self, now_ns: int = 0, budget_ns: int = 0) -> TickReport:
        """Does the housekeeping that is due. Recording does so by itself, unless the state was opened with NO_AUTO_TICK.

        An error that is raised is of the first part that failed, such as a new remora.json that was refused; the rest was
        done. A thread that ticks for ever catches RemoraError."""
        report = remora_tick_report(ctypes.sizeof(remora_tick_report))
        self._call(self._raw.tick, now_ns, budget_ns, report)
        return _convert.tick_report(report)

    def control_set(self, *, enabled: bool = True, learning: bool = True, mode: Mode = Mode.FULL) -> None:
        """Throws the kill switch or sets the mode, for every process at its next call, until set otherwise."""
        self._call(self._raw.control_set, remora_control(CONTROL_SIZE, enabled, learning, mode))

    def control_get(self) -> Control:
        """What is in force for this process."""
        control = remora_control(CONTROL_SIZE)
        self._call(self._raw.control_get, control)
        return _convert.control(control)

    def configure(self, text: str = "") -> None:
        """Applies a configuration (the content of remora.json) to this process; without one, reads the file again."""
        content = text.encode()
        self._call(self._raw.configure, content, len(content))

    def q_cells(self) -> Iterator[QCell]:
        """All learned values. They may move meanwhile."""
        size = ctypes.sizeof(remora_q_cell)
        return self._pages(remora_q_cell, 0, lambda handle, cursor, cells, capacity, count: self._raw.q_cells(
            handle, cursor, cells, size, capacity, count), _convert.q_cell)

    def events(self, since: int = 0) -> Iterator[Event]:
        """Events from a sequence number on; 0 begins at the oldest kept. Go on later at the last one's sequence + 1."""
        size = ctypes.sizeof(remora_event)
        return self._pages(remora_event, since, lambda handle, cursor, events, capacity, count: self._raw.events(
            handle, cursor, events, size, capacity, count), _convert.event)

    def event_text(self, event: Event) -> str:
        """An event as one line of JSON, names resolved."""
        raw = _convert.raw_event(event)
        return self._text(lambda buffer, capacity, needed, error: self._raw.event_text(
            self.handle, raw, buffer, capacity, needed, error))

    def stats_get(self) -> Stats:
        """Figures of the whole state directory."""
        raw = remora_stats(ctypes.sizeof(remora_stats))
        self._call(self._raw.stats_get, raw)
        return _convert.stats(raw)

    def metrics_text(self) -> str:
        """All metrics in the Prometheus text format."""
        return self._text(lambda buffer, capacity, needed, error: self._raw.metrics_text(
            self.handle, buffer, capacity, needed, error), 16384)

    def log_drain(self, capacity: int = 16384) -> list[str]:
        """Takes the oldest log lines of this process, at most `capacity` bytes of them."""
        buffer, needed, error = ctypes.create_string_buffer(capacity), ctypes.c_uint64(), remora_error(ERROR_SIZE)
        code = self._raw.log_drain(self.handle, buffer, capacity, ctypes.byref(needed), error)
        if code != Status.OK:
            self.library.check(code, error)
        return buffer.raw[: needed.value].decode(errors="replace").rstrip("\0").splitlines()

    def log_callback(self, function: Callable[[int, str], None] | None, level: int = 2) -> None:
        """Sends log lines of at least `level` (0 trace .. 5 critical) to function(level, text), or to none.

        It is called on a thread that is inside a call on this state, never from route, record or the checks. It may call
        anything but close. What it raises goes to sys.unraisablehook.
        """
        make_callback: Any = LogFunction
        callback = make_callback()
        if function is not None:
            receiver = function
            callback = make_callback(lambda _user, at, text, size: receiver(at, text[:size].decode(errors="replace")))
        self._call(self._raw.log_callback, callback, None, level)
        self._callback = callback

    def log_to(self, logger: logging.Logger) -> None:
        """Sends log lines to a logger of Python's, which drops those below its level."""
        wanted = next((i for i, level in enumerate(LOG_LEVELS) if level >= logger.getEffectiveLevel()), len(LOG_LEVELS) - 1)
        self.log_callback(lambda level, text: logger.log(LOG_LEVELS[level], "%s", text), wanted)

    def _with_path(self, function: Any, path: str | os.PathLike[str]) -> SnapshotInfo:
        text, info = os.fsencode(path), remora_snapshot_info(INFO_SIZE)
        self._call(function, text, len(text), info)
        return _convert.snapshot_info(info)
