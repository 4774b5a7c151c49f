package remora_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"remora"
)

func TestWrappedAgentsAreRoutedTimedAndRecorded(t *testing.T) {
	state, _ := opened(t)
	noInk := errors.New("no ink")
	writer := must[func(context.Context, string) (string, error)](t)(remora.Agent(state, "writer", []string{"plain", "florid"},
		remora.AgentOptions[string]{Outcome: func(answer string) remora.Outcome {
			return remora.Outcome{Success: true, Quality: remora.Given(0.5)}
		}},
		func(ctx context.Context, variant, subject string) (string, error) {
			switch subject {
			case "ink":
				return "", noInk
			case "stop":
				return "", context.Canceled
			case "panic":
				panic("no paper")
			}
			return variant + " " + subject, nil
		}))
	if text := must[string](t)(writer(background, "snow")); text != "plain snow" && text != "florid snow" {
		t.Error(text)
	}
	if _, err := writer(background, "ink"); !errors.Is(err, noInk) {
		t.Error(err)
	}
	if _, err := writer(background, "stop"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = writer(background, "panic")
		t.Error("the panic did not go on")
	}()
	stats := must[remora.Stats](t)(state.StatsGet())
	if stats.Decisions != 4 || stats.Pending != 0 || stats.Visits != 3 {
		t.Errorf("%+v", stats)
	}
}

func TestATaskWithoutAReportIsAbandoned(t *testing.T) {
	state, agent := opened(t)
	unsaid := state.Task(remora.Task{Agent: agent})
	unsaid.Done()
	said := state.Task(remora.Task{Agent: agent})
	if name := said.VariantName(); name != "careful" && name != "quick" {
		t.Error(name)
	}
	said.Report(remora.Outcome{Success: true})
	said.Done()
	said.Done()
	if stats := must[remora.Stats](t)(state.StatsGet()); stats.Visits != 1 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestAShadowRunIsATaskOfItsOwnAndIsAbandonedWhenNobodyTakesIt(t *testing.T) {
	state, agent := opened(t)
	stages := []remora.Stage{{Mode: remora.ModeShadow, ShareBasisPoints: 10000}, {Mode: remora.ModeFull, ShareBasisPoints: 10000}}
	must[remora.ID](t)(state.RolloutStart(background, "trial", remora.Plan{Agent: agent, Treatment: 1, Stages: stages}))
	task := state.Task(remora.Task{Agent: agent, UnitKey: 5})
	shadow := task.TakeShadow()
	if shadow == nil || shadow.Decision.Variant != 1 || task.Decision.Variant != 0 {
		t.Fatalf("%+v", task.Decision)
	}
	if task.TakeShadow() != nil || shadow.TakeShadow() != nil {
		t.Error("taken twice")
	}
	shadow.Report(remora.Outcome{Success: true})
	task.Report(remora.Outcome{Success: true})
	task.Done()
	shadow.Done()
	state.Task(remora.Task{Agent: agent, UnitKey: 5}).Done()
	stats := must[remora.Stats](t)(state.StatsGet())
	if stats.Outcomes != 2 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
}

func TestFailuresOfRemoraAreToldAndNeverReachTheHost(t *testing.T) {
	var told []error
	options := small()
	options.Warn = func(err error) { told = append(told, err) }
	state := must[*remora.State](t)(remora.Open(background, filepath.Join(t.TempDir(), "state"), options))
	agent := must[func(context.Context, int) (string, error)](t)(remora.Agent(state, "writer", []string{"plain"},
		remora.AgentOptions[string]{}, func(_ context.Context, variant string, _ int) (string, error) { return variant, nil }))
	check(t, state.Close())
	if variant := must[string](t)(agent(background, 1)); variant != "plain" {
		t.Error(variant)
	}
	if len(told) != 1 || !errors.Is(told[0], remora.ErrHandle) || !strings.Contains(told[0].Error(), "baseline") {
		t.Error(told)
	}
}
