package raw

// The structs of safety.h: see structs.go.

import "unsafe"

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

const (
	SafetyQuerySize   = uint32(unsafe.Sizeof(SafetyQuery{}))
	SafetyVerdictSize = uint32(unsafe.Sizeof(SafetyVerdict{}))
)
