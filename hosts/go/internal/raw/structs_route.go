package raw

// The structs of route.h: see structs.go.

import "unsafe"

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

const (
	TaskSize           = uint32(unsafe.Sizeof(Task{}))
	DecisionSize       = uint32(unsafe.Sizeof(Decision{}))
	BatchSize          = uint32(unsafe.Sizeof(Batch{}))
	TextSize           = uint32(unsafe.Sizeof(Text{}))
	ClassificationSize = uint32(unsafe.Sizeof(Classification{}))
	TaskRuleSize       = uint32(unsafe.Sizeof(TaskRule{}))
)
