"""The words of a transcript, and how an answer is held against what is expected: see tests/conformance/README.md."""

from __future__ import annotations

import json
import re
from typing import Any

from support import ROOT

FOLDER = ROOT / "tests/conformance"
CONSTANTS: dict[str, int] = json.loads((ROOT / "abi/baseline/v1.json").read_text(encoding="utf-8"))["constants"]
_SECOND = 10**9


class Words:
    """Constants, times and the variables that a transcript keeps."""

    def __init__(self) -> None:
        self.variables: dict[str, Any] = {}

    def resolve(self, value: Any) -> Any:
        """The value with all words, at any depth, replaced by what they stand for."""
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> Any:
        if re.fullmatch(r"\$\w+", text):
            return self.variables[text[1:]]
        text = re.sub(r"\$\{(\w+)\}", lambda found: str(self.variables[found.group(1)]), text)
        if text.startswith("REMORA_"):
            return sum({CONSTANTS[name] for name in text.split("|")})
        if text.startswith("0x"):
            return int(text, 16)
        if re.fullmatch(r"@-?\d+", text):
            return (1_800_000_000 + int(text[1:])) * _SECOND
        if found := re.fullmatch(r"%(\d+)(s|ms)", text):
            return int(found.group(1)) * (_SECOND if found.group(2) == "s" else _SECOND // 1000)
        return text


def at_path(answer: Any, path: str) -> Any:
    """The part of an answer at a path like "events.0.kind"."""
    for key in path.split("."):
        answer = answer[int(key) if isinstance(answer, list) else key]
    return answer


def difference(expected: Any, answer: Any, place: str = "the answer") -> str:
    """Empty when the answer is as expected; else where and how it differs."""
    if isinstance(expected, list):
        if not isinstance(answer, list) or len(answer) != len(expected):
            return f"{place} is {answer}, expected {expected}"
        found = (difference(item, answer[at], f"{place}.{at}") for at, item in enumerate(expected))
        return next(filter(None, found), "")
    if isinstance(expected, dict):
        for matcher, matches in _MATCHERS.items():
            if matcher in expected:
                return "" if matches(expected, answer) else f"{place} is {answer}, expected {expected}"
        found = (difference(item, answer[key], f"{place}.{key}") for key, item in expected.items())
        return next(filter(None, found), "")
    same = abs(expected - answer) <= 1e-6 if isinstance(expected, float) or isinstance(answer, float) else expected == answer
    return "" if same else f"{place} is {answer}, expected {expected}"


def _is(expected: Any, answer: Any) -> bool:
    return not difference(expected, answer)


_MATCHERS = {
    "near": lambda e, a: abs(a - e["near"]) <= e["within"],
    "at_least": lambda e, a: a >= e["at_least"],
    "at_most": lambda e, a: a <= e["at_most"],
    "not": lambda e, a: not _is(e["not"], a),
    "has": lambda e, a: a & e["has"] == e["has"],
    "lacks": lambda e, a: a & e["lacks"] == 0,
    "contains": lambda e, a: e["contains"] in a,
    "one_of": lambda e, a: any(_is(choice, a) for choice in e["one_of"]),
    "length": lambda e, a: len(a.encode() if isinstance(a, str) else a) == e["length"],
    "some": lambda e, a: any(_is(e["some"], item) for item in a),
    "each": lambda e, a: all(_is(e["each"], item) for item in a),
}
