"""Runs the programs of this folder in turn and prints their figures as Markdown, as multiples of the C call: see README.md.

    run.py LIBRARY NAME=COMMAND...     (a command's words are separated by spaces; variables may stand before it)
"""

from __future__ import annotations

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
from typing import Any

import remora

ROUNDS = 3
COLUMNS = ("route", "record", "route_batch", "record_batch")


def run(command: str, directory: pathlib.Path) -> dict[str, Any]:
    """The line of one program."""
    words = command.split()
    variables = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("-"))
    words = [word for word in words if "=" not in word or word.startswith("-")]
    said = subprocess.run([*words, str(directory)], env={**os.environ, **variables}, check=True, capture_output=True, text=True).stdout
    figures: dict[str, Any] = json.loads(said)
    return figures


def medians(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The rounds of one program as one."""
    figures: dict[str, Any] = {column: {place: statistics.median(each[column][place] for each in rounds) for place in ("p50", "p99")}
                               for column in COLUMNS}
    if "garbage" in rounds[0]:
        figures["garbage"] = {call: statistics.median(each["garbage"][call] for each in rounds) for call in ("route", "record")}
    return figures


def row(host: str, figures: dict[str, Any], c: dict[str, Any]) -> str:
    cells = [f"{figures[column]['p50']:,.0f} / {figures[column]['p99']:,.0f} ({figures[column]['p50'] / c[column]['p50']:.1f}x)"
             for column in COLUMNS]
    garbage = figures.get("garbage")
    cells.append("" if garbage is None else f"{garbage['route']:,.0f} / {garbage['record']:,.0f}")
    return f"| {host} | {' | '.join(cells)} |"


def machine() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def main() -> None:
    library, programs = sys.argv[1], dict(word.split("=", 1) for word in sys.argv[2:])
    load = os.getloadavg()
    rounds: dict[str, list[dict[str, Any]]] = {host: [] for host in programs}
    with tempfile.TemporaryDirectory(dir=os.environ.get("REMORA_BENCH_FOLDER")) as folder:
        directory = pathlib.Path(folder) / "state"
        with remora.load(library).open(directory, states=1024, names=1024) as state:
            state.agent_define("backend-architect", ["careful", "quick"])
        for _ in range(ROUNDS):
            for host, command in programs.items():
                rounds[host].append(run(command, directory))
    print(f"{machine()}; load {', '.join(f'{each:.2f}' for each in load)} when it began, "
          f"{', '.join(f'{each:.2f}' for each in os.getloadavg())} at its end.\n")
    print("Nanoseconds, p50 / p99 (p50 as a multiple of C); batches: an item of 64; garbage: bytes of a route / a record.\n")
    print("| host | route | record | route in a batch | record in a batch | garbage |")
    print("| --- | --- | --- | --- | --- | --- |")
    figures = {host: medians(each) for host, each in rounds.items()}
    for host, each in figures.items():
        print(row(host, each, figures["C"]))


if __name__ == "__main__":
    main()
