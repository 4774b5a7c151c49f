"""The numbers of include/remora by their names; a test holds them against the headers.

Values that the library returns are plain integers: a newer library may know numbers that are not listed here. They compare
equal with these.
"""

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """Status codes (status.h). Numbers are never reused."""

    OK = 0
    INVALID = -1
    HANDLE = -2
    VERSION = -3
    UNSUPPORTED = -4
    NOT_FOUND = -5
    EXISTS = -6
    FULL = -7
    BUFFER = -8
    ALREADY_RECORDED = -9
    EXPIRED = -10
    IO = -11
    NO_SPACE = -12
    PERMISSION = -13
    DAMAGED = -14
    FORMAT = -15
    BUSY = -16
    CONFIG = -17
    MEMORY = -18
    STATE = -19
    INTERNAL = -20


class Kind(IntEnum):
    """Kinds of names (types.h)."""

    CATEGORY = 1
    AGENT = 2
    TASK_TYPE = 3
    LABEL = 4
    METRIC = 5
    ROLLOUT = 6


class VariantFlag(IntFlag):
    """Of a variant (names.h)."""

    BASELINE = 1 << 0
    RETIRED = 1 << 1


class OpenFlag(IntFlag):
    """How to open a state directory (open.h)."""

    EXISTING = 1 << 0
    ALLOW_SHARED = 1 << 1
    ALLOW_NETWORK = 1 << 2
    NO_ENVIRONMENT = 1 << 3
    KEEPER = 1 << 4
    NO_AUTO_TICK = 1 << 5
    READ_ONLY = 1 << 6
    SNAPSHOT_KEY = 1 << 7
    REQUIRE_MAC = 1 << 8
    NO_CONFIG = 1 << 9


class Durability(IntEnum):
    """Where the live files are (open.h)."""

    DISK = 0
    MEMORY = 1


class DecisionFlag(IntFlag):
    """What holds for a decision (route.h)."""

    EXPLORED = 1 << 0
    MONITOR = 1 << 1
    SHADOW = 1 << 2
    CANARY = 1 << 3
    SAFETY_FALLBACK = 1 << 4
    TABLE_FULL = 1 << 5
    CONTROL_OFF = 1 << 6
    UNTRACKED = 1 << 7
    UNSEEN = 1 << 8
    MASKED = 1 << 9
    CONTROL_ARM = 1 << 10
    LEARNING_OFF = 1 << 11


class Reason(IntEnum):
    """Why a decision came out as it did (route.h)."""

    LEARNED = 0
    EXPLORED = 1
    ONLY_VARIANT = 2
    BASELINE_OFF = 3
    BASELINE_MODE = 4
    CONTROL_ARM = 5
    TREATMENT = 6
    SAFETY = 7
    MASK = 8
    ERROR = 9
    UNSEEN = 10


class Mode(IntEnum):
    """Mode of control and of rollout stages (route.h)."""

    OFF = 0
    MONITOR = 1
    SHADOW = 2
    CANARY = 3
    FULL = 4


class OutcomeFlag(IntFlag):
    """Which parts of an outcome are given (outcome.h)."""

    HAS_QUALITY = 1 << 0
    HAS_RATING = 1 << 1
    HAS_NEXT = 1 << 2
    ABANDONED = 1 << 3
    REPORT = 1 << 8  # times the report's number


class SafetyReason(IntEnum):
    """Why a variant may or may not run (safety.h)."""

    OK = 0
    TOO_FEW = 1
    BELOW_MINIMUM = 2
    CRITICAL_ERROR = 3
    VIOLATION = 4
    OPERATOR = 5
    PROBATION = 6
    RETIRED = 7
    ROLLED_BACK = 8


class RolloutState(IntEnum):
    """Where a rollout stands (rollout.h)."""

    RUNNING = 1
    PAUSED = 2
    COMPLETE = 3
    ROLLED_BACK = 4


class RolloutReason(IntEnum):
    """Why a rollout stands there (rollout.h)."""

    NONE = 0
    TOO_EARLY = 1
    TOO_FEW = 2
    BELOW_MARGIN = 3
    PASSED = 4
    SUCCESS_DROP = 5
    CRITICAL_ERROR = 6
    SAFETY_VIOLATION = 7
    OPERATOR = 8
    BLOCKED = 9
    NOT_RUNNING = 10
    ONE_UNIT = 11


class RolloutCommand(IntEnum):
    """What an operator may tell a rollout (rollout.h)."""

    ADVANCE = 1
    PAUSE = 2
    RESUME = 3
    ROLL_BACK = 4


class SnapshotKind(IntEnum):
    """Why a snapshot was taken (snapshot.h)."""

    MANUAL = 1
    HOURLY = 2
    STAGE = 3
    RESTORE = 4


class ReplayMode(IntEnum):
    """How outcomes are learned from again (learning.h)."""

    UNIFORM = 0
    PRIORITIZED = 1
    RELEARN = 2


class Verdict(IntEnum):
    """How far learning is (learning.h)."""

    STARVED = 1
    LEARNING = 2
    DRIFTING = 3
    CONVERGED = 4


class Settled(IntFlag):
    """Figures that are as where learning has settled (learning.h)."""

    CHANGE = 1
    WINNING = 2
    SEPARATION = 4
    EXPLORED = 8
    VARIANCE = 16


class EventKind(IntEnum):
    """What an event tells (observe.h)."""

    OPENED = 1
    VARIANT_BLOCKED = 2
    VARIANT_UNBLOCKED = 3
    ROLLOUT_STARTED = 4
    STAGE_ADVANCED = 5
    ROLLED_BACK = 6
    ROLLOUT_COMPLETE = 7
    ROLLOUT_PAUSED = 8
    ROLLOUT_RESUMED = 9
    SNAPSHOT_TAKEN = 10
    SNAPSHOT_REFUSED = 11
    RESTORED = 12
    CONFIG_RELOADED = 13
    CONFIG_REFUSED = 14
    CONTROL_CHANGED = 15
    TABLE_FULL = 16
    RECOVERED = 17
    SYNC_FAILED = 18
    SNAPSHOT_FAILED = 19
    REWARD_CHANGED = 20
    RELEARNED = 21
    SEEDED = 22
    VERDICT_CHANGED = 23
    OUTCOMES_OVERDUE = 24
    VALUES_LOST = 25
    FILES_LOST = 26


class Severity(IntEnum):
    """How grave an event is (observe.h)."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3


MAX_LABELS = 8
MAX_METRICS = 8
MAX_NAME_BYTES = 96
MAX_STAGES = 8
MAX_VARIANTS = 64
NONE = 0xFFFFFFFF
TREATMENT_LEARNED = 0xFFFFFFFE
ABI_MAJOR = 1
ABI_MINOR = 1
ABI_VERSION = ABI_MAJOR << 16 | ABI_MINOR
