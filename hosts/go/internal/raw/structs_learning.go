package raw

// The structs of learning.h: see structs.go.

import "unsafe"

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

const (
	ConvergenceSize   = uint32(unsafe.Sizeof(Convergence{}))
	BeliefSize        = uint32(unsafe.Sizeof(Belief{}))
	ReplayRequestSize = uint32(unsafe.Sizeof(ReplayRequest{}))
	ReplayReportSize  = uint32(unsafe.Sizeof(ReplayReport{}))
	EvaluationSize    = uint32(unsafe.Sizeof(Evaluation{}))
)
