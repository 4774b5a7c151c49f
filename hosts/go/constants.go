package remora

// The numbers of include/remora, by the names they have there; a test holds them against abi/baseline/v1.json. The library may
// return newer ones: treat one that you do not know as the general case.

// Status is a status code of the library, and the error that errors.Is finds in what this package returns.
type Status int32

const (
	OK                 Status = 0   // done
	ErrInvalid         Status = -1  // an argument is missing, out of range or not a finite number
	ErrHandle          Status = -2  // the handle is not open, was closed, or never came from Open
	ErrVersion         Status = -3  // the library and the host were built for different ABI versions
	ErrUnsupported     Status = -4  // a newer struct field or flag is set that this library does not know
	ErrNotFound        Status = -5  // no such name, id, file or decision
	ErrExists          Status = -6  // it exists already, with other properties
	ErrFull            Status = -7  // a fixed capacity of the state directory is used up
	ErrBuffer          Status = -8  // the caller's buffer is too small; the needed size was returned
	ErrAlreadyRecorded Status = -9  // this decision has its outcome; nothing was changed
	ErrExpired         Status = -10 // the decision is unknown: never made here, or older than the ledger
	ErrIO              Status = -11 // the operating system refused an operation on a file
	ErrNoSpace         Status = -12 // the file system is full
	ErrPermission      Status = -13 // owner, mode or kind of a file or folder is not acceptable
	ErrDamaged         Status = -14 // a file's content is damaged; it was not used
	ErrFormat          Status = -15 // a file has another layout version, byte order or kind; it was left untouched
	ErrBusy            Status = -16 // another process holds a lock; try again later
	ErrConfig          Status = -17 // the configuration is not valid; the one in force was kept
	ErrMemory          Status = -18 // memory could not be had
	ErrState           Status = -19 // not possible in the present state of the rollout, variant or handle
	ErrInternal        Status = -20 // a defect of the library; the call had no effect
)

// Kind is a kind of names (types.h).
type Kind uint32

const (
	KindCategory Kind = 1 // a group of agents ("testing")
	KindAgent    Kind = 2 // a named worker ("backend-architect")
	KindTaskType Kind = 3 // the class of a task ("api-design")
	KindLabel    Kind = 4 // a context label ("lang=python")
	KindMetric   Kind = 5 // a metric of the host's own ("lint_warnings")
	KindRollout  Kind = 6 // a rollout plan ("prompt-v2")
)

// VariantFlag says what holds for a variant (names.h).
type VariantFlag uint32

const (
	VariantBaseline VariantFlag = 1 << 0 // the variant trusted today; exactly one an agent, the first unless said
	VariantRetired  VariantFlag = 1 << 1 // registered, never chosen
)

// OpenFlag says how to open a state directory (open.h).
type OpenFlag uint32

const (
	OpenExisting      OpenFlag = 1 << 0 // fail when there is no state yet, instead of creating it
	OpenAllowShared   OpenFlag = 1 << 1 // accept a folder that other users may write
	OpenAllowNetwork  OpenFlag = 1 << 2 // accept a network file system (not supported for several machines)
	OpenNoEnvironment OpenFlag = 1 << 3 // read no variable of the environment (docs/configuration.md)
	OpenKeeper        OpenFlag = 1 << 4 // start one thread that ticks every 250 ms, joined by Close
	OpenNoAutoTick    OpenFlag = 1 << 5 // recording does not piggy-back due housekeeping; the host ticks itself
	OpenReadOnly      OpenFlag = 1 << 6 // look only: route, record and every change answer ErrPermission
	OpenSnapshotKey   OpenFlag = 1 << 7 // set for Options.SnapshotKey
	OpenRequireMAC    OpenFlag = 1 << 8 // restore no snapshot that the key does not authenticate
	OpenNoConfig      OpenFlag = 1 << 9 // neither read nor follow remora.json: for tools that must work while it is bad
)

// Durability says where the live files are (open.h).
type Durability uint32

const (
	DurabilityDisk   Durability = 0 // live files in the state directory, synced every SyncInterval
	DurabilityMemory Durability = 1 // live files in memory-backed storage; snapshots alone survive a reboot
)

// DecisionFlag says what holds for a decision (route.h).
type DecisionFlag uint32

const (
	DecisionExplored       DecisionFlag = 1 << 0  // the policy explored rather than took the best Q-value
	DecisionMonitor        DecisionFlag = 1 << 1  // baseline chosen; LearnedVariant is what learning would have done
	DecisionShadow         DecisionFlag = 1 << 2  // also run ShadowVariant and report it under ShadowDecisionID
	DecisionCanary         DecisionFlag = 1 << 3  // this unit is in a rollout's treatment below full share
	DecisionSafetyFallback DecisionFlag = 1 << 4  // the wanted variant is blocked: the safe variant was chosen
	DecisionTableFull      DecisionFlag = 1 << 5  // an unseen state met a full table: its outcome updates parents only
	DecisionControlOff     DecisionFlag = 1 << 6  // kill switch: baseline
	DecisionUntracked      DecisionFlag = 1 << 7  // no ledger slot could be had: DecisionID is 0
	DecisionUnseen         DecisionFlag = 1 << 8  // nothing learned for this state yet
	DecisionMasked         DecisionFlag = 1 << 9  // the allowed mask left no safe variant; the baseline was chosen
	DecisionControlArm     DecisionFlag = 1 << 10 // this unit is in a running rollout's control arm
	DecisionLearningOff    DecisionFlag = 1 << 11 // outcomes are logged but do not change Q-values now
)

// Reason says why a decision came out as it did (route.h).
type Reason int32

const (
	ReasonLearned      Reason = 0  // best Q-value
	ReasonExplored     Reason = 1  // the policy's exploration
	ReasonOnlyVariant  Reason = 2  // nothing else was eligible
	ReasonBaselineOff  Reason = 3  // control: disabled
	ReasonBaselineMode Reason = 4  // control or rollout stage: monitor or shadow
	ReasonControlArm   Reason = 5  // rollout: this unit is not in the treatment
	ReasonTreatment    Reason = 6  // rollout: this unit gets the treatment variant
	ReasonSafety       Reason = 7  // safety check: the safe variant
	ReasonMask         Reason = 8  // the allowed mask: the baseline
	ReasonError        Reason = 9  // the call failed: baseline where known, variant 0 elsewhere
	ReasonUnseen       Reason = 10 // nothing learned yet for the state: chosen at random, or by its parents
)

// Mode is the mode of control and of rollout stages (route.h).
type Mode uint32

const (
	ModeOff     Mode = 0
	ModeMonitor Mode = 1
	ModeShadow  Mode = 2
	ModeCanary  Mode = 3
	ModeFull    Mode = 4
)

// SafetyReason says why a variant may or may not run (safety.h).
type SafetyReason int32

const (
	SafetyOK            SafetyReason = 0
	SafetyTooFew        SafetyReason = 1 // allowed: fewer outcomes than the window asks for
	SafetyBelowMinimum  SafetyReason = 2 // blocked: window and interval below the minimum
	SafetyCriticalError SafetyReason = 3 // blocked at once
	SafetyViolation     SafetyReason = 4 // blocked at once
	SafetyOperator      SafetyReason = 5 // blocked by VariantBlock
	SafetyProbation     SafetyReason = 6 // allowed again after its block; blocked at the first relapse
	SafetyRetired       SafetyReason = 7 // the host withdrew the variant
	SafetyRolledBack    SafetyReason = 8 // blocked because its rollout was rolled back
)

// RolloutState says where a rollout stands (rollout.h).
type RolloutState uint32

const (
	RolloutRunning    RolloutState = 1
	RolloutPaused     RolloutState = 2 // the stage and its share hold; nothing advances by itself; rolling back still does
	RolloutComplete   RolloutState = 3 // the last stage held: the treatment stays at full share
	RolloutRolledBack RolloutState = 4 // the treatment gets no traffic
)

// RolloutReason says why a rollout stands there (rollout.h).
type RolloutReason int32

const (
	RolloutNone            RolloutReason = 0
	RolloutTooEarly        RolloutReason = 1  // minimum time not over
	RolloutTooFew          RolloutReason = 2  // minimum samples not reached
	RolloutBelowMargin     RolloutReason = 3  // holds: worse than the baseline by more than the stage's margin
	RolloutPassed          RolloutReason = 4  // every criterion holds
	RolloutSuccessDrop     RolloutReason = 5  // rolled back: success rate too far below the baseline's
	RolloutCriticalError   RolloutReason = 6  // rolled back: a critical error in the treatment
	RolloutSafetyViolation RolloutReason = 7  // rolled back: a safety violation in the treatment
	RolloutOperator        RolloutReason = 8  // by RolloutCommand
	RolloutBlocked         RolloutReason = 9  // rolled back: the safety check blocked the treatment variant
	RolloutNotRunning      RolloutReason = 10 // no rollout for this agent
	RolloutOneUnit         RolloutReason = 11 // holds: the samples are there, but too many of them are of one unit
)

// RolloutCommand is what an operator may tell a rollout (rollout.h).
type RolloutCommand uint32

const (
	RolloutAdvance  RolloutCommand = 1 // to the next stage now, whatever the criteria say
	RolloutPause    RolloutCommand = 2
	RolloutResume   RolloutCommand = 3
	RolloutRollBack RolloutCommand = 4 // traffic back to the baseline at every process's next decision
)

// SnapshotKind says why a snapshot was taken (snapshot.h).
type SnapshotKind uint32

const (
	SnapshotManual  SnapshotKind = 1
	SnapshotHourly  SnapshotKind = 2
	SnapshotStage   SnapshotKind = 3 // before a rollout changes stage
	SnapshotRestore SnapshotKind = 4 // what a restore is about to replace
)

// Verdict is how far learning is (learning.h).
type Verdict uint32

const (
	VerdictStarved   Verdict = 1 // too few outcomes to say anything
	VerdictLearning  Verdict = 2
	VerdictDrifting  Verdict = 3 // the rewards of a variant changed not long ago
	VerdictConverged Verdict = 4
)

// Settled are the figures that are as where learning has settled, as bits (learning.h).
type Settled uint32

const (
	SettledChange     Settled = 1
	SettledWinning    Settled = 2
	SettledSeparation Settled = 4
	SettledExplored   Settled = 8
	SettledVariance   Settled = 16
)

// ReplayMode is how outcomes are learned from again (learning.h).
type ReplayMode uint32

const (
	ReplayUniform     ReplayMode = 0 // each outcome is drawn as often as any other
	ReplayPrioritized ReplayMode = 1 // those more often whose values are far off
	ReplayRelearn     ReplayMode = 2 // all of them once, in their order, into a new generation
)

// EventKind is what an event tells (observe.h).
type EventKind uint32

const (
	EventOpened           EventKind = 1
	EventVariantBlocked   EventKind = 2
	EventVariantUnblocked EventKind = 3
	EventRolloutStarted   EventKind = 4
	EventStageAdvanced    EventKind = 5
	EventRolledBack       EventKind = 6
	EventRolloutComplete  EventKind = 7
	EventRolloutPaused    EventKind = 8
	EventRolloutResumed   EventKind = 9
	EventSnapshotTaken    EventKind = 10
	EventSnapshotRefused  EventKind = 11 // a bad file was offered; nothing changed
	EventRestored         EventKind = 12 // value: generation before, detail: generation now, sequence restored
	EventConfigReloaded   EventKind = 13
	EventConfigRefused    EventKind = 14
	EventControlChanged   EventKind = 15
	EventTableFull        EventKind = 16
	EventRecovered        EventKind = 17 // slots of a dead process were freed
	EventSyncFailed       EventKind = 18
	EventSnapshotFailed   EventKind = 19
	EventRewardChanged    EventKind = 20
	EventRelearned        EventKind = 21 // value: generation before, detail: generation now, outcomes used
	EventSeeded           EventKind = 22 // a variant got a value to start from; detail: outcomes it counts as, agents it comes from
	EventVerdictChanged   EventKind = 23
	EventOutcomesOverdue  EventKind = 24
	EventValuesLost       EventKind = 25 // value: generation lost, detail: generation now, snapshot restored
	EventFilesLost        EventKind = 26 // reason: 1 directory, 2 lock, 3 history, 4 generation; value: 1 = a snapshot was taken
)

// Severity is how grave an event is (observe.h).
type Severity uint32

const (
	SeverityInfo     Severity = 1
	SeverityWarning  Severity = 2
	SeverityCritical Severity = 3
)

const (
	None             uint32 = 0xFFFFFFFF // no variant
	TreatmentLearned uint32 = 0xFFFFFFFE // a rollout's treatment is learned routing itself
)

const (
	MaxVariants  = 64 // variants of one agent; a variant is an index 0..63 within its agent
	MaxLabels    = 8  // context labels of one task
	MaxMetrics   = 8  // metrics of one outcome
	MaxStages    = 8  // stages of one rollout
	MaxNameBytes = 96 // bytes of one name
)

// The ABI that this package was written for. It runs with any library of this major version whose minor version is not smaller.
const (
	ABIMajor   = 1
	ABIMinor   = 1
	ABIVersion = ABIMajor<<16 | ABIMinor
)
