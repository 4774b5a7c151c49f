#!/usr/bin/env python3
"""Reads the JSON files that script/bench wrote and prints, as Markdown, the machine, the figures and the goals.

    tests/benchmark/report.py build/bench/*.json

Figures are medians over the rounds. Goals are ratios within one run, because the machine's own speed cancels out; what a
file lacks is left out. Exit status 1 only when a benchmark reported an error: missing a goal is a finding, no failure.
"""

import json
import statistics
import sys


class Results:
    """Every benchmark by name, each a list of rounds."""

    def __init__(self, paths):
        self.context = {}
        self.commands = []
        self.rounds = {}
        self.errors = {}
        self.labels = {}
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self._add(json.load(file))

    def _add(self, document):
        self.context = self.context or document["context"]
        self.commands.append(document["context"]["command"].strip())
        for entry in document["benchmarks"]:
            if entry.get("run_type") != "iteration":
                continue
            name = entry["run_name"].split("/iterations:")[0]
            if entry.get("error_occurred"):
                self.errors[name] = entry["error_message"]
                continue
            self.rounds.setdefault(name, []).append(entry)
            if entry.get("label"):
                self.labels[name] = entry["label"]

    def figure(self, name, field):
        """Median of a field over the rounds, or None."""
        values = [entry[field] for entry in self.rounds.get(name, []) if field in entry]
        return statistics.median(values) if values else None


RUN = "real_time"
P50 = "p50_ns"
P99 = "p99_ns"
P999 = "p99.9_ns"

SIZES = ["1000", "10000", "65000", "1000000"]


def in_words(size):
    return {"1000": "1 k", "10000": "10 k", "65000": "65 k", "1000000": "1 M"}.get(size, size)


def number(value):
    """Three figures, without an exponent."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def print_machine(results):
    context = results.context
    print("## Machine\n")
    caches = ", ".join(f"L{c['level']} {c['type'].lower()} {c['size'] // 1024} KiB" for c in context.get("caches", []))
    rows = [
        ["processor", f"{context['cpu']}, {context['num_cpus']} cores at {context['mhz_per_cpu']} MHz ({caches})"],
        ["memory, kernel", f"{context['memory']}, {context['kernel']}"],
        ["compiler, flags", f"{context['compiler']}, `{context['flags']}`"],
        ["load when it began", ", ".join(f"{value:.2f}" for value in context.get("load_avg", []))],
        ["timer", f"{float(context['timer_overhead_ns']):.1f} ns taken off, steps of {float(context['timer_step_ns']):.2f} ns"],
    ]
    table(["", ""], rows)
    print("Commands:\n")
    for command in results.commands:
        print(f"    {command}")
    print()


def latency_cell(results, name):
    if results.figure(name, P50) is None:
        return ""
    parts = [number(results.figure(name, field)) for field in (P50, P99, P999)]
    return " / ".join(parts) + " · " + number(results.figure(name, RUN))


def print_latencies(results):
    print("## One thread: an operation alone, p50 / p99 / p99.9 · in a run (ns)\n")
    works = [
        ("route", ["prototype", "prototype_ledger", "remora", "remora_epsilon_greedy", "remora_default_size", "remora_never_synced", "lmdb", "sqlite", "unordered_map"]),
        ("route_named", ["remora"]),
        ("route_batch_of_64", ["remora"]),
        ("record", ["prototype", "remora", "remora_epsilon_greedy", "remora_default_size", "remora_never_synced", "lmdb", "sqlite", "unordered_map"]),
        ("record_by_names", ["remora"]),
        ("safety_check", ["remora"]),
        ("rollout_gate", ["remora"]),
        ("route_in_canary", ["remora"]),
    ]
    rows = []
    for work, subjects in works:
        for subject in subjects:
            cells = [latency_cell(results, f"{work}/{subject}/{size}/1t") for size in SIZES]
            if any(cells):
                rows.append([work, subject] + cells)
    table(["operation", "who"] + [in_words(size) + " states" for size in SIZES], rows)
    print("One operation of route_batch_of_64 is a batch.\n")


def print_parallel(results):
    print("## Million operations a second: 1 thread · 2 threads · 2 processes\n")
    rows = []
    for work in ("mixed", "route", "record", "safety_check", "rollout_gate"):
        for subject in ("prototype", "remora", "remora_never_synced", "lmdb", "sqlite", "unordered_map"):
            cells = []
            for size in SIZES:
                rates = [results.figure(f"{work}/{subject}/{size}/{w}", "per_second") for w in ("1t", "2t", "2p")]
                cells.append(" · ".join("-" if r is None else number(r / 1e6) for r in rates) if any(rates[1:]) else "")
            if any(cells):
                rows.append([work, subject] + cells)
    table(["operation", "who"] + [in_words(size) + " states" for size in SIZES], rows)


POLICIES = ("plain", "epsilon_greedy", "softmax", "ucb1", "thompson", "thompson_beta")


def print_policies(results):
    rows = []
    for policy in POLICIES:
        names = [f"route_by_policy/{policy}/{variants}/1t" for variants in (4, 8)]
        if any(name in results.rounds for name in names):
            rows.append([policy] + [latency_cell(results, name) for name in names])
    if rows:
        print("## Route by policy, 200 states of one agent, p50 / p99 / p99.9 · in a run (ns)\n")
        table(["policy", "4 variants", "8 variants"], rows)
        print('"plain" is epsilon-greedy without pooling.\n')


def print_others(results):
    """Everything that fits neither table, counter by counter."""
    print("## The rest\n")
    shown = ("mixed/", "route/", "record/", "route_named/", "route_batch_of_64/", "record_by_names/", "safety_check/",
             "rollout_gate/", "route_in_canary/", "route_by_policy/")
    known = {"name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions",
             "repetition_index", "threads", "iterations", "real_time", "cpu_time", "time_unit", "operations", "label",
             "per_second"}
    rows = []
    for name, rounds in results.rounds.items():
        if name.startswith(shown):
            continue
        figures = [f"{key} {number(results.figure(name, key))}" for key in rounds[0] if key not in known]
        rows.append([name, ", ".join(figures) + ("; " + results.labels[name] if name in results.labels else "")])
    table(["benchmark", "figures"], rows)


class Goals:
    """Rows of: what, goal, measured, met or missed."""

    def __init__(self, results):
        self.results = results
        self.rows = []

    def at_most(self, what, value, limit, unit=""):
        if value is not None:
            self._add(what, f"<= {limit:g}{unit}", value, unit, value <= limit)

    def at_least(self, what, value, limit, unit=""):
        if value is not None:
            self._add(what, f">= {limit:g}{unit}", value, unit, value >= limit)

    def _add(self, what, goal, value, unit, met):
        self.rows.append([what, goal, number(value) + unit, "met" if met else "**missed**"])

    def ratio(self, name, field, base, base_field=None):
        above = self.results.figure(name, field)
        below = self.results.figure(base, base_field or field)
        return above / below if above is not None and below else None


def add_floor_goals(goals):
    for subject, how in (("remora", "route"), ("remora_epsilon_greedy", "route by epsilon-greedy")):
        for size, p50, run in (("10000", 1.5, 2), ("1000000", 1.25, None)):
            name, floor, what = f"route/{subject}/{size}/1t", f"route/prototype_ledger/{size}/1t", f"{how}, {in_words(size)}"
            goals.at_most(f"{what}: p50 to the floor with ledger and clock", goals.ratio(name, P50, floor), p50, "x")
            if run:
                goals.at_most(f"{what}: in a run, likewise", goals.ratio(name, RUN, floor), run, "x")
            else:
                goals.at_most(f"{what}: p99, likewise", goals.ratio(name, P99, floor), 1.3, "x")
    for size in ("10000", "1000000"):
        name, floor = f"route_at_1000/remora/{size}/1t", f"route_at_1000/prototype_ledger/{size}/1t"
        for field, text in ((P50, "p50"), (P99, "p99")):
            goals.at_most(f"route at 1,000/s, {in_words(size)}: {text}, likewise", goals.ratio(name, field, floor), 2, "x")
    for size, limit in (("10000", 3), ("1000000", 1.5)):
        ratio = goals.ratio(f"record/remora/{size}/1t", P50, f"record/prototype/{size}/1t")
        goals.at_most(f"record, {in_words(size)}: p50 to the floor's", ratio, limit, "x")
    for size, limit in (("10000", 3), ("1000000", 1.5)):
        ratio = goals.ratio(f"record/remora_never_synced/{size}/1t", P50, f"record/prototype/{size}/1t")
        goals.at_most(f"record, {in_words(size)}, without the 1 s sync: likewise", ratio, limit, "x")
    by_name = goals.results.figure("route_named/remora/10000/1t", P50)
    by_ids = goals.results.figure("route/remora/10000/1t", P50)
    if by_name is not None and by_ids is not None:
        goals.at_most("route by names, 10 k: p50 over the ids form", by_name - by_ids, 15, " ns")


def add_policy_goals(goals):
    for policy in POLICIES[2:]:
        ratio = goals.ratio(f"route_by_policy/{policy}/8/1t", P50, "route_by_policy/epsilon_greedy/8/1t")
        goals.at_most(f"route by {policy}, 8 variants: p50 to epsilon_greedy's", ratio, 2, "x")


def add_parallel_goals(goals):
    for size in ("10000", "1000000"):
        ratio = goals.ratio(f"mixed/remora/{size}/1t", "per_second", f"mixed/prototype/{size}/1t")
        goals.at_least(f"mixed, {in_words(size)}: rate to the floor's", ratio, 0.5, "x")
    big = "mixed/remora/1000000/"
    goals.at_least("mixed, 1 M: 2 threads to 1", goals.ratio(big + "2t", "per_second", big + "1t"), 1.7, "x")
    goals.at_least("mixed, 1 M: 2 processes to 2 threads", goals.ratio(big + "2p", "per_second", big + "2t"), 0.9, "x")
    for peer, limit in (("lmdb", 20), ("sqlite", 150)):
        ratio = goals.ratio(big + "2p", "per_second", f"mixed/{peer}/1000000/2p")
        goals.at_least(f"mixed, 1 M, 2 processes: rate to {peer}'s", ratio, limit, "x")


def add_peer_goals(goals):
    limits = {("route", "lmdb"): (3.5, 2.5), ("route", "sqlite"): (80, 18),
              ("record", "lmdb"): (7, 5), ("record", "sqlite"): (110, 40)}
    for (work, peer), both in limits.items():
        for size, limit in zip(("10000", "1000000"), both):
            ratio = goals.ratio(f"{work}/{peer}/{size}/1t", P50, f"{work}/remora/{size}/1t")
            goals.at_least(f"{work}, {in_words(size)}: times faster than {peer} (p50)", ratio, limit, "x")


def add_snapshot_goals(goals):
    for job in ("snapshot", "restore"):
        name = f"{job}/remora/1000000/1t"
        ratio = goals.ratio(name, "milliseconds", f"{job}/prototype/1000000/1t")
        goals.at_most(f"{job} of 1 M x 4: to the floor's", ratio, 2, "x")
        quiet = goals.ratio(name, "route_p99_ns", name, "route_p99_quiet_ns")
        goals.at_most(f"route's p99 during {job}: to quiet", quiet, 1.15, "x")
    ratio = goals.ratio("snapshot/sqlite/1000000/1t", "milliseconds", "snapshot/remora/1000000/1t")
    goals.at_least("snapshot of 1 M x 4: times faster than sqlite", ratio, 2.5, "x")


def add_absolute_goals(goals):
    figure = goals.results.figure
    ratio = goals.ratio("record_at_10000/disk_sync_1s/1000000/1t", P999, "record_at_10000/disk_never_synced/1000000/1t")
    goals.at_most("record at 10,000/s, 1 M: p99.9 with the 1 s sync to without", ratio, 2, "x")
    for field, text in ((P50, "p50"), (P99, "p99")):
        ratio = goals.ratio("record_at_10000/disk_sync_1s/1000000/1t", field, "record_at_10000/disk_never_synced/1000000/1t")
        goals.at_most(f"record at 10,000/s, 1 M: {text}, likewise", ratio, 2, "x")
    classify = figure("classify_2k_and_10_files/remora/1000/1t", P50)
    if classify is not None:
        goals.at_most("classify 2 KB + 10 files: p50", classify / 1000, 20, " us")
    goals.at_most("open an existing default-size state", figure("open_existing/remora/default/1t", "open_ms"), 20, " ms")
    goals.at_most("resident set added, 18 agents, after a million decisions",
                  figure("resident/remora_disk/720/1t", "after_million_mb"), 8, " MB")
    for counter in ("system_calls", "page_faults", "allocations"):
        value = figure("million_decisions/remora_host_ticks/720/1t", counter)
        goals.at_most(f"a million routes and records: {counter.replace('_', ' ')}", value, 0)
    dropped = figure("million_decisions/remora_auto_tick/720/1t", "statistics_dropped")
    goals.at_most("outcomes in a flood that windows and totals lost", dropped, 0)


def print_goals(results):
    goals = Goals(results)
    add_floor_goals(goals)
    add_policy_goals(goals)
    add_parallel_goals(goals)
    add_peer_goals(goals)
    add_snapshot_goals(goals)
    add_absolute_goals(goals)
    if goals.rows:
        print("## Goals\n")
        table(["what", "goal", "measured", ""], goals.rows)


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    results = Results(paths)
    print_machine(results)
    print_latencies(results)
    print_parallel(results)
    print_policies(results)
    print_others(results)
    print_goals(results)
    for name, message in results.errors.items():
        print(f"error: {name}: {message}", file=sys.stderr)
    return 1 if results.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
