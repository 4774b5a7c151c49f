package raw

// The structs of rollout.h: see structs.go.

import "unsafe"

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

const (
	RolloutPlanSize = uint32(unsafe.Sizeof(RolloutPlan{}))
	GateQuerySize   = uint32(unsafe.Sizeof(GateQuery{}))
	GateSize        = uint32(unsafe.Sizeof(Gate{}))
	RolloutSize     = uint32(unsafe.Sizeof(Rollout{}))
)
