package remora

import (
	"fmt"
	"strings"
	"time"

	"remora/internal/raw"
)

// QCell is one learned value.
type QCell struct {
	Agent    ID
	TaskType ID
	Variant  uint32
	Visits   uint32
	QValue   float64
	Labels   []ID
	Updated  time.Time // to the second
	Attempts uint32    // at the same task before
	// TriedVariants has bit i set where variant i was among them.
	TriedVariants uint64
}

// Event is something an operator wants to know.
type Event struct {
	Kind      EventKind
	Sequence  uint64 // growing by one
	Time      time.Time
	Severity  Severity
	Agent     ID     // or 0
	Variant   uint32 // or None
	Rollout   ID     // or 0
	Stage     uint32
	Reason    int32     // a SafetyReason or RolloutReason, by Kind
	Value     float64   // the figure that decided
	Threshold float64   // what it was held against
	Detail    [2]uint64 // by Kind: counts, sequences, generations
}

// Stats are figures of the whole state directory. Counters cover its life, over all processes.
type Stats struct {
	Processes     uint32 // that have the directory open now
	Generation    uint64
	States        uint64 // rows in use
	StateCapacity uint64 // rows that may be used
	Names         uint64
	NameCapacity  uint64
	LedgerSlots   uint64
	Decisions     uint64 // made
	Pending       uint64 // in the ledger without an outcome
	Outcomes      uint64 // acknowledged
	Explored      uint64 // decisions that explored
	Events        uint64 // ever published
	Visits        uint64 // sum over the Q-table
	HeapBytes     uint64 // held by this process's plugin beside the mapping
	MappedBytes   uint64
	LastSnapshot  time.Time
}

// QCells lists the learned values. They may move meanwhile.
func (s *State) QCells() *List[QCell] {
	return listOf(s.library, raw.QCell{StructSize: raw.QCellSize}, qCellOf,
		func(cursor *uint64, cells *raw.QCell, most uint32, count *uint32) int32 {
			return s.raw.QCells(s.handle, cursor, cells, uint64(raw.QCellSize), most, count)
		})
}

// Events lists the events from a sequence on (0 = the oldest kept). A reader that fell behind goes on at the oldest kept; the gap shows
// in the sequences.
func (s *State) Events(since uint64) *List[Event] {
	return listOf(s.library, raw.Event{StructSize: raw.EventSize}, eventOf,
		func(cursor *uint64, events *raw.Event, most uint32, count *uint32) int32 {
			return s.raw.Events(s.handle, cursor, events, uint64(raw.EventSize), most, count)
		}).From(since)
}

// EventText is an event as one line of JSON, names resolved: what events.jsonl holds.
func (s *State) EventText(event Event) (string, error) {
	r := event.raw()
	return s.text(512, func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
		return s.raw.EventText(s.handle, r, buffer, capacity, needed, failure)
	})
}

// StatsGet reads the figures of the state directory.
func (s *State) StatsGet() (Stats, error) {
	r := &raw.Stats{StructSize: raw.StatsSize}
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.StatsGet(s.handle, r, failure) })
	return Stats{
		Processes: r.Processes, Generation: r.Generation, States: r.States, StateCapacity: r.StateCapacity, Names: r.Names,
		NameCapacity: r.NameCapacity, LedgerSlots: r.LedgerSlots, Decisions: r.Decisions, Pending: r.Pending, Outcomes: r.Outcomes,
		Explored: r.Explored, Events: r.Events, Visits: r.Visits, HeapBytes: r.HeapBytes, MappedBytes: r.MappedBytes,
		LastSnapshot: instant(r.LastSnapshotNs),
	}, err
}

// MetricsText is all metrics in the Prometheus text format.
func (s *State) MetricsText() (string, error) {
	return s.text(16384, func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
		return s.raw.MetricsText(s.handle, buffer, capacity, needed, failure)
	})
}

// LogCallback has listener hear the log lines of at least a level (0 trace .. 5 critical); nil ends it. It is called from inside calls
// on this state, but never from one on the hot path, and may itself call anything but Close. When it panics, Options.Warn is told.
func (s *State) LogCallback(listener func(level int, text string), level int) error {
	s.log.Lock()
	defer s.log.Unlock()
	var function, user uintptr
	if listener != nil {
		function = raw.LogFunction()
		user = raw.Listen(func(level int32, text string) {
			defer func() { // a panic must not go through the library
				if reason := recover(); reason != nil {
					s.tell(fmt.Errorf("the log listener panicked: %v", reason))
				}
			}()
			listener(int(level), text)
		})
	}
	err := s.explained(func(failure *raw.Error) int32 {
		return s.raw.LogCallback(s.handle, function, user, int32(level), failure)
	})
	if err != nil {
		raw.Unlisten(user)
		return err
	}
	raw.Unlisten(s.log.user)
	s.log.user = user
	return nil
}

// stopListening lets the listener go when the library can call it no more.
func (s *State) stopListening() {
	s.log.Lock()
	defer s.log.Unlock()
	raw.Unlisten(s.log.user)
	s.log.user = 0
}

// LogDrain takes the oldest log lines of this process, of which the last 256 are kept; none when there are no more.
func (s *State) LogDrain() ([]string, error) {
	const capacity = 16384
	buffer := make([]byte, capacity)
	written := new(uint64)
	err := s.explained(func(failure *raw.Error) int32 {
		return s.raw.LogDrain(s.handle, &buffer[0], capacity, written, failure)
	})
	if err != nil || *written == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(buffer[:*written]), "\n"), "\n"), nil
}

func qCellOf(r *raw.QCell) QCell {
	cell := QCell{
		Agent: ID(r.Agent), TaskType: ID(r.TaskType), Variant: r.Variant, Visits: r.Visits, QValue: r.QValue,
		Updated: instant(r.UpdatedNs), Attempts: r.Attempts, TriedVariants: r.TriedVariants,
	}
	for place := 0; place < int(r.LabelCount) && place < len(r.Labels); place++ {
		cell.Labels = append(cell.Labels, ID(r.Labels[place]))
	}
	return cell
}

func eventOf(r *raw.Event) Event {
	return Event{
		Kind: EventKind(r.Kind), Sequence: r.Sequence, Time: instant(r.TimeNs), Severity: Severity(r.Severity), Agent: ID(r.Agent),
		Variant: r.Variant, Rollout: ID(r.Rollout), Stage: r.Stage, Reason: r.Reason, Value: r.Value, Threshold: r.Threshold,
		Detail: r.Detail,
	}
}

func (e *Event) raw() *raw.Event {
	return &raw.Event{
		StructSize: raw.EventSize, Kind: uint32(e.Kind), Sequence: e.Sequence, TimeNs: nanoseconds(e.Time),
		Severity: uint32(e.Severity), Agent: uint32(e.Agent), Variant: e.Variant, Rollout: uint32(e.Rollout), Stage: e.Stage,
		Reason: e.Reason, Value: e.Value, Threshold: e.Threshold, Detail: e.Detail,
	}
}
