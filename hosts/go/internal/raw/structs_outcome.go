package raw

// The structs of outcome.h: see structs.go.

import "unsafe"

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

// Flags of an outcome (outcome.h). Hosts do not see them: they follow from what is given.
const (
	OutcomeHasQuality uint32 = 1 << 0
	OutcomeHasRating  uint32 = 1 << 1
	OutcomeHasNext    uint32 = 1 << 2
	OutcomeAbandoned  uint32 = 1 << 3
	OutcomeReport     uint32 = 1 << 8 // times the report's number
)

const (
	OutcomeSize = uint32(unsafe.Sizeof(Outcome{}))
	RewardSize  = uint32(unsafe.Sizeof(Reward{}))
)
