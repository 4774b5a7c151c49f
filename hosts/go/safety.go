package remora

import (
	"time"

	"remora/internal/raw"
)

// SafetyVerdict says whether a variant may run, with its figures.
type SafetyVerdict struct {
	Allowed         bool
	Reason          SafetyReason
	SafeVariant     uint32 // what to run instead: the best proven variant, else the baseline
	WindowCount     uint32 // outcomes in the lookback window
	WindowSuccesses uint32
	HourCount       uint32 // the last hour
	HourSuccesses   uint32
	DayCount        uint32 // the last 24 hours
	DaySuccesses    uint32
	SuccessRate     float64 // of the window; 0 when it is empty
	IntervalLow     float64 // Wilson score interval of the window
	IntervalHigh    float64
	Minimum         float64   // success rate asked for
	BlockedSince    time.Time // zero = not blocked
	Probation       time.Time // when it is let back in on probation; zero = by an operator only, or not blocked
}

// SafetyCheck answers whether a variant may run. It changes nothing. now may be zero: the library's clock. After an error the verdict
// is "not allowed". Hot: no lock, no garbage. Errors: ErrHandle, ErrInvalid, ErrNotFound.
func (s *State) SafetyCheck(agent ID, variant uint32, now time.Time) (SafetyVerdict, error) {
	memory := hots.Get().(*hot)
	memory.query = raw.SafetyQuery{StructSize: raw.SafetyQuerySize, NowNs: nanoseconds(now), Agent: uint32(agent), Variant: variant}
	memory.verdict = raw.SafetyVerdict{StructSize: raw.SafetyVerdictSize}
	code := s.raw.SafetyCheck(s.handle, &memory.query, &memory.verdict, &memory.failure)
	verdict := verdictOf(&memory.verdict)
	err := s.library.explain(code, &memory.failure)
	hots.Put(memory)
	return verdict, err
}

// VariantBlock keeps a variant out until VariantUnblock. The baseline cannot be blocked while it is the only variant left.
// Errors: ErrNotFound, ErrState.
func (s *State) VariantBlock(agent ID, variant uint32) error {
	return s.explained(func(failure *raw.Error) int32 { return s.raw.VariantBlock(s.handle, uint32(agent), variant, failure) })
}

// VariantUnblock lets a variant back in with an empty window. Errors: ErrNotFound.
func (s *State) VariantUnblock(agent ID, variant uint32) error {
	return s.explained(func(failure *raw.Error) int32 { return s.raw.VariantUnblock(s.handle, uint32(agent), variant, failure) })
}

func verdictOf(r *raw.SafetyVerdict) SafetyVerdict {
	return SafetyVerdict{
		Allowed: r.Allowed != 0, Reason: SafetyReason(r.Reason), SafeVariant: r.SafeVariant, WindowCount: r.WindowCount,
		WindowSuccesses: r.WindowSuccesses, HourCount: r.HourCount, HourSuccesses: r.HourSuccesses, DayCount: r.DayCount,
		DaySuccesses: r.DaySuccesses, SuccessRate: r.SuccessRate, IntervalLow: r.IntervalLow, IntervalHigh: r.IntervalHigh,
		Minimum: r.Minimum, BlockedSince: instant(r.BlockedSinceNs), Probation: instant(r.ProbationNs),
	}
}
