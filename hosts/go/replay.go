package remora

import (
	"context"

	"remora/internal/raw"
)

// ReplayRequest is what is to be learned again. Its zero value draws one batch of 32 outcomes from all that there are.
type ReplayRequest struct {
	Mode      ReplayMode
	Agent     ID      // 0 = all of them
	Batches   uint32  // 0 = 1
	BatchSize uint32  // 0 = 32
	Pool      uint32  // newest outcomes to draw from; 0 = all
	Seed      uint64  // the same one draws alike; 0 = the library's own
	Alpha     float64 // prioritized: how much the error counts, 0 (not at all) .. 1
	Beta      float64 // prioritized: how far weights make good for that, 0 (not at all) .. 1 (fully)
}

// ReplayReport is what was learned again.
type ReplayReport struct {
	Outcomes          uint64 // that could be drawn; relearn: that were learned again
	Sampled           uint64 // drawn, the same one counted each time
	Distinct          uint64 // of these, different ones
	SkippedUnlearned  uint64 // recorded while learning was off, or decided in another generation
	SkippedSuperseded uint64 // learned by values that a restore has replaced
	SkippedNoValue    uint64 // the table had no room for their state
	SkippedUnreadable uint64 // never finished, or just being written over
	Missing           uint64 // relearn: outcomes behind the values that the history does not hold any more
	ValuesChanged     uint64 // relearn: values of states
	Generation        uint64 // in force now
	Snapshot          uint64 // relearn: sequence of the one that keeps what was replaced
	ErrorBefore       float64
	ErrorAfter        float64 // mean distance of an outcome's target from its value
}

// Replay learns once more from outcomes that the history still holds, by today's reward weights; counts of outcomes stay. With
// ReplayRelearn a new generation comes in force, and a snapshot keeps what it replaces. Errors: ErrInvalid, ErrNotFound, ErrState
// (learning is switched off), ErrPermission, ErrMemory; relearn also ErrBusy, ErrNoSpace, ErrIO.
func (s *State) Replay(ctx context.Context, request ReplayRequest) (ReplayReport, error) {
	return await(ctx, func() (ReplayReport, error) {
		q := &raw.ReplayRequest{
			StructSize: raw.ReplayRequestSize, Mode: uint32(request.Mode), Agent: uint32(request.Agent), Batches: request.Batches,
			BatchSize: request.BatchSize, Pool: request.Pool, Seed: request.Seed, Alpha: request.Alpha, Beta: request.Beta,
		}
		r := &raw.ReplayReport{StructSize: raw.ReplayReportSize}
		err := s.explained(func(failure *raw.Error) int32 { return s.raw.Replay(s.handle, q, r, failure) })
		return ReplayReport{
			Outcomes: r.Outcomes, Sampled: r.Sampled, Distinct: r.Distinct, SkippedUnlearned: r.SkippedUnlearned,
			SkippedSuperseded: r.SkippedSuperseded, SkippedNoValue: r.SkippedNoValue, SkippedUnreadable: r.SkippedUnreadable,
			Missing: r.Missing, ValuesChanged: r.ValuesChanged, Generation: r.Generation, Snapshot: r.Snapshot,
			ErrorBefore: r.ErrorBefore, ErrorAfter: r.ErrorAfter,
		}, err
	}, nil)
}
