// Cost of route and record through the Go package. See README.md.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"time"

	"remora"
)

const (
	types, block, batch = 64, 16, 64
	blocks, batches     = 20000, 4000
	warmUp, tickEvery   = 10, 256
	garbageCalls        = 20000
)

type bench struct {
	state     *remora.State
	tasks     []remora.Task
	ids       [block]uint64
	decisions []remora.Decision
	outcomes  []remora.Outcome
	rewards   []remora.Reward
}

type figures struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

type line struct {
	Host        string             `json:"host"`
	Route       figures            `json:"route"`
	Record      figures            `json:"record"`
	RouteBatch  figures            `json:"route_batch"`
	RecordBatch figures            `json:"record_batch"`
	Garbage     map[string]float64 `json:"garbage"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func open(directory string) *bench {
	state, err := remora.Open(context.Background(), directory, &remora.Options{Flags: remora.OpenExisting | remora.OpenNoAutoTick})
	must(err)
	agent, err := state.Find(remora.KindAgent, "backend-architect")
	must(err)
	b := &bench{state: state, outcomes: make([]remora.Outcome, batch)}
	for i := 0; i < types; i++ {
		taskType, err := state.Intern(remora.KindTaskType, fmt.Sprintf("type-%d", i))
		must(err)
		b.tasks = append(b.tasks, remora.Task{Agent: agent, TaskType: taskType})
	}
	return b
}

func each(time time.Duration, calls int) float64 { return float64(time.Nanoseconds()) / float64(calls) }

func (b *bench) block() (float64, float64) {
	begin := time.Now()
	for i := range b.ids {
		decision, err := b.state.Route(b.tasks[i])
		must(err)
		b.ids[i] = decision.DecisionID
	}
	routed := time.Since(begin)
	begin = time.Now()
	for _, id := range b.ids {
		must(b.state.RecordResult(id, true, time.Millisecond))
	}
	return each(routed, block), each(time.Since(begin), block)
}

func (b *bench) batch() (float64, float64) {
	var err error
	begin := time.Now()
	b.decisions, err = b.state.RouteBatch(b.decisions[:0], b.tasks)
	routed := time.Since(begin)
	must(err)
	for i := range b.outcomes {
		b.outcomes[i] = remora.Outcome{DecisionID: b.decisions[i].DecisionID, Success: true, Duration: time.Millisecond}
	}
	begin = time.Now()
	b.rewards, err = b.state.RecordOutcomeBatch(b.rewards[:0], b.outcomes)
	recorded := time.Since(begin)
	must(err)
	return each(routed, batch), each(recorded, batch)
}

// sample takes so many samples, after a warm-up, with housekeeping between.
func (b *bench) sample(count, tickEvery int, measure func() (float64, float64)) (figures, figures) {
	for i := 0; i < count/warmUp; i++ {
		measure()
	}
	route, record := make([]float64, count), make([]float64, count)
	for i := range route {
		route[i], record[i] = measure()
		if i%tickEvery == 0 {
			_, err := b.state.Tick(context.Background(), time.Time{}, 0)
			must(err)
		}
	}
	return figuresOf(route), figuresOf(record)
}

func figuresOf(samples []float64) figures {
	sort.Float64s(samples)
	return figures{samples[len(samples)/2], samples[len(samples)*99/100]}
}

// garbage counts the bytes that a call takes from Go's heap.
func (b *bench) garbage() map[string]float64 {
	ids := make([]uint64, garbageCalls)
	var start, routed, recorded runtime.MemStats
	runtime.ReadMemStats(&start)
	for i := range ids {
		decision, err := b.state.Route(b.tasks[0])
		must(err)
		ids[i] = decision.DecisionID
	}
	runtime.ReadMemStats(&routed)
	for _, id := range ids {
		must(b.state.RecordResult(id, true, 0))
	}
	runtime.ReadMemStats(&recorded)
	return map[string]float64{
		"route":  float64(routed.TotalAlloc-start.TotalAlloc) / garbageCalls,
		"record": float64(recorded.TotalAlloc-routed.TotalAlloc) / garbageCalls,
	}
}

func main() {
	if len(os.Args) != 2 {
		must(fmt.Errorf("usage: bench DIRECTORY"))
	}
	b := open(os.Args[1])
	said := line{Host: "Go, " + b.state.Library().Way()}
	said.Route, said.Record = b.sample(blocks, tickEvery, b.block)
	said.RouteBatch, said.RecordBatch = b.sample(batches, tickEvery/4, b.batch)
	said.Garbage = b.garbage()
	must(json.NewEncoder(os.Stdout).Encode(said))
	must(b.state.Close())
}
