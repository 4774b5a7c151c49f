"""libabigail's view: types and functions of the library's debug information against abi/baseline/libremora-v1.abi."""

import pathlib
import shutil
import subprocess
import tempfile

import declarations

BASELINE = declarations.ROOT / "abi/baseline/libremora-v1.abi"

# Bits of abidiff's exit status.
ERROR, USAGE, CHANGED, INCOMPATIBLE = 1, 2, 4, 8


def description(library: str, target: pathlib.Path) -> None:
    """Writes the library's ABI: exported functions and the types of the public headers, alike on every machine."""
    subprocess.run(["abidw", "--exported-interfaces-only", "--drop-undefined-syms", "--headers-dir", str(declarations.HEADERS),
                    "--drop-private-types", "--no-architecture", "--no-elf-needed", "--no-corpus-path", "--no-comp-dir-path",
                    "--no-show-locs", "--type-id-style", "hash", "--out-file", str(target), str(library)], check=True)
    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace(f"path='{declarations.ROOT}/", "path='"), encoding="utf-8")


def missing_tools() -> list[str]:
    """Both tools must be there: a check that skips itself checks nothing."""
    return [f"abigail: {tool} is not installed (script/setup installs it)" for tool in ("abidw", "abidiff")
            if shutil.which(tool) is None]


def check(library: str) -> list[str]:
    """Nothing changed since the baseline: neither incompatibly nor otherwise."""
    findings = missing_tools()
    if not BASELINE.is_file():
        findings.append(f"abigail: the baseline {BASELINE} is missing; make it with script/check_abi --renew")
    if findings:
        return findings
    with tempfile.TemporaryDirectory() as folder:
        now = pathlib.Path(folder) / "now.abi"
        description(library, now)
        result = subprocess.run(["abidiff", "--no-corpus-path", str(BASELINE), str(now)], capture_output=True, text=True,
                                check=False)
    if result.returncode & (ERROR | USAGE):
        return [f"abigail: abidiff failed: {(result.stderr or result.stdout).strip()}"]
    if result.returncode & INCOMPATIBLE:
        return ["abigail: incompatible with abi/baseline/libremora-v1.abi:\n" + result.stdout]
    if result.returncode & CHANGED:
        return ["abigail: differs from abi/baseline/libremora-v1.abi; if that is growth, renew it with script/check_abi "
                "--renew:\n" + result.stdout]
    return []


def renew(library: str) -> list[str]:
    """Writes the baseline anew."""
    findings = missing_tools()
    if not findings:
        BASELINE.parent.mkdir(parents=True, exist_ok=True)
        description(library, BASELINE)
    return findings
