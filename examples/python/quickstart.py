"""Learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the metrics.

    REMORA_LIBRARY=build/release/lib/libremora.so PYTHONPATH=hosts/python/src python3 examples/python/quickstart.py [FOLDER]

"careful" succeeds at every task, "quick" at every second one that it gets.
"""

import sys

import remora


def main() -> None:
    """Goes through the scenario; what is learned stays in FOLDER (default: remora-state)."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "remora-state"
    with remora.open(folder) as state:
        agent = state.agent_define("backend-architect", ["careful", "quick"])
        names = [state.variant_name(agent, variant) for variant in (0, 1)]
        chosen = {"careful": 0, "quick": 0}
        for _ in range(1000):
            decision = state.route(agent, "api-design")
            name = names[decision.variant]
            chosen[name] += 1
            success = name == "careful" or chosen["quick"] % 2 == 0
            state.record_result(decision.decision_id, success, duration_ns=1_200_000_000)
        print(f"careful was chosen for {chosen['careful']} of 1000 tasks")

        state.variant_block(agent, "quick")
        verdict = state.safety_check(agent, "quick")
        why = "blocked by an operator" if verdict.reason == remora.SafetyReason.OPERATOR else f"reason {verdict.reason}"
        print(f"quick {'may run' if verdict.allowed else 'may not run'}: {why}")
        state.variant_unblock(agent, "quick")

        taken = state.snapshot()
        restored = state.restore(state.snapshot_path(taken.sequence))
        print(f"restored snapshot {restored.sequence} with {restored.visits} outcomes")
        print(f"{len(state.metrics_text().splitlines())} lines of metrics")


if __name__ == "__main__":
    main()
