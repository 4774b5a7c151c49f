"""TaskClassifier: the task type of a request and its files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..constants import Kind
from ._shared import shared_state

# The parts of a regular expression that a glob can say too.
_PART = re.compile(r"\.\*|\.\+|\\([\W_])|([\w/\-])")


class TaskClassifier:
    """Finds task types by keywords and file names, with Remora's rules and those added here or in remora.json."""

    def __init__(self) -> None:
        self._state = shared_state()

    def classify(self, user_request: str, file_paths: Sequence[str] | None = None, context: object = None) -> str:
        """The task type, or "general" when nothing fits. context is accepted and not used."""
        return self.classify_with_confidence(user_request, file_paths, context)[0]

    def classify_with_confidence(self, user_request: str, file_paths: Sequence[str] | None = None,
                                 context: object = None) -> tuple[str, float, dict[str, float]]:
        """Task type, confidence in 0 .. 1, and the scores of the best two types."""
        found = self._state.classify(user_request, file_paths or ())
        best = self._state.name_of(found.task_type)
        scores = {best: found.score} if found.score > 0 else {}
        if found.runner_up:
            scores[self._state.name_of(found.runner_up)] = found.runner_up_score
        return best, found.confidence, scores

    def get_task_types(self) -> list[str]:
        """All task types that the state knows."""
        return [self._state.name_of(name) for name in self._state.list_names(Kind.TASK_TYPE)]

    def add_custom_task_type(self, task_type: str, keywords: Sequence[str], file_patterns: Sequence[str] | None = None,
                             weight: float = 1.0) -> None:
        """Adds keywords and file patterns for a task type, in this process (remora.json adds rules for all). Patterns are
        globs; regular expressions of the simple kind (literals and .*) are put as globs."""
        patterns = [glob_of(pattern) for pattern in file_patterns or ()]
        self._state.task_rule_add(task_type, keywords, patterns, weight)


def glob_of(pattern: str) -> str:
    """The glob for a simple regular expression, as the older class searched file paths with it; a glob stays as it is."""
    if not re.search(r"\.\*|\.\+|\\|\^|\$", pattern):
        return pattern
    body = pattern[1 if pattern.startswith("^") else 0: -1 if pattern.endswith("$") else None]
    glob, at = "", 0
    while at < len(body):
        part = _PART.match(body, at)
        if part is None:
            raise ValueError(f"the file pattern {pattern!r} says more than a glob can; give globs such as '*.sql' or "
                             "'**/db/**'")
        glob += {".*": "*", ".+": "?*"}.get(part.group(), part.group(1) or part.group(2) or "")
        at = part.end()
    if not pattern.startswith("^"):
        glob = ("**/*" if "/" in glob else "*") + glob
    if not pattern.endswith("$"):
        glob += "*"
    return re.sub(r"\*{2,}(?!/)", "*", glob)
