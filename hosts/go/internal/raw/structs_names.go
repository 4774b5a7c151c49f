package raw

// The structs of names.h: see structs.go.

import "unsafe"

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

const (
	VariantSize = uint32(unsafe.Sizeof(Variant{}))
	AgentSize   = uint32(unsafe.Sizeof(Agent{}))
)
