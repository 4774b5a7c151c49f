"""Between the C structs and the values that hosts see. Results are unpacked in one go: a field at a time would cost more than
the call itself."""

from __future__ import annotations

import ctypes
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from . import values as v
from ._raw import structs as s

_Value = TypeVar("_Value")
_CODES: dict[Any, str] = {ctypes.c_uint32: "I", ctypes.c_int32: "i", ctypes.c_uint64: "Q", ctypes.c_int64: "q", ctypes.c_double: "d"}
# Of no meaning to hosts, or read apart.
_SKIPPED = {"struct_size", "reserved", "label_count"}


def _layout(structure: type[ctypes.Structure]) -> str:
    """The struct's format for the struct module: what hosts do not see is padding. Standard sizes, so without alignment of its
    own: the structs have their padding spelled out."""
    parts = ["="]
    for field in structure._fields_:
        name, kind = field[0], field[1]
        if name in _SKIPPED:
            parts.append(f"{ctypes.sizeof(kind)}x")
        elif isinstance(kind, type) and issubclass(kind, ctypes.Array):
            parts.append(f"{kind._length_}{_CODES[kind._type_]}")
        else:
            parts.append(_CODES[kind])
    layout = "".join(parts)
    if struct.calcsize(layout) != ctypes.sizeof(structure):
        raise TypeError(f"{structure.__name__} has padding that its fields do not name")
    return layout


def _reader(structure: type[ctypes.Structure], make: Callable[[Iterable[Any]], _Value]) -> Callable[[Any], _Value]:
    unpack = struct.Struct(_layout(structure)).unpack_from

    def read(raw: Any) -> _Value:
        return make(unpack(raw))

    return read


def _list_reader(structure: type[ctypes.Structure], make: Callable[[Iterable[Any]], _Value]) -> Callable[[Any], list[_Value]]:
    """Reads an array of the struct."""
    unpack = struct.Struct(_layout(structure)).iter_unpack

    def read(raw: Any) -> list[_Value]:
        return [make(fields) for fields in unpack(raw)]

    return read


def sized(structure: type[ctypes.Structure], count: int) -> Any:
    """An array of structs that are zero but for their struct_size."""
    size = ctypes.sizeof(structure)
    return (structure * count).from_buffer(bytearray((size.to_bytes(4, sys.byteorder) + bytes(size - 4)) * count))


decisions = _list_reader(s.remora_decision, v.Decision._make)
rewards = _list_reader(s.remora_reward, v.Reward._make)
decision = _reader(s.remora_decision, v.Decision._make)
reward = _reader(s.remora_reward, v.Reward._make)
verdict = _reader(s.remora_safety_verdict, lambda f: v.SafetyVerdict._make(_truth(f, 0)))
gate = _reader(s.remora_gate, lambda f: v.Gate._make(_truth(f, 0)))
rollout = _reader(s.remora_rollout, v.RolloutStatus._make)
evaluation = _reader(s.remora_evaluation, v.Evaluation._make)
belief = _reader(s.remora_belief, lambda f: _belief(tuple(f)))
convergence = _reader(s.remora_convergence, lambda f: _convergence(tuple(f)))
replay_report = _reader(s.remora_replay_report, v.ReplayReport._make)
variant = _reader(s.remora_variant, lambda f: v.Variant._make(_truth(f, 4)))
agent = _reader(s.remora_agent, v.Agent._make)
classification = _reader(s.remora_classification, v.Classification._make)
snapshot_info = _reader(s.remora_snapshot_info, v.SnapshotInfo._make)
control = _reader(s.remora_control, lambda f: v.Control._make(_truth(f, 0, 1)))
tick_report = _reader(s.remora_tick_report, v.TickReport._make)
stats = _reader(s.remora_stats, v.Stats._make)
event = _reader(s.remora_event, lambda f: _event(tuple(f)))


def _truth(fields: Iterable[Any], *places: int) -> list[Any]:
    """The fields with those at `places` as booleans."""
    seen = list(fields)
    for place in places:
        seen[place] = seen[place] != 0
    return seen


def _belief(fields: tuple[Any, ...]) -> v.Belief:
    return v.Belief._make((*fields[:4], tuple(label for label in fields[4:12] if label), *fields[12:]))


def _convergence(fields: tuple[Any, ...]) -> v.Convergence:
    return v.Convergence._make((*fields[:4], tuple(label for label in fields[4:12] if label), *fields[12:]))


def _event(fields: tuple[Any, ...]) -> v.Event:
    return v.Event._make((*fields[:-2], fields[-2:]))


def q_cell(raw: s.remora_q_cell) -> v.QCell:
    """A learned value with as many labels as it has."""
    labels = tuple(raw.labels[: raw.label_count])
    return v.QCell(raw.flags, raw.agent, raw.task_type, raw.variant, raw.visits, raw.q_value, labels, raw.updated_ns,
                   raw.attempts, raw.tried_variants)


def raw_event(value: v.Event) -> s.remora_event:
    """The struct of an event, for the library to put into words."""
    raw = s.remora_event(ctypes.sizeof(s.remora_event), *value[:-1])
    raw.detail[0], raw.detail[1] = value.detail
    return raw
