"""Running agents under Remora: a block that is routed, timed and recorded, and the decorator made of it."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import RemoraError
from .values import Decision, Outcome, Ref, Task

if TYPE_CHECKING:
    from .state import State

_log = logging.getLogger("remora")
_Function = TypeVar("_Function", bound=Callable[..., Any])
# These say that the task was not run to its end by nobody's fault: nothing is to be learned from it.
_ABANDONED = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)


class Pending:
    """A task under way: routed on entry, timed, and recorded once on exit; without a report it is abandoned. Remora's own
    failures are logged (logger "remora") and never reach the host's code, which then runs the baseline."""

    decision: Decision

    def __init__(self, state: State, task: Task) -> None:
        self._state = state
        self._task = task
        self._started = 0
        self._report: Outcome | None = None

    @property
    def variant(self) -> int:
        """Index of the variant to run."""
        return self.decision.variant

    @property
    def variant_name(self) -> str:
        """Name of the variant to run; empty where the agent is not known."""
        return _name_of(self._state, self.decision.agent, self.decision.variant)

    def report(self, success: bool = True, **seen: Any) -> None:
        """Says how it went, in the fields of Outcome (quality=0.9, cost_micros=1200 ...). The last report counts."""
        self._report = Outcome(success=success, **seen)

    def report_outcome(self, outcome: Outcome) -> None:
        """The same with an Outcome at hand; its decision_id is filled in."""
        self._report = outcome

    def abandon(self) -> None:
        """The task is not run: frees the decision, teaches nothing."""
        self._report = Outcome(abandoned=True)

    def __enter__(self) -> Pending:
        self.decision = _decision_for(self._state, self._task)
        self._started = time.monotonic_ns()
        return self

    def __exit__(self, kind: type[BaseException] | None, exception: BaseException | None, _trace: object) -> None:
        outcome = self._report or Outcome(abandoned=exception is None)
        if kind is not None and issubclass(kind, _ABANDONED):
            outcome = Outcome(abandoned=True)
        elif exception is not None:
            outcome = dataclasses.replace(outcome, success=False, error_count=max(1, outcome.error_count))
        _record(self._state, outcome, self.decision.decision_id, time.monotonic_ns() - self._started)
        if self.decision.shadow_decision_id and not self._shadow_is_run():
            _record(self._state, Outcome(abandoned=True), self.decision.shadow_decision_id, 0)

    async def __aenter__(self) -> Pending:
        return self.__enter__()

    async def __aexit__(self, kind: type[BaseException] | None, exception: BaseException | None, trace: object) -> None:
        self.__exit__(kind, exception, trace)

    def _shadow_is_run(self) -> bool:
        return False


class _WithShadow(Pending):
    """A task whose shadow variant is run by the decorator."""

    def _shadow_is_run(self) -> bool:
        return True


class _Shadow(Pending):
    """The shadow run of a decision that another task holds: nothing is routed."""

    def __init__(self, state: State, decision: Decision) -> None:
        super().__init__(state, Task())
        self.decision = decision._replace(decision_id=decision.shadow_decision_id, variant=decision.shadow_variant,
                                          shadow_decision_id=0)

    def __enter__(self) -> Pending:
        self._started = time.monotonic_ns()
        return self


def _decision_for(state: State, task: Task) -> Decision:
    try:
        return state.route(task.agent, task.task_type, unit_key=task.unit_key, labels=task.labels,
                           allowed_variants=task.allowed_variants, category=task.category)
    except RemoraError as error:
        if error.decision is None:
            raise
        _log.warning("routed to the baseline: %s", error)
        return error.decision


def _name_of(state: State, agent: int, variant: int) -> str:
    try:
        return state.variant_name(agent, variant)
    except RemoraError:
        return ""


def _record(state: State, outcome: Outcome, decision_id: int, duration_ns: int) -> None:
    if decision_id == 0:  # not tracked: the error that led there is logged already
        return
    try:
        state.record_outcome(dataclasses.replace(outcome, decision_id=decision_id,
                                                 duration_ns=outcome.duration_ns or duration_ns))
    except RemoraError as error:
        _log.warning("an outcome was not recorded: %s", error)


@dataclass(frozen=True)
class Agents:
    """What the decorator was told."""

    state: State
    name: str
    variants: Sequence[str]
    task_type: Ref
    labels: Sequence[Ref]
    run_shadow: bool

    def pending(self, keywords: dict[str, Any]) -> Pending:
        """The task of one call; takes the keywords that are Remora's out of those of the call."""
        kind = _WithShadow if self.run_shadow else Pending
        return kind(self.state, Task(self.name, keywords.pop("task_type", self.task_type), keywords.pop("unit_key", 0),
                                     keywords.pop("labels", self.labels)))

    def first_variant(self) -> str:
        """What runs when nothing can be said: the baseline as it was given here."""
        return self.variants[0]


def learned_agent(agents: Agents) -> Callable[[_Function], _Function]:
    """The decorator of State.agent."""
    agents.state.agent_define(agents.name, agents.variants)

    def decorate(function: _Function) -> _Function:
        wrapper: Any = _async_wrapper(agents, function) if inspect.iscoroutinefunction(function) else _wrapper(agents, function)
        functools.update_wrapper(wrapper, function)
        return wrapper  # type: ignore[no-any-return]

    return decorate


def _wrapper(agents: Agents, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        task = agents.pending(keywords)
        with task:
            result = function(*arguments, variant=task.variant_name or agents.first_variant(), **keywords)
            _take_report(task, result)
        if _has_shadow(agents, task):
            try:
                with _Shadow(agents.state, task.decision) as shadow:
                    _take_report(shadow, function(*arguments, variant=shadow.variant_name, **keywords))
            except Exception:  # noqa: BLE001 - recorded as the shadow's failure; the caller has the first run's result
                _log.info("the shadow run of %s failed", agents.name, exc_info=True)
        return result

    return call


def _async_wrapper(agents: Agents, function: Callable[..., Any]) -> Callable[..., Any]:
    async def call(*arguments: Any, **keywords: Any) -> Any:
        task = agents.pending(keywords)
        async with task:
            result = await function(*arguments, variant=task.variant_name or agents.first_variant(), **keywords)
            _take_report(task, result)
        if _has_shadow(agents, task):
            try:
                async with _Shadow(agents.state, task.decision) as shadow:
                    _take_report(shadow, await function(*arguments, variant=shadow.variant_name, **keywords))
            except Exception:  # noqa: BLE001 - recorded as the shadow's failure; the caller has the first run's result
                _log.info("the shadow run of %s failed", agents.name, exc_info=True)
        return result

    return call


def _take_report(task: Pending, result: Any) -> None:
    task.report_outcome(result if isinstance(result, Outcome) else Outcome(success=True))


def _has_shadow(agents: Agents, task: Pending) -> bool:
    return agents.run_shadow and task.decision.wants_shadow and task.decision.shadow_decision_id != 0
