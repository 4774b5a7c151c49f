package remora_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"remora"
)

func TestGoroutinesShareAStateAndNoOutcomeIsLost(t *testing.T) {
	state, agent := opened(t)
	const workers, each = 8, 500
	var group sync.WaitGroup
	for worker := 0; worker < workers; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < each; i++ {
				decision, err := state.Route(remora.Task{Agent: agent})
				if err == nil {
					runtime.Gosched() // goes on, as often as not, on another thread
					err = state.RecordResult(decision.DecisionID, true, 0)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	group.Wait()
	if stats := must[remora.Stats](t)(state.StatsGet()); stats.Outcomes != workers*each || stats.Visits != workers*each || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
}

// A goroutine's stack moves when it grows; what the library writes to must not.
func TestCallsFromDeepInAGrowingStackAreAnswered(t *testing.T) {
	state, agent := opened(t)
	var descend func(depth int) uint64
	descend = func(depth int) uint64 {
		var ballast [64]uint64
		ballast[depth%64] = uint64(depth)
		decision, err := state.Route(remora.Task{Agent: agent, Labels: nil})
		if err != nil || decision.Agent != agent || state.RecordResult(decision.DecisionID, true, 0) != nil {
			t.Errorf("depth %d: %+v, %v", depth, decision, err)
			return 0
		}
		if depth == 0 {
			return ballast[0]
		}
		return descend(depth-1) + ballast[depth%64] - uint64(depth)
	}
	done := make(chan uint64)
	go func() { done <- descend(2000) }()
	if sum := <-done; sum != 0 {
		t.Errorf("the stack was written to: %d", sum)
	}
}

func TestClosingWaitsForCallsInFlight(t *testing.T) {
	state, agent := opened(t)
	var group sync.WaitGroup
	for worker := 0; worker < 4; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for {
				if _, err := state.Route(remora.Task{Agent: agent}); err != nil {
					if !errors.Is(err, remora.ErrHandle) {
						t.Error(err)
					}
					return
				}
			}
		}()
	}
	check(t, state.Close())
	group.Wait()
}

func TestAContextThatHasEndedStartsNothing(t *testing.T) {
	state, _ := opened(t)
	ended, cancel := context.WithCancel(background)
	cancel()
	if _, err := state.Snapshot(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := remora.Open(ended, filepath.Join(t.TempDir(), "state"), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if kept := must[[]remora.SnapshotInfo](t)(state.SnapshotList(background)); len(kept) != 0 {
		t.Errorf("%+v", kept)
	}
}

func TestAContextThatEndsMeanwhileLeavesTheRestToItself(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	goOn, late := make(chan struct{}), make(chan string)
	work := func() (string, error) {
		cancel()
		<-goOn
		return "opened", nil
	}
	if _, err := remora.Await(ctx, work, func(result string) { late <- result }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(goOn)
	if result := <-late; result != "opened" {
		t.Error(result)
	}
}

func TestACallUnderAContextThatLastsIsAnsweredAsUsual(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	state := must[*remora.State](t)(remora.Open(ctx, filepath.Join(t.TempDir(), "state"), small()))
	defer state.Close()
	taken := must[remora.SnapshotInfo](t)(state.Snapshot(ctx))
	if taken.Kind != remora.SnapshotManual {
		t.Errorf("%+v", taken)
	}
	_, err := state.Restore(ctx, "nowhere.rsnap")
	fails(t, err, remora.ErrNotFound)
}
