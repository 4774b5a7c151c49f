package remora

import (
	"context"
	"encoding/binary"
	"errors"
	"log"
	"sync"
	"time"

	"remora/internal/raw"
)

// ID is the id of a name: a category, an agent, a task type, a label, a metric or a rollout. 0 is none. Ids are stable for the life
// of a state directory and differ between directories.
type ID uint32

// Options say how to open a state directory. The zero value takes all defaults. Capacities count only when the state is created.
type Options struct {
	Flags        OpenFlag
	Durability   Durability
	States       uint64        // states (agent x task type x labels) of up to 6 variants; 0 = 131,072
	LedgerSlots  uint32        // decisions in flight and remembered; a power of two; 0 = 65,536
	Names        uint32        // interned names of all kinds; 0 = 8,192
	SyncInterval time.Duration // 0 = 1 s, negative = never
	ABIVersion   uint32        // that the host was built for; 0 = this package's

	// SnapshotKey, 32 random bytes, signs snapshots; none that claims to be signed with it and is not is restored. All zeros = no key.
	SnapshotKey [32]byte

	// Warn is told of Remora's own failures that Task and Agent keep from the host. nil = they are given to log.Print.
	Warn func(error)
}

func (o *Options) raw() raw.Options {
	version := o.ABIVersion
	if version == 0 {
		version = ABIVersion
	}
	interval := int64(o.SyncInterval)
	if interval < 0 {
		interval = -1
	}
	options := raw.Options{StructSize: raw.OptionsSize, Flags: uint32(o.Flags), AbiVersion: version, Durability: uint32(o.Durability),
		States: o.States, LedgerSlots: o.LedgerSlots, Names: o.Names, SyncIntervalNs: interval}
	if o.SnapshotKey != [32]byte{} {
		options.Flags |= uint32(OpenSnapshotKey)
	}
	for word := range options.SnapshotKey {
		options.SnapshotKey[word] = binary.LittleEndian.Uint64(o.SnapshotKey[8*word:])
	}
	return options
}

// State is an open state directory. All of its methods may be called from any goroutine at any time; those on the hot path (Route,
// RecordOutcome, RecordResult, SafetyCheck, RolloutGate and the batches) take no lock and make no garbage.
type State struct {
	library   *Library
	raw       *raw.Library
	handle    uint64
	directory string
	warn      func(error)

	log struct {
		sync.Mutex
		user uintptr // of the listener, or 0
	}
}

// Open opens the state directory with the library that Load("") finds, creating it when there is none. nil takes all default options.
//
// When ctx ends before the directory is open, Open returns its error at once, and closes the state when it comes.
func Open(ctx context.Context, directory string, options *Options) (*State, error) {
	library, err := defaultLibrary()
	if err != nil {
		return nil, err
	}
	return library.Open(ctx, directory, options)
}

// Close waits for calls in flight on this state and syncs. Any later call, a second Close too, answers ErrHandle.
// In a listener of the log it is refused with ErrState, and the state stays open.
func (s *State) Close() error {
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.Close(s.handle, failure) })
	if !errors.Is(err, ErrState) {
		s.stopListening()
	}
	return err
}

// Library is the library that the state was opened with.
func (s *State) Library() *Library { return s.library }

// Directory is the absolute path of the state directory.
func (s *State) Directory() string { return s.directory }

func (s *State) tell(err error) {
	if s.warn != nil {
		s.warn(err)
	} else {
		log.Print(err)
	}
}

// explained makes a call that is off the hot path.
func (s *State) explained(call func(failure *raw.Error) int32) error {
	failure := newFailure()
	return s.library.explain(call(failure), failure)
}

// id makes a call that gives an id.
func (s *State) id(call func(id *uint32, failure *raw.Error) int32) (ID, error) {
	id := new(uint32)
	err := s.explained(func(failure *raw.Error) int32 { return call(id, failure) })
	return ID(*id), err
}

func (s *State) text(firstGuess int, fill func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32) (string, error) {
	return s.library.text(firstGuess, fill)
}

// await gives what work gives, or the error of ctx when that comes first. A call into the library cannot be broken off: work then goes
// on by itself, and what it gives is left to late, which may be nil.
func await[Result any](ctx context.Context, work func() (Result, error), late func(Result)) (Result, error) {
	var none Result
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if ctx.Done() == nil {
		return work()
	}
	answers := make(chan answer[Result], 1)
	go func() {
		result, err := work()
		answers <- answer[Result]{result, err}
	}()
	select {
	case given := <-answers:
		return given.result, given.err
	case <-ctx.Done():
		if late != nil {
			go func() {
				if given := <-answers; given.err == nil {
					late(given.result)
				}
			}()
		}
		return none, ctx.Err()
	}
}

// answer is what the work of await gives.
type answer[Result any] struct {
	result Result
	err    error
}

// awaitError is await for work that gives nothing but an error.
func awaitError(ctx context.Context, work func() error) error {
	_, err := await(ctx, func() (struct{}, error) { return struct{}{}, work() }, nil)
	return err
}

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant is the time of nanoseconds since 1970; the zero time for 0.
func instant(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds)
}

func flag(is bool) uint32 {
	if is {
		return 1
	}
	return 0
}
