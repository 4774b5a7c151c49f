// Command border measures what a call costs a host in Go: route and record, one by one and in batches of 64, and the garbage that they
// make. It prints one line of JSON; times are nanoseconds a task.
//
//	border [ROUNDS]
//
// The state is a new one in a temporary folder; the library is that of REMORA_LIBRARY.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"time"

	"remora"
)

const (
	batch  = 64
	states = 1000 // so many task types are routed by turns
	single = 32   // calls between two looks at the clock, which costs about as much as a call
)

type quantiles struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

type figures struct {
	Language          string    `json:"language"`
	Way               string    `json:"way"`
	Route             quantiles `json:"route_ns"`
	Record            quantiles `json:"record_ns"`
	RouteBatch        quantiles `json:"route_batch64_ns"`
	RecordBatch       quantiles `json:"record_batch64_ns"`
	AllocsPerRoute    float64   `json:"allocs_per_route"`
	AllocsPerRecord   float64   `json:"allocs_per_record"`
	AllocsPerBatched  float64   `json:"allocs_per_batched_task"`
	SamplesOf         int       `json:"calls_per_sample"`
	SamplesOfEachKind int       `json:"samples"`
}

func main() {
	rounds := 4000
	if len(os.Args) > 1 {
		given, err := strconv.Atoi(os.Args[1])
		if err != nil || given < 1 {
			fmt.Fprintln(os.Stderr, "usage: border [ROUNDS]")
			os.Exit(2)
		}
		rounds = given
	}
	result, err := measure(rounds)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(result)
}

func measure(rounds int) (result figures, err error) {
	folder, err := os.MkdirTemp("", "remora-border-")
	if err != nil {
		return result, err
	}
	defer os.RemoveAll(folder)
	state, err := remora.Open(context.Background(), folder, &remora.Options{Flags: remora.OpenNoAutoTick})
	if err != nil {
		return result, err
	}
	defer state.Close()
	bench, err := newBench(state)
	if err != nil {
		return result, err
	}
	if err := bench.run(rounds/10 + 1); err != nil { // to warm up
		return result, err
	}
	bench.forget()
	if err := bench.run(rounds); err != nil {
		return result, err
	}
	return figures{
		Language: "go", Way: state.Library().Way(), Route: bench.route.quantiles(), Record: bench.record.quantiles(),
		RouteBatch: bench.routeBatch.quantiles(), RecordBatch: bench.recordBatch.quantiles(),
		AllocsPerRoute: bench.route.garbage(), AllocsPerRecord: bench.record.garbage(),
		AllocsPerBatched: bench.routeBatch.garbage() + bench.recordBatch.garbage(), SamplesOf: single, SamplesOfEachKind: rounds,
	}, nil
}

// samples are nanoseconds a task, and what was allocated meanwhile.
type samples struct {
	nanoseconds []float64
	tasks       uint64
	allocations uint64
}

// take times work on so many tasks.
func (s *samples) take(tasks int, work func() error) error {
	begin := time.Now()
	err := work()
	s.nanoseconds = append(s.nanoseconds, float64(time.Since(begin))/float64(tasks))
	s.tasks += uint64(tasks)
	return err
}

func (s *samples) quantiles() quantiles {
	sort.Float64s(s.nanoseconds)
	at := func(share float64) float64 { return s.nanoseconds[int(share*float64(len(s.nanoseconds)-1))] }
	return quantiles{P50: at(0.5), P99: at(0.99)}
}

func (s *samples) garbage() float64 { return float64(s.allocations) / float64(s.tasks) }

type bench struct {
	state                                  *remora.State
	tasks                                  []remora.Task
	decisions                              []remora.Decision
	outcomes                               []remora.Outcome
	rewards                                []remora.Reward
	next                                   int
	route, record, routeBatch, recordBatch samples
}

func newBench(state *remora.State) (*bench, error) {
	b := &bench{state: state, decisions: make([]remora.Decision, 0, batch), outcomes: make([]remora.Outcome, batch),
		rewards: make([]remora.Reward, 0, batch)}
	agent, err := state.AgentDefine("backend-architect", "careful", "quick", "bold", "plain")
	if err != nil {
		return nil, err
	}
	for place := 0; place < states; place++ {
		taskType, err := state.Intern(remora.KindTaskType, fmt.Sprintf("type-%d", place))
		if err != nil {
			return nil, err
		}
		b.tasks = append(b.tasks, remora.Task{Agent: agent, TaskType: taskType})
	}
	return b, nil
}

// upcoming are the next tasks, by turns.
func (b *bench) upcoming(count int) []remora.Task {
	if b.next+count > len(b.tasks) {
		b.next = 0
	}
	b.next += count
	return b.tasks[b.next-count : b.next]
}

// forget makes room for so many samples as run takes, and counts from zero.
func (b *bench) forget() {
	for _, each := range []*samples{&b.route, &b.record, &b.routeBatch, &b.recordBatch} {
		*each = samples{nanoseconds: make([]float64, 0, 1<<20)}
	}
}

func (b *bench) run(rounds int) error {
	for _, part := range []struct {
		of   []*samples
		work func() error
	}{
		{[]*samples{&b.route, &b.record}, b.oneByOne},
		{[]*samples{&b.routeBatch, &b.recordBatch}, b.batches},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for round := 0; round < rounds; round++ {
			if err := part.work(); err != nil {
				return err
			}
		}
		runtime.ReadMemStats(&after)
		for _, each := range part.of {
			each.allocations += after.Mallocs - before.Mallocs // of both: none can hide
		}
	}
	_, err := b.state.Tick(context.Background(), time.Time{}, 0)
	return err
}

func (b *bench) oneByOne() error {
	tasks := b.upcoming(single)
	b.decisions = b.decisions[:0]
	if err := b.route.take(single, func() error {
		for place := range tasks {
			decision, err := b.state.Route(tasks[place])
			if err != nil {
				return err
			}
			b.decisions = append(b.decisions, decision)
		}
		return nil
	}); err != nil {
		return err
	}
	return b.record.take(single, func() error {
		for place := range b.decisions {
			outcome := remora.Outcome{DecisionID: b.decisions[place].DecisionID, Success: place%5 != 0}
			if _, err := b.state.RecordOutcome(outcome); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bench) batches() error {
	tasks := b.upcoming(batch)
	if err := b.routeBatch.take(batch, func() (err error) {
		b.decisions, err = b.state.RouteBatch(b.decisions[:0], tasks)
		return err
	}); err != nil {
		return err
	}
	for place := range b.decisions {
		b.outcomes[place] = remora.Outcome{DecisionID: b.decisions[place].DecisionID, Success: place%5 != 0}
	}
	return b.recordBatch.take(batch, func() (err error) {
		b.rewards, err = b.state.RecordOutcomeBatch(b.rewards[:0], b.outcomes)
		return err
	})
}
