"""How a call of a transcript is made through the package, and its answer turned into plain values. Where the surface that hosts use has
no word for what a transcript asks (buffers that are too small, pages of lists, flags that nobody knows), the raw layer is called."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import remora
from remora import Next, Outcome, RemoraError, Stage, State, Task, _convert
from remora._raw import structs as raw_structs
from remora.values import Ref
from support import library
from transcript_actions import Actions

Given = dict[str, Any]
_TEXTS = {"version_text", "status_text", "name_of", "variant_name", "snapshot_path", "event_text", "metrics_text"}


def plain(value: Any) -> Any:
    """Named tuples as dictionaries, booleans as numbers."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {("in" if key == "inside" else key): plain(item) for key, item in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, bool) else value


class Calls:
    """The calls of one transcript, by the C functions' names."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions
        self.library = library()
        self.states: dict[str, State] = {}

    def close_all(self) -> None:
        for state in self.states.values():
            try:
                state.close()
            except RemoraError:
                pass  # the transcript closed it

    def make(self, step: Given) -> tuple[int, Any]:
        """The code and the answer of a step, both also of a call that failed."""
        name, given, on = step["call"], dict(step.get("with", {})), step.get("on", "state")
        try:
            if "capacity" in step:
                return self._small_buffer(name, on, given, step["capacity"])
            answer = self._call(name, on, given)
        except RemoraError as error:
            if not error.text:
                raise AssertionError(f"{name} failed without a text") from error
            return error.code, self._answer_of(error)
        return 0, answer if isinstance(answer, dict) else plain(answer)

    def _call(self, name: str, on: str, given: Given) -> Any:
        own: Callable[..., Any] | None = getattr(self, "on_" + name, None)
        if own is not None:
            return own(on, **given)
        answer = getattr(self.states[on], name)(**given)
        return {"text": answer} if name in _TEXTS else {"id": answer} if isinstance(answer, int) else answer or {}

    @staticmethod
    def _answer_of(error: RemoraError) -> Any:
        if error.results is not None:
            return {"done": error.done, "first_failed": error.first_failed, "decisions": plain(error.results),
                    "rewards": plain(error.results)}
        return plain(error.decision or error.verdict or error.gate) or {"text": ""}

    def _small_buffer(self, name: str, on: str, given: Given, capacity: int) -> tuple[int, Any]:
        buffer, needed = ctypes.create_string_buffer(max(1, capacity)), ctypes.c_uint64()
        first = [] if name in ("version_text", "status_text") else [self.states[on].handle]
        if "event" in given:
            given["event"] = ctypes.byref(self._raw_event(given["event"]))
        with_error = name not in ("version_text", "status_text", "variant_name")
        function = getattr(self.library.raw, name)
        code = function(*first, *given.values(), buffer, capacity, ctypes.byref(needed), *([None] if with_error else []))
        return code, {"text": buffer.value.decode() if code == 0 else "", "needed": needed.value}

    # version.h, status.h, open.h

    def on_abi_version(self, _on: str) -> Any:
        return {"version": self.library.abi_version}

    def on_version_text(self, _on: str) -> Any:
        return {"text": self.library.version}

    def on_status_text(self, _on: str, code: int) -> Any:
        return {"text": self.library.status_text(code)}

    def on_struct_size(self, _on: str, name: str) -> Any:
        return {"size": self.library.struct_size(name)}

    def on_open(self, _on: str, directory: str, **options: Any) -> Any:
        name, path = options.pop("as", "state"), self.actions.folder / directory
        if "abi_version" in options:  # the package always gives its own
            raw = raw_structs.remora_options(ctypes.sizeof(raw_structs.remora_options))
            for key, value in options.items():
                setattr(raw, key, value)
            text, handle, error = str(path).encode(), ctypes.c_uint64(), raw_structs.remora_error(ctypes.sizeof(raw_structs.remora_error))
            self.library.check(self.library.raw.open(text, len(text), raw, ctypes.byref(handle), error), error)
            raise AssertionError("a transcript opens with another ABI version only to be refused")
        if "snapshot_key" in options:
            options["snapshot_key"] = bytes.fromhex(options["snapshot_key"])
        opened = self.library.open(path, **options)
        if name in self.states:
            self.states[name].handle = 0
        self.states[name] = opened

    def on_close(self, on: str) -> None:
        state = self.states[on]
        handle = state.handle
        state.close()
        state.handle = handle  # a transcript goes on calling with it

    # names.h

    def on_variant_register(self, on: str, name: str, agent: int, flags: int = 0, **more: int) -> Any:
        known = int(remora.VariantFlag.BASELINE | remora.VariantFlag.RETIRED)
        if flags & ~known:
            raw = raw_structs.remora_variant(ctypes.sizeof(raw_structs.remora_variant), flags, agent)
            self.states[on]._call(self.library.raw.variant_register, name.encode(), len(name.encode()), raw)
        return self.states[on].variant_register(agent, name, baseline=bool(flags & remora.VariantFlag.BASELINE),
                                                retired=bool(flags & remora.VariantFlag.RETIRED), **more)

    def on_name_of(self, on: str, id: int) -> Any:  # noqa: A002
        return {"text": self.states[on].name_of(id)}

    def on_list_names(self, on: str, kind: int, **page: int) -> Any:
        everything = list(self.states[on].list_names(kind))  # type: ignore[arg-type]
        return self._page(on, "ids", "list_names", int, ctypes.c_uint32, everything, before=(kind,), **page)

    # route.h, outcome.h

    def on_route(self, on: str, **given: Any) -> Any:
        return self.states[on].route(**given)

    def on_route_batch(self, on: str, tasks: list[Given]) -> Any:
        decisions = self.states[on].route_batch([Task(**task) for task in tasks])
        return {"done": len(tasks), "first_failed": len(tasks), "decisions": plain(decisions)}

    def on_task_rule_add(self, on: str, name: str, keywords: list[str], **more: Any) -> Any:
        return {"id": self.states[on].task_rule_add(name, keywords, **more)}

    def on_record_outcome(self, on: str, **given: Any) -> Any:
        return self.states[on].record_outcome(self._outcome(given))

    def on_record_outcome_batch(self, on: str, outcomes: list[Given], rewards: bool = True) -> Any:
        state, given = self.states[on], [self._outcome(each) for each in outcomes]
        if rewards:
            return {"done": len(given), "first_failed": len(given), "rewards": plain(state.record_outcome_batch(given))}
        inputs = state._raw_outcomes(given)
        batch = raw_structs.remora_batch(ctypes.sizeof(raw_structs.remora_batch), 0, len(given))
        error = raw_structs.remora_error(ctypes.sizeof(raw_structs.remora_error))
        try:
            self.library.check(self.library.raw.record_outcome_batch(state.handle, inputs, None, batch, error), error)
        except RemoraError as failed:
            failed.results, failed.done, failed.first_failed = [], batch.done, batch.first_failed
            raise
        return {"done": batch.done, "first_failed": batch.first_failed, "rewards": []}

    @staticmethod
    def _outcome(given: Given) -> Outcome:
        following = {key[5:]: given.pop(key) for key in list(given) if key.startswith("next_")}
        metrics: dict[Ref, float] = dict(zip(given.pop("metric_ids", []), given.pop("metrics", [])))
        return Outcome(**given, metrics=metrics, next=Next(**following) if following else None)

    # rollout.h, operate.h

    def on_rollout_start(self, on: str, name: str, agent: int, treatment: int = 0, stages: tuple[Given, ...] = (), **more: Any) -> Any:
        given = [Stage(**{"margin": 0, "maximum_drop": 0, "minimum_samples": 0, **stage}) for stage in stages]
        return {"id": self.states[on].rollout_start(name, agent, treatment, given, **more)}

    def on_control_set(self, on: str, enabled: int = 0, learning: int = 0, mode: int = 0) -> None:
        self.states[on].control_set(enabled=bool(enabled), learning=bool(learning), mode=mode)  # type: ignore[arg-type]

    # snapshot.h, observe.h

    def on_snapshot_list(self, on: str, capacity: int = 10) -> Any:
        infos = self.states[on].snapshot_list()
        return {"count": len(infos), "infos": plain(infos[:capacity])}

    def on_q_cells(self, on: str, **page: int) -> Any:
        return self._page(on, "cells", "q_cells", _convert.q_cell, raw_structs.remora_q_cell, list(self.states[on].q_cells()), **page)

    def on_events(self, on: str, **page: int) -> Any:
        return self._page(on, "events", "events", _convert.event, raw_structs.remora_event, list(self.states[on].events()), **page)

    def on_event_text(self, on: str, event: Given) -> Any:
        value = remora.Event(**{**event, "detail": tuple(event["detail"])})
        return {"text": self.states[on].event_text(value)}

    @staticmethod
    def _raw_event(event: Given) -> raw_structs.remora_event:
        raw = raw_structs.remora_event(ctypes.sizeof(raw_structs.remora_event))
        for key, value in event.items():
            setattr(raw, key, (ctypes.c_uint64 * 2)(*value) if key == "detail" else value)
        return raw

    def on_log_drain(self, on: str, capacity: int = 16384) -> Any:
        return {"text": "".join(line + "\n" for line in self.states[on].log_drain(capacity))}

    def on_log_callback(self, on: str, level: int = 0, off: bool = False) -> None:
        self.states[on].log_callback(None if off else lambda _level, text: self.actions.lines.append(text), level)

    def _page(self, on: str, key: str, function: str, convert: Callable[[Any], Any], kind: Any, everything: list[Any], cursor: int = 0,
              capacity: int = 10, before: tuple[int, ...] = ()) -> Any:
        """One page of a list, by the raw layer: the package has iterators, which must give the same items."""
        place, count, items = ctypes.c_uint64(cursor), ctypes.c_uint32(), (kind * capacity)()
        stride = [] if kind is ctypes.c_uint32 else [ctypes.sizeof(kind)]
        for item in items if stride else []:
            item.struct_size = stride[0]
        self.library.check(getattr(self.library.raw, function)(self.states[on].handle, *before, ctypes.byref(place), items, *stride,
                                                               capacity, ctypes.byref(count)))
        seen = [convert(item) for item in list(items[: count.value])]
        if not all(item in everything for item in seen):
            raise AssertionError(f"the iterator gave {everything}, the raw call {seen}")
        return {"count": count.value, "cursor": place.value, key: plain(seen)}
