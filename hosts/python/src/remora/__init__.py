"""Remora for Python: which variant of an agent should take a task, and learning from how it went.

    with remora.open("remora-state") as state:
        @state.agent("backend-architect", ["careful", "quick"], task_type="api-design")
        def architect(request: str, *, variant: str) -> str: ...

The library is loaded at run time (see load). Errors are exceptions (remora.errors). Everything is safe to call from any
thread; route, the checks and record block nothing, so they may be called from coroutines as they are.
"""

from ._library import Library, load, open
from .agents import Pending
from .constants import (
    ABI_VERSION,
    MAX_LABELS,
    MAX_METRICS,
    MAX_NAME_BYTES,
    MAX_STAGES,
    MAX_VARIANTS,
    NONE,
    TREATMENT_LEARNED,
    DecisionFlag,
    Durability,
    EventKind,
    Kind,
    Mode,
    OpenFlag,
    OutcomeFlag,
    Reason,
    ReplayMode,
    RolloutCommand,
    RolloutReason,
    RolloutState,
    SafetyReason,
    Settled,
    Severity,
    SnapshotKind,
    Status,
    VariantFlag,
    Verdict,
)
from .errors import RemoraError
from .state import State
from .units import unit_key
from .values import (
    Agent,
    Belief,
    Classification,
    Control,
    Convergence,
    Decision,
    Evaluation,
    Event,
    Gate,
    Next,
    Outcome,
    QCell,
    ReplayReport,
    Reward,
    RolloutStatus,
    SafetyVerdict,
    SnapshotInfo,
    Stage,
    Stats,
    Task,
    TickReport,
    Variant,
)

__version__ = "0.1.0"

__all__ = [
    "ABI_VERSION", "MAX_LABELS", "MAX_METRICS", "MAX_NAME_BYTES", "MAX_STAGES", "MAX_VARIANTS", "NONE", "TREATMENT_LEARNED",
    "Agent", "Belief", "Classification", "Control", "Convergence", "Decision", "DecisionFlag", "Durability", "Evaluation", "Event", "EventKind",
    "Gate", "Kind", "Library", "Mode", "Next", "OpenFlag", "Outcome", "OutcomeFlag", "Pending", "QCell", "Reason", "RemoraError",
    "ReplayMode", "ReplayReport", "Reward", "RolloutCommand", "RolloutReason", "RolloutState", "RolloutStatus", "SafetyReason", "SafetyVerdict", "Settled", "Severity",
    "SnapshotInfo", "SnapshotKind", "Stage", "State", "Stats", "Status", "Task", "TickReport", "Variant", "VariantFlag", "Verdict", "load",
    "open", "unit_key",
]
