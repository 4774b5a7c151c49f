"""route.h and outcome.h: who should do a task, and how it went."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Sequence
from typing import Any

from . import _convert
from ._library import ERROR_SIZE
from ._names import Names, _terminated
from ._raw.structs import (
    remora_batch,
    remora_belief,
    remora_classification,
    remora_convergence,
    remora_decision,
    remora_error,
    remora_evaluation,
    remora_outcome,
    remora_replay_report,
    remora_replay_request,
    remora_reward,
    remora_task,
    remora_task_rule,
    remora_text,
)
from .constants import MAX_LABELS, MAX_METRICS, NONE, Kind, OutcomeFlag, ReplayMode
from .errors import InvalidError, RemoraError, error_of
from .values import Belief, Classification, Convergence, Decision, Evaluation, Outcome, Ref, ReplayReport, Reward, Task

TASK_SIZE, DECISION_SIZE = ctypes.sizeof(remora_task), ctypes.sizeof(remora_decision)
OUTCOME_SIZE, REWARD_SIZE = ctypes.sizeof(remora_outcome), ctypes.sizeof(remora_reward)
BATCH_SIZE = ctypes.sizeof(remora_batch)
Eight = ctypes.c_uint32 * 8


class Routing(Names):
    """Each method is the C function of the same name; its header says what it does and which errors it has."""

    def route(self, agent: Ref = 0, task_type: Ref = 0, *, unit_key: int = 0, labels: Sequence[Ref] = (),
              allowed_variants: int = 0, category: Ref = 0, now_ns: int = 0, draw: int = 0,
              previous_decision: int = 0) -> Decision:
        """Chooses a variant (and without an agent the agent too) and opens a decision. Parameters as of Task.

        Fail safe: an error that is raised has the safe choice in its attribute `decision`; a host may go on with that.
        """
        try:
            agent_id = agent if type(agent) is int else self.id_of(Kind.AGENT, agent)
            type_id = task_type if type(task_type) is int else self.id_of(Kind.TASK_TYPE, task_type)
            quick = self._raw.quick_route
            if quick is not None and not labels and not category and not previous_decision:
                answer = quick(self.handle, agent_id, type_id, unit_key, allowed_variants, now_ns, draw)
                if type(answer) is Decision:
                    return answer
                raise self._failed_route(*answer)
            task = remora_task()
            _TASK(task, 0, TASK_SIZE, 0, agent_id, type_id, unit_key, allowed_variants, now_ns, draw, self.id_of(Kind.CATEGORY, category))
            task.previous_decision = previous_decision
            if labels:
                task.label_count, task.labels = self._labels(labels)
        except struct.error as reason:
            raise _out_of_range(reason) from None
        except RemoraError as refused:
            if refused.decision is None:
                self._add_safe_choice(refused, agent)
            raise
        decision, error = remora_decision(DECISION_SIZE), remora_error(ERROR_SIZE)
        code = self._raw.route(self.handle, task, decision, error)
        if code:
            raise self._failed_route(code, error.os_errno, error.text.decode(errors="replace"), _convert.decision(decision))
        return _convert.decision(decision)

    def route_named(self, agent: str, task_type: str = "", unit_key: int = 0) -> Decision:
        """route with names alone; an unknown task type is made at its first use."""
        decision, error = remora_decision(DECISION_SIZE), remora_error(ERROR_SIZE)
        code = self._raw.route_named(self.handle, _terminated(agent), _terminated(task_type), unit_key, decision, error)
        if code:
            raise self._failed_route(code, error.os_errno, error.text.decode(errors="replace"), _convert.decision(decision))
        return _convert.decision(decision)

    def route_batch(self, tasks: Sequence[Task]) -> list[Decision]:
        """Routes many tasks in one call. An error that is raised has every decision in its attribute `results`, those of the
        failed tasks with the safe choice."""
        inputs = (remora_task * len(tasks))()
        try:
            for place, task in enumerate(tasks):
                _TASK(inputs, place * TASK_SIZE, TASK_SIZE, 0, self.id_of(Kind.AGENT, task.agent),
                      self.id_of(Kind.TASK_TYPE, task.task_type), task.unit_key, task.allowed_variants, task.now_ns, task.draw,
                      self.id_of(Kind.CATEGORY, task.category))
                if task.previous_decision:
                    inputs[place].previous_decision = task.previous_decision
                if task.labels:
                    inputs[place].label_count, inputs[place].labels = self._labels(task.labels)
        except struct.error as reason:
            raise _out_of_range(reason) from None
        outputs = _convert.sized(remora_decision, len(tasks))
        return self._batch(self._raw.route_batch, inputs, outputs, _convert.decisions)

    def explain(self, agent: Ref, variant: Ref, task_type: Ref = 0, labels: Sequence[Ref] = (),
                attempts: int = 0, tried_variants: int = 0) -> Belief:
        """What route would go by for a variant in a state, and how much of it comes from which level. The state of a task that
        was tried before has attempts and a mask of the variants tried, as a QCell shows them."""
        raw = remora_belief(ctypes.sizeof(remora_belief), 0, self.id_of(Kind.AGENT, agent), self.id_of(Kind.TASK_TYPE, task_type),
                            self.variant_index(agent, variant))
        raw.label_count, raw.labels = self._labels(labels)
        raw.attempts, raw.tried_variants = attempts, tried_variants
        self._call(self._raw.explain, raw)
        return _convert.belief(raw)

    def evaluate(self, configuration: str = "", agent: Ref = 0, *, seed: int = 0, resamples: int = 0,
                 least_effective: float = 0.0, warm_up: float = 0.0) -> Evaluation:
        """What another configuration's learning (without one: the one in force) would have brought, by the recorded outcomes,
        of which the share warm_up, the oldest, teaches alone. Raises StateError when they cannot bear an estimate."""
        raw = remora_evaluation(ctypes.sizeof(remora_evaluation), 0, self.id_of(Kind.AGENT, agent), resamples, seed,
                                least_effective, warm_up)
        content = configuration.encode()
        self._call(self._raw.evaluate, content, len(content), raw)
        return _convert.evaluation(raw)

    def convergence_get(self, agent: Ref = 0, variant: Ref = NONE, task_type: Ref = 0, labels: Sequence[Ref] = ()) -> Convergence:
        """How far learning is: of the fleet, of an agent, or of one of its variants in one state."""
        raw = remora_convergence(ctypes.sizeof(remora_convergence), 0, self.id_of(Kind.AGENT, agent), self.id_of(Kind.TASK_TYPE, task_type),
                                 variant if variant == NONE else self.variant_index(agent, variant))
        raw.label_count, raw.labels = self._labels(labels)
        self._call(self._raw.convergence_get, raw)
        return _convert.convergence(raw)

    def replay(self, mode: ReplayMode = ReplayMode.UNIFORM, agent: Ref = 0, *, batches: int = 1, batch_size: int = 32, pool: int = 0,
               seed: int = 0, alpha: float = 0.6, beta: float = 1.0) -> ReplayReport:
        """Learns once more from outcomes that the history still holds, by the reward weights of now.

        RELEARN puts a new generation in force, in which each value has learned all its outcomes again; a snapshot keeps what it
        replaces. The other modes draw `batches` of `batch_size` from the `pool` newest outcomes (0 = all)."""
        request = remora_replay_request(ctypes.sizeof(remora_replay_request), mode, self.id_of(Kind.AGENT, agent), batches,
                                        batch_size, pool, seed, alpha, beta)
        report = remora_replay_report(ctypes.sizeof(remora_replay_report))
        self._call(self._raw.replay, request, report)
        return _convert.replay_report(report)

    def classify(self, text: str, files: Iterable[str] = ()) -> Classification:
        """The task type of a text and file names. Nothing of the text is kept or logged."""
        content, names = text.encode(), "\n".join(files).encode()
        found = remora_classification(ctypes.sizeof(remora_classification))
        sizes = remora_text(ctypes.sizeof(remora_text), 0, len(content), len(names))
        self._call(self._raw.classify, content + names, len(content) + len(names), sizes, found)
        return _convert.classification(found)

    def task_rule_add(self, task_type: str, keywords: Iterable[str], patterns: Iterable[str] = (), weight: float = 0) -> int:
        """Adds a rule to the classifier of this process; gives the task type's id."""
        name, words, globs = task_type.encode(), "\n".join(keywords).encode(), "\n".join(patterns).encode()
        rule = remora_task_rule(ctypes.sizeof(remora_task_rule), 0, len(words), len(name), len(globs), 0, weight)
        arena, found = name + words + globs, ctypes.c_uint32()
        self._call(self._raw.task_rule_add, arena, len(arena), rule, ctypes.byref(found))
        return found.value

    def record_outcome(self, outcome: Outcome) -> Reward:
        """Records one outcome, exactly once a decision, from any process."""
        inputs, reward = self._raw_outcomes([outcome]), remora_reward(REWARD_SIZE)
        self._call(self._raw.record_outcome, inputs[0], reward)
        return _convert.reward(reward)

    def record_outcome_batch(self, outcomes: Sequence[Outcome]) -> list[Reward]:
        """Records many outcomes in one call. An error that is raised says in `done` and `first_failed` how far it came; the
        outcomes without fault were recorded all the same."""
        inputs, outputs = self._raw_outcomes(outcomes), _convert.sized(remora_reward, len(outcomes))
        return self._batch(self._raw.record_outcome_batch, inputs, outputs, _convert.rewards)

    def record_result(self, decision_id: int, success: bool, duration_ns: int = 0) -> None:
        """record_outcome for the most frequent case."""
        quick = self._raw.quick_record_result
        if quick is None:
            self._call(self._raw.record_result, decision_id, 1 if success else 0, duration_ns)
            return
        failure = quick(self.handle, decision_id, success, duration_ns)
        if failure is not None:
            raise error_of(failure[0], failure[2] or self.library.status_text(failure[0]), failure[1])

    def _batch(self, function: Any, inputs: Any, outputs: Any, convert: Any) -> list[Any]:
        batch, error = remora_batch(BATCH_SIZE, 0, len(inputs)), remora_error(ERROR_SIZE)
        code = function(self.handle, inputs, outputs, batch, error)
        results: list[Any] = convert(outputs)
        if code:
            failure = error_of(code, error.text.decode(errors="replace"), error.os_errno)
            failure.results, failure.done, failure.first_failed = results, batch.done, batch.first_failed
            raise failure
        return results

    def _labels(self, labels: Sequence[Ref]) -> tuple[int, Any]:
        if len(labels) > MAX_LABELS:
            raise InvalidError(f"{len(labels)} labels were given; a task has at most {MAX_LABELS}")
        return len(labels), Eight(*(self.id_of(Kind.LABEL, label) for label in labels))

    def _raw_outcomes(self, outcomes: Sequence[Outcome]) -> Any:
        """The structs of outcomes. What most outcomes have is written in one go, the rest field by field."""
        inputs = (remora_outcome * len(outcomes))()
        try:
            for place, outcome in enumerate(outcomes):
                at = place * OUTCOME_SIZE
                _HEAD(inputs, at, OUTCOME_SIZE, _flags(outcome), outcome.decision_id, outcome.now_ns)
                _SEEN(inputs, at + _SEEN_AT, outcome.success, outcome.critical_error, outcome.safety_violation,
                      outcome.complaint, outcome.quality or 0.0, outcome.duration_ns, outcome.cost_micros, outcome.error_count,
                      outcome.user_corrections, outcome.tokens_in, outcome.tokens_out, outcome.user_rating or 0.0,
                      outcome.tool_calls_correct, outcome.tool_calls_total)
                if outcome.decision_id == 0 or outcome.next is not None or outcome.metrics:
                    self._put_more(inputs[place], outcome)
        except struct.error as reason:
            raise _out_of_range(reason) from None
        return inputs

    def _put_more(self, raw: remora_outcome, outcome: Outcome) -> None:
        if outcome.next is not None:
            raw.next_agent = self.id_of(Kind.AGENT, outcome.next.agent)
            raw.next_task_type = self.id_of(Kind.TASK_TYPE, outcome.next.task_type)
            raw.next_label_count, raw.next_labels = self._labels(outcome.next.labels)
            raw.next_decision = outcome.next.decision
        if outcome.decision_id == 0:
            raw.agent = self.id_of(Kind.AGENT, outcome.agent)
            raw.variant = self.variant_index(raw.agent, outcome.variant)
            raw.task_type = self.id_of(Kind.TASK_TYPE, outcome.task_type)
            raw.label_count, raw.labels = self._labels(outcome.labels)
        self._put_metrics(raw, outcome)

    def _put_metrics(self, raw: remora_outcome, outcome: Outcome) -> None:
        if len(outcome.metrics) > MAX_METRICS:
            raise InvalidError(f"{len(outcome.metrics)} metrics were given; an outcome has at most {MAX_METRICS}")
        raw.metric_count = len(outcome.metrics)
        for place, (metric, value) in enumerate(outcome.metrics.items()):
            raw.metric_ids[place] = self.id_of(Kind.METRIC, metric)
            raw.metrics[place] = value

    def _add_safe_choice(self, refused: RemoraError, agent: Ref) -> None:
        """Gives an error the choice that the library makes when it cannot route: the agent's baseline where it is known."""
        known = self._ids.get((Kind.AGENT, agent), 0) if isinstance(agent, str) else agent
        decision = remora_decision(DECISION_SIZE)
        # A task with an impossible number of labels: routes nothing, names the baseline.
        impossible = remora_task(TASK_SIZE, 0, known, 0, 0, 0, 0, 0, 0, MAX_LABELS + 1)
        self._raw.route(self.handle, impossible, decision, None)
        refused.decision = _convert.decision(decision)

    def _failed_route(self, code: int, os_errno: int, text: str, decision: Decision) -> RemoraError:
        failure = error_of(code, text or self.library.status_text(code), os_errno)
        failure.decision = decision
        return failure


# Parts of the structs in the order of their fields: struct_size .. category of a task, struct_size .. now_ns and success ..
# tool_calls_total of an outcome. A test of the package holds structs and headers together.
_TASK = struct.Struct("=4I2QqQI").pack_into
_HEAD = struct.Struct("=2IQq").pack_into
_SEEN = struct.Struct("=4Id2q2I2Qd2I").pack_into
_OUTCOME: Any = remora_outcome
_SEEN_AT: int = _OUTCOME.success.offset


def _flags(outcome: Outcome) -> int:
    """Those that say what is given."""
    return ((_HAS_QUALITY if outcome.quality is not None else 0) | (_HAS_RATING if outcome.user_rating is not None else 0)
            | (_HAS_NEXT if outcome.next is not None else 0) | (_ABANDONED if outcome.abandoned else 0)
            | outcome.report * _REPORT)


_HAS_QUALITY, _HAS_RATING = int(OutcomeFlag.HAS_QUALITY), int(OutcomeFlag.HAS_RATING)
_HAS_NEXT, _ABANDONED, _REPORT = int(OutcomeFlag.HAS_NEXT), int(OutcomeFlag.ABANDONED), int(OutcomeFlag.REPORT)



def _out_of_range(reason: struct.error) -> OverflowError:
    """A number that its field cannot hold, as anywhere in Python."""
    return OverflowError(f"a number is out of range: {reason}")
