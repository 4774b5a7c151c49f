"""The structs of include/remora, field by field, in a module for each header.
A test holds sizes, offsets and types against the headers.

Names and meanings are those of the C headers. Structs carry numbers only; `struct_size` comes first and is set by the caller.
"""

from .learning import remora_belief, remora_convergence, remora_evaluation, remora_replay_report, remora_replay_request
from .names import remora_agent, remora_variant
from .observe import remora_event, remora_q_cell, remora_stats
from .open import remora_error, remora_options
from .operate import remora_control, remora_tick_report
from .outcome import remora_outcome, remora_reward
from .rollout import remora_gate, remora_gate_query, remora_rollout, remora_rollout_plan, remora_rollout_stage
from .route import remora_batch, remora_classification, remora_decision, remora_task, remora_task_rule, remora_text
from .safety import remora_safety_query, remora_safety_verdict
from .snapshot import remora_snapshot_info

__all__ = [
    "remora_agent", "remora_batch", "remora_belief", "remora_classification", "remora_control", "remora_convergence",
    "remora_decision", "remora_error", "remora_evaluation", "remora_event", "remora_gate", "remora_gate_query", "remora_options",
    "remora_outcome", "remora_q_cell", "remora_replay_report", "remora_replay_request", "remora_reward", "remora_rollout",
    "remora_rollout_plan", "remora_rollout_stage", "remora_safety_query", "remora_safety_verdict", "remora_snapshot_info",
    "remora_stats", "remora_task", "remora_task_rule", "remora_text", "remora_tick_report", "remora_variant",
]
