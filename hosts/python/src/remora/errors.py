"""What is raised when the library answers with an error: one class for each status code, all of them `RemoraError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .constants import Status

if TYPE_CHECKING:
    from .values import Decision, Gate, SafetyVerdict


class RemoraError(Exception):
    """A call failed. The text says what was wrong, with which value, and what to do."""

    status: ClassVar[Status] = Status.INTERNAL

    def __init__(self, text: str, code: int | None = None, os_errno: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.code: int = self.status if code is None else code
        self.os_errno = os_errno  # of the failed system call, else 0
        self.decision: Decision | None = None  # route only: the safe choice to go on with
        self.verdict: SafetyVerdict | None = None  # safety_check only: the safe answer, "not allowed"
        self.gate: Gate | None = None  # rollout_gate only: the safe answer, "not inside"
        self.results: list[Any] | None = None  # batches only: the answers, those of the failed items included
        self.done = 0  # batches only: items that succeeded
        self.first_failed = 0  # batches only: index of the first that failed

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.text, self.code, self.os_errno), self.__dict__


class InvalidError(RemoraError, ValueError):
    """An argument is missing, out of range or not a finite number."""

    status = Status.INVALID


class HandleError(RemoraError):
    """The state is closed."""

    status = Status.HANDLE


class VersionError(RemoraError):
    """The library and this package were built for different ABI versions."""

    status = Status.VERSION


class UnsupportedError(RemoraError):
    """A newer field or flag is set that the library does not know."""

    status = Status.UNSUPPORTED


class NotFoundError(RemoraError, LookupError):
    """No such name, id, file or decision; or no library to load."""

    status = Status.NOT_FOUND


class ExistsError(RemoraError):
    """It exists already, with other properties."""

    status = Status.EXISTS


class FullError(RemoraError):
    """A fixed capacity of the state directory is used up."""

    status = Status.FULL


class BufferTooSmallError(RemoraError):
    """A text grew faster than room could be made for it."""

    status = Status.BUFFER


class AlreadyRecordedError(RemoraError):
    """This decision has its outcome; nothing was changed."""

    status = Status.ALREADY_RECORDED


class ExpiredError(RemoraError):
    """The decision is unknown: never made here, or older than the ledger."""

    status = Status.EXPIRED


class FileError(RemoraError):
    """The operating system refused an operation on a file."""

    status = Status.IO


class NoSpaceError(RemoraError):
    """The file system is full."""

    status = Status.NO_SPACE


class NotPermittedError(RemoraError):
    """Owner, mode or kind of a file or folder is not acceptable, or the state was opened to look only."""

    status = Status.PERMISSION


class DamagedError(RemoraError):
    """A file's content is damaged; it was not used."""

    status = Status.DAMAGED


class FormatError(RemoraError):
    """A file has another layout version, byte order or kind; or what was loaded is no Remora library."""

    status = Status.FORMAT


class BusyError(RemoraError):
    """Another process holds a lock; try again later."""

    status = Status.BUSY


class ConfigError(RemoraError, ValueError):
    """The configuration is not valid; the one in force was kept."""

    status = Status.CONFIG


class OutOfMemoryError(RemoraError):
    """Memory could not be had."""

    status = Status.MEMORY


class StateError(RemoraError):
    """Not possible in the present state of the rollout, variant or handle."""

    status = Status.STATE


class InternalError(RemoraError):
    """A defect of the library; the call had no effect."""

    status = Status.INTERNAL


_BY_CODE: dict[int, type[RemoraError]] = {kind.status: kind for kind in RemoraError.__subclasses__()}


def error_of(code: int, text: str, os_errno: int = 0) -> RemoraError:
    """The exception for a code; one that this package does not know is a plain RemoraError."""
    return _BY_CODE.get(code, RemoraError)(text, code, os_errno)
