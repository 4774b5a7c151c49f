"""safety.h and rollout.h: may this variant run, is this unit in the rollout."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

from . import _convert
from ._names import Names
from ._raw.structs import (
    remora_gate,
    remora_gate_query,
    remora_rollout,
    remora_rollout_plan,
    remora_rollout_stage,
    remora_safety_query,
    remora_safety_verdict,
)
from .constants import MAX_STAGES, TREATMENT_LEARNED, Kind, RolloutCommand
from .errors import InvalidError, RemoraError
from .values import Gate, Ref, RolloutStatus, SafetyVerdict, Stage

QUERY_SIZE, VERDICT_SIZE = ctypes.sizeof(remora_safety_query), ctypes.sizeof(remora_safety_verdict)
GATE_QUERY_SIZE, GATE_SIZE = ctypes.sizeof(remora_gate_query), ctypes.sizeof(remora_gate)


class Rollouts(Names):
    """Each method is the C function of the same name; its header says what it does and which errors it has."""

    def safety_check(self, agent: Ref, variant: Ref, now_ns: int = 0) -> SafetyVerdict:
        """May this variant run, with the figures behind the answer. Changes nothing. An error that is raised has the safe answer
        in its attribute `verdict`."""
        query = remora_safety_query(QUERY_SIZE, 0, now_ns, self.id_of(Kind.AGENT, agent), self.variant_index(agent, variant))
        verdict = remora_safety_verdict(VERDICT_SIZE)
        try:
            self._call(self._raw.safety_check, query, verdict)
        except RemoraError as failed:
            failed.verdict = _convert.verdict(verdict)
            raise
        return _convert.verdict(verdict)

    def variant_block(self, agent: Ref, variant: Ref) -> None:
        """Keeps a variant out until variant_unblock."""
        self._call(self._raw.variant_block, self.id_of(Kind.AGENT, agent), self.variant_index(agent, variant))

    def variant_unblock(self, agent: Ref, variant: Ref) -> None:
        """Lets a variant back in with an empty window."""
        self._call(self._raw.variant_unblock, self.id_of(Kind.AGENT, agent), self.variant_index(agent, variant))

    def rollout_start(self, name: str, agent: Ref, treatment: Ref = TREATMENT_LEARNED, stages: Sequence[Stage] = (),
                      now_ns: int = 0) -> int:
        """Starts a rollout under a name that is new; gives its id.

        treatment  a variant of the agent, or TREATMENT_LEARNED
        stages     at most 8; none takes those of the configuration
        """
        if len(stages) > MAX_STAGES:
            raise InvalidError(f"{len(stages)} stages were given; a rollout has at most {MAX_STAGES}")
        plan = remora_rollout_plan(ctypes.sizeof(remora_rollout_plan), 0, self.id_of(Kind.AGENT, agent),
                                   self.variant_index(agent, treatment), len(stages), 0, now_ns)
        for place, stage in enumerate(stages):
            plan.stages[place] = remora_rollout_stage(stage.mode, stage.share_basis_points, stage.minimum_samples, 0,
                                                      stage.minimum_ns, stage.margin, stage.maximum_drop)
        text, rollout = name.encode(), ctypes.c_uint32()
        self._call(self._raw.rollout_start, text, len(text), plan, ctypes.byref(rollout))
        return rollout.value

    def rollout_gate(self, agent: Ref, unit_key: int) -> Gate:
        """Is this unit in the rollout of the agent. route asks the same question by itself. An error that is raised has the safe
        answer in its attribute `gate`."""
        query, gate = remora_gate_query(GATE_QUERY_SIZE, 0, unit_key, self.id_of(Kind.AGENT, agent)), remora_gate(GATE_SIZE)
        try:
            self._call(self._raw.rollout_gate, query, gate)
        except RemoraError as failed:
            failed.gate = _convert.gate(gate)
            raise
        return _convert.gate(gate)

    def rollout_command(self, rollout: Ref, command: RolloutCommand, now_ns: int = 0) -> None:
        """Advances, pauses, resumes or rolls back by hand."""
        self._call(self._raw.rollout_command, self.id_of(Kind.ROLLOUT, rollout), command, now_ns)

    def rollout_status(self, rollout: Ref) -> RolloutStatus:
        """Where a rollout stands."""
        raw = remora_rollout(ctypes.sizeof(remora_rollout))
        self._call(self._raw.rollout_status, self.id_of(Kind.ROLLOUT, rollout), raw)
        return _convert.rollout(raw)
