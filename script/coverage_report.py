"""Adds up gcov's figures for folders: python3 script/coverage_report.py BUILD [--missing] FOLDER...

Branches on a line that says "// defensive: why" are counted apart where no test takes them: what they guard against
cannot be brought about from outside. So are those on a line of nothing but a closing brace: destructors that the
compiler put there. Those on a line that says "// race: why" are counted apart too: only two calls that meet within a
few instructions take them, which no test can force; tests/model goes through those of the protocols that it knows.
A mark that has a line to itself is one of the line of code below it.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
APART = {"defensive": re.compile(r"// defensive: |^\s*}[;)]*\s*$"), "race": re.compile(r"// race: ")}
# Whether what was thrown is of that type: a branch that only an exception takes, on a line that is no throw to gcov.
CATCH = re.compile(r"^\s*} catch \(")


class Source:
    """What was reached of one file, over all programs that it was compiled into."""

    def __init__(self, name: str) -> None:
        text = (ROOT / name).read_text().splitlines()
        self.apart = {
            self.marked(text, number): why
            for number, line in enumerate(text, 1)
            for why, mark in APART.items()
            if mark.search(line)
        }
        self.catches = {number for number, line in enumerate(text, 1) if CATCH.search(line)}
        self.lines: dict[int, int] = collections.defaultdict(int)
        # Branches of a line in the compiler's order; copies of an inline function lie on top of each other.
        self.branches: dict[int, list[int]] = collections.defaultdict(list)

    @staticmethod
    def marked(text: list[str], number: int) -> int:
        """The line that a mark is about."""
        while text[number - 1].lstrip().startswith("//"):
            number += 1
        return number

    def add(self, line: dict) -> None:
        number = line["line_number"]
        self.lines[number] += line["count"]
        if number in self.catches:
            return
        seen = self.branches[number]
        taken = [branch["count"] for branch in line["branches"] if not branch["throw"]]
        seen.extend([0] * (len(taken) - len(seen)))
        for i, count in enumerate(taken):
            seen[i] += count

    def counts(self) -> collections.Counter:
        counted = collections.Counter(
            lines=len(self.lines), lines_reached=sum(count > 0 for count in self.lines.values())
        )
        for number, counts in self.branches.items():
            taken = sum(count > 0 for count in counts)
            counted["branches_taken"] += taken
            counted["branches"] += taken if number in self.apart else len(counts)
            counted[self.apart.get(number, "")] += counts.count(0)
        return counted

    def missing(self) -> list[int]:
        return sorted(number for number, counts in self.branches.items() if 0 in counts and number not in self.apart)


def read(build: pathlib.Path, folders: list[str]) -> dict[str, Source]:
    """File below the root -> what was reached of it."""
    sources: dict[str, Source] = {}
    data = sorted(str(path.resolve()) for path in build.rglob("*.gcda"))
    for start in range(0, len(data), 50):
        output = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities", *data[start : start + 50]],
            cwd=build, capture_output=True, text=True, check=True,
        ).stdout
        for report in output.splitlines():
            for file in json.loads(report)["files"]:
                path = (build.resolve() / file["file"]).resolve()
                if not path.is_relative_to(ROOT):
                    continue
                name = str(path.relative_to(ROOT))
                if any(name.startswith(folder + "/") for folder in folders):
                    source = sources.get(name) or sources.setdefault(name, Source(name))
                    for line in file["lines"]:
                        source.add(line)
    return sources


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none"


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--missing", action="store_true")
    given = arguments.parse_args()
    sources = read(given.build, given.folders)
    if not sources:
        print("no figures; run script/coverage first", file=sys.stderr)
        return 1
    for folder in given.folders:
        total = sum((s.counts() for name, s in sources.items() if name.startswith(folder + "/")), collections.Counter())
        print(f"{folder}: lines {share(total['lines_reached'], total['lines'])}, "
              f"branches {share(total['branches_taken'], total['branches'])} and {total['defensive']} defensive, "
              f"{total['race']} lost races")
    for name, source in sorted(sources.items()) if given.missing else ():
        for number in source.missing():
            print(f"{name}:{number}: {(ROOT / name).read_text().splitlines()[number - 1].strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
