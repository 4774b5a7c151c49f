"""The smallest host in Python.

    REMORA_LIBRARY=build/release/lib/libremora.so PYTHONPATH=hosts/python/src python3 examples/python/minimal.py
"""

import remora

with remora.open("remora-state") as state:
    state.agent_define("backend-architect", ["careful", "quick"])
    with state.task("backend-architect", "api-design") as task:
        print(f"run as {task.variant_name}")  # here the agent works
        task.report(success=True)
