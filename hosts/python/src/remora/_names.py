"""names.h: categories, agents, their variants, task types, labels, metrics."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

from . import _convert
from ._handle import Handle
from ._raw.structs import remora_agent, remora_variant
from .constants import Kind, VariantFlag
from .errors import NotFoundError
from .values import Agent, Ref, Variant

AGENT_SIZE = ctypes.sizeof(remora_agent)
VARIANT_SIZE = ctypes.sizeof(remora_variant)


class Names(Handle):
    """Each method is the C function of the same name; its header says what it does and which errors it has."""

    def intern(self, kind: Kind, name: str) -> int:
        """Finds or creates the id of a category, task type, label or metric."""
        return self._ask_for_id("intern", kind, name)

    def find(self, kind: Kind, name: str) -> int:
        """Finds the id of a name of any kind, agents and rollouts included, without creating it."""
        return self._ask_for_id("find", kind, name)

    def name_of(self, name_id: int) -> str:
        """The text of an id."""
        return self._text(lambda buffer, capacity, needed, error: self._raw.name_of(
            self.handle, name_id, buffer, capacity, needed, error))

    def agent_register(self, name: str, category: Ref = 0) -> int:
        """Registers an agent, or finds it; gives its id."""
        text, agent = name.encode(), ctypes.c_uint32()
        self._call(self._raw.agent_register, text, len(text), self.id_of(Kind.CATEGORY, category), ctypes.byref(agent))
        return agent.value

    def variant_register(self, agent: Ref, name: str, *, tier: int = 0, cost_micros: int = 0, baseline: bool = False,
                         retired: bool = False) -> Variant:
        """Registers a variant of an agent, or finds it by its name and takes over tier, cost and flags."""
        flags = (VariantFlag.BASELINE if baseline else 0) | (VariantFlag.RETIRED if retired else 0)
        raw = remora_variant(VARIANT_SIZE, flags, self.id_of(Kind.AGENT, agent), 0, tier, 0, cost_micros)
        text = name.encode()
        self._call(self._raw.variant_register, text, len(text), raw)
        return _convert.variant(raw)

    def agent_define(self, agent: str, variants: Sequence[str]) -> int:
        """Registers an agent and its variants in one call; the first is the baseline when the agent is new."""
        listed = [variants] if isinstance(variants, str) else variants
        found = ctypes.c_uint32()
        self._call(self._raw.agent_define, _terminated(agent), _terminated(",".join(listed)), ctypes.byref(found))
        return found.value

    def variant_name(self, agent: Ref, variant: int) -> str:
        """The name of a variant."""
        agent_id = self.id_of(Kind.AGENT, agent)
        return self._text(lambda buffer, capacity, needed, _error: self._raw.variant_name(
            self.handle, agent_id, variant, buffer, capacity, needed))

    def variant_index(self, agent: Ref, variant: Ref) -> int:
        """The index of a variant within its agent, by its name. (An index is given back as it is.)"""
        if not isinstance(variant, str):
            return int(variant)
        agent_id = self.id_of(Kind.AGENT, agent)
        if (agent_id, variant) not in self._variants:
            for index in range(self.agent_info(agent_id).variant_count):
                self._variants[(agent_id, self.variant_name(agent_id, index))] = index
        if (agent_id, variant) not in self._variants:
            raise NotFoundError(f"{self.name_of(agent_id)} has no variant '{variant}'. Register it with variant_register.")
        return self._variants[(agent_id, variant)]

    def agent_info(self, agent: Ref) -> Agent:
        """An agent as the state knows it."""
        raw = remora_agent(AGENT_SIZE, 0, self.id_of(Kind.AGENT, agent))
        self._call(self._raw.agent_info, raw)
        return _convert.agent(raw)

    def variant_info(self, agent: Ref, variant: Ref) -> Variant:
        """A variant with its figures."""
        raw = remora_variant(VARIANT_SIZE, 0, self.id_of(Kind.AGENT, agent), self.variant_index(agent, variant))
        self._call(self._raw.variant_info, raw)
        return _convert.variant(raw)

    def list_names(self, kind: Kind) -> Iterator[int]:
        """The ids of a kind."""
        return self._pages(ctypes.c_uint32, 0, lambda handle, cursor, ids, capacity, count: self._raw.list_names(
            handle, kind, cursor, ids, capacity, count), int)


def _terminated(text: str) -> bytes:
    """Text for a function that reads up to a NUL: one inside would cut it unseen."""
    if "\0" in text:
        raise ValueError("a name must not contain a NUL")
    return text.encode()
