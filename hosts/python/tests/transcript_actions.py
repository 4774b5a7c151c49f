"""What a transcript does beside calls: see "Other steps" of tests/conformance/README.md."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any

import remora
from transcript_words import FOLDER


class Actions:
    """The steps with `do`, in one transcript's folder."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.lines: list[str] = []  # of the log, gathered by log_callback
        self._lock_holder: subprocess.Popen[str] | None = None

    def act(self, step: dict[str, Any]) -> dict[str, Any]:
        """Carries a step out; gives its answer where it has one."""
        given = {key: value for key, value in step.items() if key not in ("do", "expect", "keep")}
        result = getattr(self, "do_" + step["do"])(**given)
        return result if isinstance(result, dict) else {}

    def do_make_folder(self, path: str) -> None:
        (self.folder / path).mkdir(mode=0o700)

    def do_write_file(self, path: str, text: str) -> None:
        file = self.folder / path
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as out:
            out.write(text)

    def do_copy_file(self, to: str, **more: str) -> None:
        target = self.folder / to
        temporary = target.with_name(target.name + ".new")
        shutil.copyfile(self.folder / more.pop("from"), temporary)
        temporary.chmod(0o600)
        temporary.rename(target)

    def do_damage(self, path: str, at: int, xor: int) -> None:
        content = bytearray((self.folder / path).read_bytes())
        content[at] ^= xor
        with open(self.folder / path, "r+b") as file:
            file.write(content)

    def do_link(self, path: str, to: str) -> None:
        (self.folder / path).symlink_to(self.folder / to)

    def do_permit(self, path: str, mode: str) -> None:
        (self.folder / path).chmod(int(mode, 8))

    def do_exists(self, path: str, **more: bool) -> None:
        if (self.folder / path).exists() != more["is"]:
            raise AssertionError(f"{path} exists: {not more['is']}")

    def do_hold_lock(self, path: str) -> None:
        self._lock_holder = subprocess.Popen([sys.executable, FOLDER / "hold_lock.py", self.folder / path], text=True,
                                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._lock_holder.stdout is not None
        if self._lock_holder.stdout.readline() != "held\n":
            raise AssertionError(f"{path} could not be locked")

    def do_release_lock(self) -> None:
        if self._lock_holder is not None:
            self._lock_holder.communicate()
            self._lock_holder = None

    def do_unit_key(self, text: str) -> dict[str, Any]:
        return {"key": remora.unit_key(text)}

    def do_gathered_log(self) -> dict[str, Any]:
        gathered = {"count": len(self.lines), "text": "\n".join(self.lines)}
        self.lines.clear()
        return gathered
