#!/usr/bin/env python3
"""How good the learned choice is: recorded outcomes of real models and agents, routed through the library task by task.

    tests/benchmark/learning.py LIBRARY FOLDER [--shuffles 20] [--learning JSON]

FOLDER holds the traces (*.tsv: s_type, s_sub, s_level, then for each variant ok:NAME and cost:NAME). Every trace is one
agent with its variants; s_type is the task type, s_sub and s_level are labels. Each shuffle begins with an empty state
directory and passes once over all tasks: route, record, tick. What counts is the utility of the last quarter,
ok - weight x cost / (mean cost of the dearest variant), as a share of the way from a random choice to the goal (the better
of the best single variant and a choice per state that was learned on one half and scored on the other). One setting for
all traces: the defaults, or "learning" as given. Safety is off, so that nothing but learning chooses.

Prints Markdown. Exit status 1 when a trace stays below what it must reach.
"""

import argparse
import ctypes
import json
import os
import random
import statistics
import sys
import tempfile
from collections import namedtuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hosts/python/src"))
sys.dont_write_bytecode = True
from remora._loader import load_functions  # noqa: E402
from remora._raw import structs  # noqa: E402

Goal = namedtuple("Goal", "trace weight random goal least aim")
GOALS = [
    Goal("mmlu", 0.15, 0.6878, 0.7186, 82, 96),
    Goal("mmlu", 0.0, 0.7673, 0.8317, 90, 95),
    Goal("gsm8k", 0.0, 0.7469, 0.8593, 95, 100),
    Goal("intercode_sql", 0.0, 0.3912, 0.7911, 72, 81),
    Goal("swepro", 0.0, 0.2742, 0.4437, 72, 83),
    Goal("routerarena", 0.15, 0.5092, 0.6505, 92, 100),
]
STATE_COLUMNS = 6
KIND_TASK_TYPE, KIND_LABEL = 3, 4
NO_AUTO_TICK, NO_ENVIRONMENT, MEMORY = 1 << 5, 1 << 3, 1
COST_SCALE = 10**9
SECOND = 10**9


class Trace:
    """For every task what each variant did."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            head, *rows = [line.split("\t") for line in file.read().split("\n") if line]
        columns = [name.split(":", 1) for name in head[STATE_COLUMNS:]]
        self.variants = list(dict.fromkeys(variant for _, variant in columns))
        place = {(what, variant): STATE_COLUMNS + i for i, (what, variant) in enumerate(columns)}
        self.state = [tuple(row[1:4]) for row in rows]
        self.ok = [[float(row[place["ok", v]]) for v in self.variants] for row in rows]
        self.share = None
        if ("cost", self.variants[0]) in place:
            cost = [[float(row[place["cost", v]]) for v in self.variants] for row in rows]
            dearest = max(statistics.fmean(column) for column in zip(*cost))
            self.share = [[c / dearest for c in row] for row in cost]


class Host:
    """A fresh state directory with one agent: the calls that a pass makes."""

    def __init__(self, functions, folder, trace, settings):
        self.f = functions
        self.error = sized(structs.remora_error)
        options = sized(structs.remora_options)
        options.flags, options.durability = NO_AUTO_TICK | NO_ENVIRONMENT, MEMORY
        options.states, options.ledger_slots, options.names, options.sync_interval_ns = 1024, 1024, 1024, -1
        handle = ctypes.c_uint64()
        self.check(self.f.open(folder.encode(), len(folder.encode()), options, handle, self.error))
        self.handle = handle.value
        text = json.dumps(settings).encode()
        self.check(self.f.configure(self.handle, text, len(text), self.error))
        agent = ctypes.c_uint32()
        names = ",".join(f"v{i}" for i in range(len(trace.variants))).encode()
        self.check(self.f.agent_define(self.handle, b"agent", names, agent, self.error))
        self.task = sized(structs.remora_task)
        self.task.agent = agent.value
        self.decision = sized(structs.remora_decision)
        self.outcome = sized(structs.remora_outcome)
        self.ids = {}

    def check(self, code):
        if code != 0:
            sys.exit(f"learning: {self.error.text.decode()}")

    def id_of(self, kind, name):
        if (kind, name) not in self.ids:
            found = ctypes.c_uint32()
            self.check(self.f.intern(self.handle, kind, name.encode(), len(name.encode()), found, self.error))
            self.ids[kind, name] = found.value
        return self.ids[kind, name]

    def route(self, state, draw):
        self.task.task_type = self.id_of(KIND_TASK_TYPE, state[0])
        labels = [self.id_of(KIND_LABEL, f"{i}={name}") for i, name in enumerate(state[1:]) if name]
        self.task.label_count = len(labels)
        for i, label in enumerate(labels):
            self.task.labels[i] = label
        self.task.draw = draw
        self.check(self.f.route(self.handle, self.task, self.decision, self.error))
        return self.decision.variant

    def record(self, success, cost_micros, now_ns):
        self.outcome.decision_id = self.decision.decision_id
        self.outcome.success = success
        self.outcome.cost_micros = cost_micros
        self.check(self.f.record_outcome(self.handle, self.outcome, None, self.error))
        self.check(self.f.tick(self.handle, now_ns, 0, None, self.error))

    def close(self):
        self.check(self.f.close(self.handle, self.error))


def sized(struct):
    made = struct()
    made.struct_size = ctypes.sizeof(struct)
    return made


def settings_for(weight, learning):
    """The configuration of a pass. The library's cost term bends: 10 c / (c + scale) with small c is nearly straight."""
    reward = {"cost": -10 if weight else 0, "cost_scale_micros": COST_SCALE}
    return {"learning": {**learning, "reward": reward}, "safety": {"enabled": False},
            "snapshots": {"interval_minutes": 0}, "event_log": {"file": False}}


def one_pass(functions, trace, goal, learning, seed):
    """Utilities of one pass in the order of its tasks."""
    dice = random.Random(1000 + seed)
    order = list(range(len(trace.state)))
    dice.shuffle(order)
    got = []
    now_ns = 1_700_000_000 * SECOND
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        host = Host(functions, folder + "/state", trace, settings_for(goal.weight, learning))
        for i in order:
            v = host.route(trace.state[i], dice.getrandbits(64) | 1)
            cost = trace.share[i][v] * goal.weight if goal.weight else 0.0
            now_ns += SECOND
            host.record(int(trace.ok[i][v]), round(cost / 10 * COST_SCALE), now_ns)
            got.append(trace.ok[i][v] - cost)
        host.close()
    return got


def share(utility, goal):
    return 100 * (utility - goal.random) / (goal.goal - goal.random)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("library")
    parser.add_argument("folder")
    parser.add_argument("--shuffles", type=int, default=20)
    parser.add_argument("--learning", type=json.loads, default={})
    args = parser.parse_args()
    functions, _, _ = load_functions(os.path.realpath(args.library), False)
    setting = f"`{json.dumps(args.learning)}`" if args.learning else "the default setting"
    print(f"Learned choice on recorded traces: {setting}, mean of {args.shuffles} shuffles\n")
    print("| trace | cost weight | whole pass | last quarter | of random to goal | at least | aim | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    missed = 0
    for goal in GOALS:
        trace = Trace(os.path.join(args.folder, goal.trace + ".tsv"))
        whole, tail = [], []
        for seed in range(args.shuffles):
            got = one_pass(functions, trace, goal, args.learning, seed)
            whole.append(statistics.fmean(got))
            tail.append(statistics.fmean(got[-(len(got) // 4):]))
        reached = share(statistics.fmean(tail), goal)
        missed += reached < goal.least
        word = "aim met" if reached >= goal.aim else "met" if reached >= goal.least else "missed"
        print(f"| {goal.trace} | {goal.weight:g} | {statistics.fmean(whole):.4f} | {statistics.fmean(tail):.4f} | "
              f"{reached:.1f} % | {goal.least} % | {goal.aim} % | {word} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
