"""The classes of the older Python system, on Remora: moving over is a change of imports.

    from remora.compat import DomainRouter, QLearningEngine, RewardCalculator, SafetyMonitor, TaskClassifier

All of them share one state directory: `use(state)` gives them yours; without it they open the folder named by
REMORA_STATE, else "remora-state". What was learned before stays in the older system's own files: Remora learns anew.

How they differ: values are shared by all processes at once and survive a crash; Q-values follow Remora's update (larger steps
while a value has few visits); nothing is written to JSON Lines files. See each class.
"""

from ._classifier import TaskClassifier
from ._learning import QEntry, QLearningEngine
from ._rewards import RewardCalculator
from ._router import DomainConfig, DomainRouter
from ._safety import RollbackManager, SafetyMonitor
from ._shared import use
from ._telemetry import TelemetryLogger

__all__ = ["DomainConfig", "DomainRouter", "QEntry", "QLearningEngine", "RewardCalculator", "RollbackManager", "SafetyMonitor",
           "TaskClassifier", "TelemetryLogger", "use"]
