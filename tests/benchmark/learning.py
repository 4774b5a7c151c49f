#!/usr/bin/env python3
"""How good the learned choice is: recorded outcomes of real models and agents, routed through the library task by task.

    tests/benchmark/learning.py LIBRARY FOLDER [--shuffles 20] [--learning JSON]

FOLDER holds the traces (*.tsv: s_type, s_sub, s_level, then for each variant ok:NAME and cost:NAME). Every trace is one
agent with its variants; s_type is the task type, s_sub and s_level are labels. Each shuffle begins with an empty state
directory and passes once over all tasks: route, record, tick. What counts is the utility of the last quarter,
ok - weight x cost / (mean cost of the dearest variant), as a share of the way from a random choice to the goal (the better
of the best single variant and a choice per state that was learned on one half and scored on the other). One setting for
all traces: the defaults, or "learning" as given. Safety is off, so that nothing but learning chooses.

A second table is about cost: learned from its own choices on a random half of mmlu, then frozen, what is kept of the best
single variant's success on the other half, and what is saved of its cost. Once as above, and once with a second attempt
after a failure, which names the first (previous_decision) and whose state the first's outcome names (next_decision).

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
Frozen = namedtuple("Frozen", "name weight retries learning keeps saves")
CASCADE = {"cascade": {"enabled": True, "exclude_tried": True}}
# Believed values of what follows, long memory, and states that are much alike: docs/learning.md says why.
STEADY = {"target": "expected_sarsa", "spread": 0.6, "learning_rate": 0.005, "pooling": {"weight": 100}}
FROZEN = [
    Frozen("one attempt", 0.10, False, {"spread": 0.6, "learning_rate": 0.005}, 96, 36),
    Frozen("retry after a failure", 0.10, True, CASCADE, 100, 55),
    Frozen("retry after a failure", 0.30, True, CASCADE, 100, 55),
    Frozen("retry after a failure", 0.10, True, {**CASCADE, **STEADY}, 100, 55),
]
STATE_COLUMNS = 6
OUTCOME_HAS_NEXT = 4
KIND_TASK_TYPE, KIND_LABEL = 3, 4
NO_AUTO_TICK, NO_ENVIRONMENT = 1 << 5, 1 << 3
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
        self.cost = self.share = None
        if ("cost", self.variants[0]) in place:
            cost = [[float(row[place["cost", v]]) for v in self.variants] for row in rows]
            dearest = max(statistics.fmean(column) for column in zip(*cost))
            self.cost = cost
            self.share = [[c / dearest for c in row] for row in cost]


class Host:
    """A fresh state directory with one agent: the calls that a pass makes."""

    def __init__(self, functions, folder, trace, settings):
        self.f = functions
        self.now_ns = 1_700_000_000 * SECOND
        self.error = sized(structs.remora_error)
        options = sized(structs.remora_options)
        options.flags = NO_AUTO_TICK | NO_ENVIRONMENT
        options.states, options.ledger_slots, options.names, options.sync_interval_ns = 1024, 1024, 1024, -1
        handle = ctypes.c_uint64()
        self.check(self.f.open(folder.encode(), len(folder.encode()), options, handle, self.error))
        self.handle = handle.value
        self.configure(settings)
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

    def configure(self, settings):
        text = json.dumps(settings).encode()
        self.check(self.f.configure(self.handle, text, len(text), self.error))

    def id_of(self, kind, name):
        if (kind, name) not in self.ids:
            found = ctypes.c_uint32()
            self.check(self.f.intern(self.handle, kind, name.encode(), len(name.encode()), found, self.error))
            self.ids[kind, name] = found.value
        return self.ids[kind, name]

    def route(self, state, draw, previous=0):
        self.task.previous_decision = previous
        self.task.task_type = self.id_of(KIND_TASK_TYPE, state[0])
        labels = [self.id_of(KIND_LABEL, f"{i}={name}") for i, name in enumerate(state[1:]) if name]
        self.task.label_count = len(labels)
        for i, label in enumerate(labels):
            self.task.labels[i] = label
        self.task.draw = draw
        self.check(self.f.route(self.handle, self.task, self.decision, self.error))
        return self.decision.variant

    def record(self, success, cost, decision_id=0, next_decision=0):
        """An outcome of the last decision, or of another; `cost` as the reward is to see it."""
        self.outcome.flags = OUTCOME_HAS_NEXT if next_decision else 0
        self.outcome.decision_id = decision_id or self.decision.decision_id
        self.outcome.next_decision = next_decision
        self.outcome.success = success
        self.outcome.cost_micros = round(cost / 10 * COST_SCALE)
        self.check(self.f.record_outcome(self.handle, self.outcome, None, self.error))
        self.now_ns += SECOND
        self.check(self.f.tick(self.handle, self.now_ns, 0, None, self.error))

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
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        host = Host(functions, folder + "/state", trace, settings_for(goal.weight, learning))
        for i in order:
            v = host.route(trace.state[i], dice.getrandbits(64) | 1)
            cost = trace.share[i][v] * goal.weight if goal.weight else 0.0
            host.record(int(trace.ok[i][v]), cost)
            got.append(trace.ok[i][v] - cost)
        host.close()
    return got


def attempt(host, trace, task, frozen, dice):
    """Does one task, and again after a failure where that is asked for. Returns success and cost."""
    draw = dice.getrandbits(64) | 1
    first = host.route(trace.state[task], draw)
    first_id = host.decision.decision_id
    ok, cost = trace.ok[task][first], trace.cost[task][first]
    weighed = [frozen.weight * trace.share[task][v] for v in range(len(trace.variants))]
    if ok or not frozen.retries:
        host.record(int(ok), weighed[first])
        return ok, cost
    second = host.route(trace.state[task], dice.getrandbits(64) | 1, first_id)
    second_id = host.decision.decision_id
    host.record(0, weighed[first], first_id, second_id)
    ok = trace.ok[task][second]
    host.record(int(ok), weighed[second], second_id)
    return ok, cost + trace.cost[task][second]


def frozen_half(functions, trace, frozen, seed):
    """Learns on one half and is graded on the other; returns success and cost, each as a share of the best single variant's."""
    dice = random.Random(2000 + seed)
    order = list(range(len(trace.state)))
    dice.shuffle(order)
    half = len(order) // 2
    settings = settings_for(frozen.weight, frozen.learning)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        host = Host(functions, folder + "/state", trace, settings)
        for task in order[:half]:
            attempt(host, trace, task, frozen, dice)
        settings["learning"] |= {"enabled": False, "epsilon": 0}
        host.configure(settings)
        done = [attempt(host, trace, task, frozen, dice) for task in order[half:]]
        host.close()
    variants = range(len(trace.variants))
    best = max(variants, key=lambda v: statistics.fmean(row[v] for row in trace.ok))
    ok = statistics.fmean(trace.ok[task][best] for task in order[half:])
    cost = statistics.fmean(trace.cost[task][best] for task in order[half:])
    return statistics.fmean(ok for ok, _ in done) / ok, statistics.fmean(cost for _, cost in done) / cost


def grade_frozen(functions, folder, shuffles):
    """Prints the second table; returns how many rows missed their aim."""
    print("\nLearned on one half of mmlu and frozen, graded on the other, against the best single variant\n")
    print("| | setting | cost weight | of its success | cost saved | at least | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    trace = Trace(os.path.join(folder, "mmlu.tsv"))
    missed = 0
    for frozen in FROZEN:
        ok, cost = zip(*(frozen_half(functions, trace, frozen, seed) for seed in range(shuffles)))
        kept, saved = 100 * statistics.fmean(ok), 100 * (1 - statistics.fmean(cost))
        met = kept >= frozen.keeps and saved >= frozen.saves
        missed += not met
        setting = f"`{json.dumps(frozen.learning)}`" if frozen.learning else "default"
        print(f"| {frozen.name} | {setting} | {frozen.weight:g} | {kept:.1f} % | {saved:.1f} % | "
              f"{frozen.keeps} % and {frozen.saves} % | {'met' if met else 'missed'} |", flush=True)
    return missed


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
    missed += grade_frozen(functions, args.folder, args.shuffles)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
