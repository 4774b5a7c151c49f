"""Every host language has every function on the surface that hosts use, or abi/bindings.txt says why not.

The raw declarations of each are held against the headers by its own tests; this looks for the public name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import declarations

LEFT_OUT = declarations.ROOT / "abi/bindings.txt"


def same(name: str) -> str:
    """snake_case, as in C."""
    return name


def camel(name: str) -> str:
    """camelCase."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def pascal(name: str) -> str:
    """CamelCase."""
    return "".join(map(str.capitalize, name.split("_")))


@dataclass(frozen=True)
class Host:
    """Where the public names of a package stand, and how they are spelled."""

    files: str
    declaration: str  # a pattern, with {} for the name
    spelling: Callable[[str], str] = same
    exceptions: dict[str, str] = field(default_factory=dict)

    def names(self, text: str, functions: list[str]) -> set[str]:
        """Those of the functions that the text declares."""
        return {name for name in functions
                if re.search(self.declaration.format(self.exceptions.get(name) or self.spelling(name)), text, re.MULTILINE)}


HOSTS = {
    "rust": Host("hosts/rust/src/*.rs", r"^\s*pub fn {}\b"),
    "go": Host("hosts/go/*.go", r"^func (?:\([^)]*\) )?{}\(", pascal, {"abi_version": "ABIVersion", "version_text": "Version"}),
    "node": Host("hosts/node/lib/index.d.ts", r"^ +(?:readonly )?{}[(:]", camel, {"version_text": "version"}),
    "python": Host("hosts/python/src/remora/*.py", r"^    def {}\(", same, {"version_text": "version"}),
}


def left_out() -> tuple[dict[tuple[str, str], str], list[str]]:
    """The reasons of abi/bindings.txt by host and function, and the lines that are none."""
    reasons, findings = {}, []
    for number, line in enumerate(LEFT_OUT.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        host, function, reason = (line.split(maxsplit=2) + ["", ""])[:3]
        if host not in HOSTS or not reason:
            findings.append(f"abi/bindings.txt:{number}: not 'host function reason', with a host of {', '.join(HOSTS)}: {line}")
        reasons[(host, function)] = reason
    return reasons, findings


def check() -> list[str]:
    """What is missing without a reason, and reasons for what is not missing."""
    functions = [function.name.removeprefix("remora_") for function in declarations.listed_functions()]
    reasons, findings = left_out()
    for name, host in HOSTS.items():
        text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(declarations.ROOT.glob(host.files)))
        if not text:
            findings.append(f"no file is like {host.files}")
            continue
        has = host.names(text, functions)
        findings += [f"{name} has no {each}; add it, or a line '{name} {each} REASON' to abi/bindings.txt"
                     for each in functions if each not in has and (name, each) not in reasons]
        findings += [f"abi/bindings.txt says that {name} has no {each}, but it has" for each in functions
                     if each in has and (name, each) in reasons]
    findings += [f"abi/bindings.txt: {function} is no function of functions.def" for _host, function in reasons
                 if function not in functions]
    return findings
