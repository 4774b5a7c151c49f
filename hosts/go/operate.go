package remora

import (
	"context"
	"time"

	"remora/internal/raw"
)

// Control is the control word of the state directory. The zero value switches everything off; Control{Enabled: true, Learning: true,
// Mode: ModeFull} is normal.
type Control struct {
	Enabled  bool   // false: route answers the baseline at once
	Learning bool   // false: outcomes are logged but change no Q-value
	Mode     Mode   // ModeFull (normal), ModeMonitor (baseline chosen, learning logged) or ModeOff
	Source   uint32 // from ControlGet: bit 0 control call, bit 1 configuration, bit 2 this process's environment hold it down
}

// TickReport is what one tick did.
type TickReport struct {
	Elsewhere     bool   // another process holds the housekeeping lock, nothing was done
	Folded        uint64 // outcomes folded into statistics
	Reclaimed     uint32 // slots of dead processes freed
	Snapshots     uint32 // written
	StageChanges  uint32
	ConfigReloads uint32
	Restores      uint32    // active.rsnap followed
	Unblocked     uint32    // variants let back in on probation
	NextDue       time.Time // when the next tick has work
}

// Tick does what is due: syncs, folds statistics, frees what dead processes left, advances or rolls back rollouts, ends blocks, takes
// the hourly snapshot, follows remora.json and active.rsnap, writes events.jsonl. Recording does it by itself unless the state was
// opened with OpenNoAutoTick. now may be zero: the library's clock. budget 0 is no limit.
// Errors: the first part that failed; the others were done all the same.
func (s *State) Tick(ctx context.Context, now time.Time, budget time.Duration) (TickReport, error) {
	return await(ctx, func() (TickReport, error) {
		r := &raw.TickReport{StructSize: raw.TickReportSize}
		err := s.explained(func(failure *raw.Error) int32 {
			return s.raw.Tick(s.handle, nanoseconds(now), int64(budget), r, failure)
		})
		return TickReport{
			Elsewhere: r.Flags&1 != 0, Folded: r.Folded, Reclaimed: r.Reclaimed, Snapshots: r.Snapshots, StageChanges: r.StageChanges,
			ConfigReloads: r.ConfigReloads, Restores: r.Restores, Unblocked: r.Unblocked, NextDue: instant(r.NextDueNs),
		}, err
	}, nil)
}

// ControlSet throws the kill switch or sets the mode, for every process at its next call, until set otherwise. Errors: ErrInvalid.
func (s *State) ControlSet(control Control) error {
	given := &raw.Control{StructSize: raw.ControlSize, Enabled: flag(control.Enabled), Learning: flag(control.Learning),
		Mode: uint32(control.Mode)}
	return s.explained(func(failure *raw.Error) int32 { return s.raw.ControlSet(s.handle, given, failure) })
}

// ControlGet reads what is in force for this process.
func (s *State) ControlGet() (Control, error) {
	r := &raw.Control{StructSize: raw.ControlSize}
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.ControlGet(s.handle, r, failure) })
	return Control{Enabled: r.Enabled != 0, Learning: r.Learning != 0, Mode: Mode(r.Mode), Source: r.Source}, err
}

// Configure applies a configuration (the content of remora.json) to this directory's states of this process, or, when text is empty,
// reads remora.json of the directory again. A bad one is refused whole. Errors: ErrConfig (line and reason).
func (s *State) Configure(ctx context.Context, text string) error {
	content := bytesOf(text)
	return awaitError(ctx, func() error {
		return s.explained(func(failure *raw.Error) int32 {
			return s.raw.Configure(s.handle, &content[0], uint64(len(text)), failure)
		})
	})
}
