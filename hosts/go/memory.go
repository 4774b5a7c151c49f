package remora

import (
	"sync"

	"remora/internal/raw"
)

// hot is the memory of one call on the hot path. The library wants memory that stays in its place, which the stack of a goroutine does
// not; taken from a pool it makes no garbage.
type hot struct {
	task     raw.Task
	decision raw.Decision
	outcome  raw.Outcome
	reward   raw.Reward
	query    raw.SafetyQuery
	verdict  raw.SafetyVerdict
	unit     raw.GateQuery
	gate     raw.Gate
	failure  raw.Error
	agent    []byte
	taskType []byte
}

var hots = sync.Pool{New: func() any { return &hot{failure: raw.Error{StructSize: raw.ErrorSize}} }}

// batch is the memory of one batch, likewise.
type batch[In, Out any] struct {
	in      []In
	out     []Out
	counts  raw.Batch
	failure raw.Error
}

var (
	routeBatches   = batches[raw.Task, raw.Decision]()
	outcomeBatches = batches[raw.Outcome, raw.Reward]()
)

func batches[In, Out any]() *sync.Pool {
	return &sync.Pool{New: func() any { return &batch[In, Out]{failure: raw.Error{StructSize: raw.ErrorSize}} }}
}

// resize makes it a batch of so many items. Each result begins as empty.
func (b *batch[In, Out]) resize(count int, empty Out) {
	if cap(b.in) < count {
		b.in, b.out = make([]In, count), make([]Out, count)
	}
	b.in, b.out = b.in[:count], b.out[:count]
	for place := range b.out {
		b.out[place] = empty
	}
	b.counts = raw.Batch{StructSize: raw.BatchSize, Count: uint64(count)}
}
