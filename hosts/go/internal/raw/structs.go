// The structs of include/remora as Go lays them out in memory: numbers only, C's order and sizes. A test holds them against
// abi/baseline/v1.json.
package raw

import "unsafe"

type Error struct {
	StructSize uint32
	Code       int32
	OsErrno    int32
	Reserved   uint32
	Text       [240]byte
}

type Variant struct {
	StructSize     uint32
	Flags          uint32
	Agent          uint32
	Variant        uint32
	Tier           uint32
	Blocked        uint32
	CostMicros     int64
	Outcomes       uint64
	Successes      uint64
	MeanReward     float64
	MeanDurationNs float64
	MeanCostMicros float64
}

type Convergence struct {
	StructSize      uint32
	Flags           uint32
	Agent           uint32
	TaskType        uint32
	Variant         uint32
	LabelCount      uint32
	Labels          [8]uint32
	Verdict         uint32
	Winner          uint32
	Outcomes        uint64
	Change          float64
	ChangeLow       float64
	ChangeHigh      float64
	Winning         float64
	WinningLow      float64
	WinningHigh     float64
	Separation      float64
	SeparationLow   float64
	SeparationHigh  float64
	Explored        float64
	ExploredLow     float64
	ExploredHigh    float64
	Variance        float64
	VarianceLow     float64
	VarianceHigh    float64
	Met             uint32
	ConvergedAgents uint32
	LearningAgents  uint32
	DriftingAgents  uint32
	StarvedAgents   uint32
	Reserved        uint32
}

type Belief struct {
	StructSize     uint32
	Flags          uint32
	Agent          uint32
	TaskType       uint32
	Variant        uint32
	LabelCount     uint32
	Labels         [8]uint32
	StateVisits    uint32
	AgentVisits    uint32
	Mean           float64
	Deviation      float64
	StateValue     float64
	StateWeight    float64
	AgentValue     float64
	AgentWeight    float64
	PriorValue     float64
	PriorWeight    float64
	CategoryValue  float64
	CategoryWeight float64
	FleetValue     float64
	FleetWeight    float64
	CategoryVisits uint32
	FleetVisits    uint32
	Attempts       uint32
	Reserved       uint32
	TriedVariants  uint64
}

type ReplayRequest struct {
	StructSize uint32
	Mode       uint32
	Agent      uint32
	Batches    uint32
	BatchSize  uint32
	Pool       uint32
	Seed       uint64
	Alpha      float64
	Beta       float64
}

type ReplayReport struct {
	StructSize        uint32
	Flags             uint32
	Outcomes          uint64
	Sampled           uint64
	Distinct          uint64
	SkippedUnlearned  uint64
	SkippedSuperseded uint64
	SkippedNoValue    uint64
	SkippedUnreadable uint64
	Missing           uint64
	ValuesChanged     uint64
	Generation        uint64
	Snapshot          uint64
	ErrorBefore       float64
	ErrorAfter        float64
}

type Evaluation struct {
	StructSize       uint32
	Flags            uint32
	Agent            uint32
	Resamples        uint32
	Seed             uint64
	LeastEffective   float64
	WarmUp           float64
	Outcomes         uint64
	LeftOut          uint64
	Effective        float64
	LargestWeight    float64
	MeanWeight       float64
	Logged           float64
	LoggedLow        float64
	LoggedHigh       float64
	Ips              float64
	IpsLow           float64
	IpsHigh          float64
	Snips            float64
	SnipsLow         float64
	SnipsHigh        float64
	Direct           float64
	DirectLow        float64
	DirectHigh       float64
	DoublyRobust     float64
	DoublyRobustLow  float64
	DoublyRobustHigh float64
}

type Agent struct {
	StructSize      uint32
	Flags           uint32
	Agent           uint32
	Category        uint32
	VariantCount    uint32
	BaselineVariant uint32
	SafeVariant     uint32
	Rollout         uint32
	BlockedVariants uint64
	RetiredVariants uint64
}

type Event struct {
	StructSize uint32
	Kind       uint32
	Sequence   uint64
	TimeNs     int64
	Severity   uint32
	Agent      uint32
	Variant    uint32
	Rollout    uint32
	Stage      uint32
	Reason     int32
	Value      float64
	Threshold  float64
	Detail     [2]uint64
}

type QCell struct {
	StructSize    uint32
	Flags         uint32
	Agent         uint32
	TaskType      uint32
	Variant       uint32
	Visits        uint32
	QValue        float64
	LabelCount    uint32
	Reserved      uint32
	Labels        [8]uint32
	UpdatedNs     int64
	Attempts      uint32
	Reserved1     uint32
	TriedVariants uint64
}

type Stats struct {
	StructSize     uint32
	Processes      uint32
	Generation     uint64
	States         uint64
	StateCapacity  uint64
	Names          uint64
	NameCapacity   uint64
	LedgerSlots    uint64
	Decisions      uint64
	Pending        uint64
	Outcomes       uint64
	Explored       uint64
	Events         uint64
	Visits         uint64
	HeapBytes      uint64
	MappedBytes    uint64
	LastSnapshotNs int64
}

type Options struct {
	StructSize     uint32
	Flags          uint32
	AbiVersion     uint32
	Durability     uint32
	States         uint64
	LedgerSlots    uint32
	Names          uint32
	SyncIntervalNs int64
	Reserved       [3]uint64
	SnapshotKey    [4]uint64
}

type Task struct {
	StructSize       uint32
	Flags            uint32
	Agent            uint32
	TaskType         uint32
	UnitKey          uint64
	AllowedVariants  uint64
	NowNs            int64
	Draw             uint64
	Category         uint32
	LabelCount       uint32
	Labels           [8]uint32
	PreviousDecision uint64
}

type Decision struct {
	StructSize       uint32
	Flags            uint32
	DecisionId       uint64
	ShadowDecisionId uint64
	Agent            uint32
	TaskType         uint32
	Variant          uint32
	BaselineVariant  uint32
	LearnedVariant   uint32
	ShadowVariant    uint32
	Reason           int32
	Mode             uint32
	QValue           float64
	Propensity       float64
	Epsilon          float64
	Visits           uint32
	Rollout          uint32
	Stage            uint32
	Reserved         uint32
}

type Batch struct {
	StructSize  uint32
	Flags       uint32
	Count       uint64
	InStride    uint64
	OutStride   uint64
	Done        uint64
	FirstFailed uint64
}

type Text struct {
	StructSize uint32
	Flags      uint32
	TextSize   uint64
	FilesSize  uint64
}

type Classification struct {
	StructSize    uint32
	TaskType      uint32
	Confidence    float64
	RunnerUp      uint32
	Reserved      uint32
	Score         float64
	RunnerUpScore float64
}

type TaskRule struct {
	StructSize   uint32
	Flags        uint32
	KeywordsSize uint32
	NameSize     uint32
	PatternsSize uint32
	Reserved     uint32
	Weight       float64
}

type Control struct {
	StructSize uint32
	Enabled    uint32
	Learning   uint32
	Mode       uint32
	Source     uint32
	Reserved   uint32
}

type TickReport struct {
	StructSize    uint32
	Flags         uint32
	Folded        uint64
	Reclaimed     uint32
	Snapshots     uint32
	StageChanges  uint32
	ConfigReloads uint32
	Restores      uint32
	Unblocked     uint32
	NextDueNs     int64
}

type Outcome struct {
	StructSize       uint32
	Flags            uint32
	DecisionId       uint64
	NowNs            int64
	Agent            uint32
	Variant          uint32
	TaskType         uint32
	LabelCount       uint32
	Labels           [8]uint32
	Success          uint32
	CriticalError    uint32
	SafetyViolation  uint32
	Complaint        uint32
	Quality          float64
	DurationNs       int64
	CostMicros       int64
	ErrorCount       uint32
	UserCorrections  uint32
	TokensIn         uint64
	TokensOut        uint64
	UserRating       float64
	ToolCallsCorrect uint32
	ToolCallsTotal   uint32
	NextAgent        uint32
	NextTaskType     uint32
	NextLabelCount   uint32
	MetricCount      uint32
	NextLabels       [8]uint32
	MetricIds        [8]uint32
	Metrics          [8]float64
	NextDecision     uint64
}

type Reward struct {
	StructSize  uint32
	Flags       uint32
	Reward      float64
	Target      float64
	QBefore     float64
	QAfter      float64
	SuccessTerm float64
	QualityTerm float64
	TimeTerm    float64
	ErrorTerm   float64
	CostTerm    float64
	Visits      uint32
	Reserved    uint32
	TokensTerm  float64
}

type RolloutStage struct {
	Mode             uint32
	ShareBasisPoints uint32
	MinimumSamples   uint32
	Reserved0        uint32
	MinimumNs        int64
	Margin           float64
	MaximumDrop      float64
	Reserved         [3]uint64
}

type RolloutPlan struct {
	StructSize uint32
	Flags      uint32
	Agent      uint32
	Treatment  uint32
	StageCount uint32
	Reserved   uint32
	NowNs      int64
	Stages     [8]RolloutStage
}

type GateQuery struct {
	StructSize uint32
	Flags      uint32
	UnitKey    uint64
	Agent      uint32
	Reserved   uint32
}

type Gate struct {
	StructSize       uint32
	In               uint32
	Rollout          uint32
	Stage            uint32
	Mode             uint32
	State            uint32
	ShareBasisPoints uint32
	Reason           int32
}

type Rollout struct {
	StructSize         uint32
	State              uint32
	Rollout            uint32
	Agent              uint32
	Treatment          uint32
	Stage              uint32
	StageCount         uint32
	Mode               uint32
	ShareBasisPoints   uint32
	Reason             int32
	TreatmentCount     uint32
	TreatmentSuccesses uint32
	BaselineCount      uint32
	BaselineSuccesses  uint32
	SamplesNeeded      uint32
	Reserved           uint32
	StartedNs          int64
	StageStartedNs     int64
	StageEndsNs        int64
	Difference         float64
	DifferenceLow      float64
	DifferenceHigh     float64
}

type SafetyQuery struct {
	StructSize uint32
	Flags      uint32
	NowNs      int64
	Agent      uint32
	Variant    uint32
}

type SafetyVerdict struct {
	StructSize      uint32
	Allowed         uint32
	Reason          int32
	SafeVariant     uint32
	WindowCount     uint32
	WindowSuccesses uint32
	HourCount       uint32
	HourSuccesses   uint32
	DayCount        uint32
	DaySuccesses    uint32
	SuccessRate     float64
	IntervalLow     float64
	IntervalHigh    float64
	Minimum         float64
	BlockedSinceNs  int64
	ProbationNs     int64
}

type SnapshotInfo struct {
	StructSize uint32
	Kind       uint32
	Sequence   uint64
	TakenNs    int64
	Rows       uint64
	Visits     uint64
	Bytes      uint64
	Generation uint64
	Checksum   uint64
	KeyId      uint64
}

// Flags of an outcome (outcome.h). Hosts do not see them: they follow from what is given.
const (
	OutcomeHasQuality uint32 = 1 << 0
	OutcomeHasRating  uint32 = 1 << 1
	OutcomeHasNext    uint32 = 1 << 2
	OutcomeAbandoned  uint32 = 1 << 3
	OutcomeReport     uint32 = 1 << 8 // times the report's number
)

// What a struct's first field says.
const (
	ErrorSize          = uint32(unsafe.Sizeof(Error{}))
	VariantSize        = uint32(unsafe.Sizeof(Variant{}))
	AgentSize          = uint32(unsafe.Sizeof(Agent{}))
	EventSize          = uint32(unsafe.Sizeof(Event{}))
	QCellSize          = uint32(unsafe.Sizeof(QCell{}))
	StatsSize          = uint32(unsafe.Sizeof(Stats{}))
	OptionsSize        = uint32(unsafe.Sizeof(Options{}))
	TaskSize           = uint32(unsafe.Sizeof(Task{}))
	DecisionSize       = uint32(unsafe.Sizeof(Decision{}))
	BatchSize          = uint32(unsafe.Sizeof(Batch{}))
	TextSize           = uint32(unsafe.Sizeof(Text{}))
	ClassificationSize = uint32(unsafe.Sizeof(Classification{}))
	TaskRuleSize       = uint32(unsafe.Sizeof(TaskRule{}))
	ControlSize        = uint32(unsafe.Sizeof(Control{}))
	TickReportSize     = uint32(unsafe.Sizeof(TickReport{}))
	OutcomeSize        = uint32(unsafe.Sizeof(Outcome{}))
	RewardSize         = uint32(unsafe.Sizeof(Reward{}))
	RolloutPlanSize    = uint32(unsafe.Sizeof(RolloutPlan{}))
	GateQuerySize      = uint32(unsafe.Sizeof(GateQuery{}))
	GateSize           = uint32(unsafe.Sizeof(Gate{}))
	RolloutSize        = uint32(unsafe.Sizeof(Rollout{}))
	SafetyQuerySize    = uint32(unsafe.Sizeof(SafetyQuery{}))
	SafetyVerdictSize  = uint32(unsafe.Sizeof(SafetyVerdict{}))
	SnapshotInfoSize   = uint32(unsafe.Sizeof(SnapshotInfo{}))
	ConvergenceSize    = uint32(unsafe.Sizeof(Convergence{}))
	BeliefSize         = uint32(unsafe.Sizeof(Belief{}))
	EvaluationSize     = uint32(unsafe.Sizeof(Evaluation{}))
	ReplayRequestSize  = uint32(unsafe.Sizeof(ReplayRequest{}))
	ReplayReportSize   = uint32(unsafe.Sizeof(ReplayReport{}))
)

// zeroes has one of each.
var zeroes = []any{
	Error{}, Variant{}, Agent{}, Event{}, QCell{}, Stats{}, Options{}, Task{}, Decision{}, Batch{}, Text{},
	Classification{}, TaskRule{}, Control{}, TickReport{}, Outcome{}, Reward{}, RolloutStage{}, RolloutPlan{},
	GateQuery{}, Gate{}, Rollout{}, SafetyQuery{}, SafetyVerdict{}, SnapshotInfo{},
	Belief{}, Convergence{}, ReplayRequest{}, ReplayReport{}, Evaluation{},
}
