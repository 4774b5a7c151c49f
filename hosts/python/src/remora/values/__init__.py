"""What goes into a call and what comes out of it, in a module for each C header. Fields are those of the C structs,
whose headers explain them.

What comes out is a named tuple: it does not change, compares by value and may cross to another process.
"""

from .learning import Belief, Convergence, Evaluation, ReplayReport
from .names import Agent, Ref, Variant
from .observe import Event, QCell, Stats
from .operate import Control, TickReport
from .outcome import Next, Outcome, Reward
from .rollout import Gate, RolloutStatus, Stage
from .route import Classification, Decision, Task
from .safety import SafetyVerdict
from .snapshot import SnapshotInfo

__all__ = [
    "Agent", "Belief", "Classification", "Control", "Convergence", "Decision", "Evaluation", "Event", "Gate", "Next", "Outcome",
    "QCell", "Ref", "ReplayReport", "Reward", "RolloutStatus", "SafetyVerdict", "SnapshotInfo", "Stage", "Stats", "Task",
    "TickReport", "Variant",
]
