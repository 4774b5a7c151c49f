package remora_test

import (
	"testing"
	"time"

	"remora"
)

func TestTheHotPathMakesNoGarbage(t *testing.T) {
	state, agent := opened(t)
	label := must[remora.ID](t)(state.Intern(remora.KindLabel, "lang=go"))
	metric := must[remora.ID](t)(state.Intern(remora.KindMetric, "lint"))
	labels := []remora.ID{label}
	tasks := make([]remora.Task, 64)
	outcomes := make([]remora.Outcome, 64)
	decisions := make([]remora.Decision, 0, 64)
	rewards := make([]remora.Reward, 0, 64)
	for place := range tasks {
		tasks[place] = remora.Task{Agent: agent, Labels: labels}
	}
	for name, call := range map[string]func() error{
		"route and record": func() error {
			decision, err := state.Route(remora.Task{Agent: agent, Labels: []remora.ID{label}, UnitKey: 5, Now: time.Now()})
			if err != nil {
				return err
			}
			_, err = state.RecordOutcome(remora.Outcome{DecisionID: decision.DecisionID, Success: true, Quality: remora.Given(0.5),
				Next: &remora.Next{TaskType: 0}, Metrics: []remora.Metric{{ID: metric, Value: 3}}})
			return err
		},
		"by name": func() error {
			decision, err := state.RouteNamed("backend-architect", "api-design", 5)
			if err != nil {
				return err
			}
			return state.RecordResult(decision.DecisionID, true, time.Second)
		},
		"batches": func() (err error) {
			if decisions, err = state.RouteBatch(decisions[:0], tasks); err != nil {
				return err
			}
			for place := range decisions {
				outcomes[place] = remora.Outcome{DecisionID: decisions[place].DecisionID, Success: true}
			}
			rewards, err = state.RecordOutcomeBatch(rewards[:0], outcomes)
			return err
		},
		"checks": func() error {
			if _, err := state.SafetyCheck(agent, 1, time.Time{}); err != nil {
				return err
			}
			_, err := state.RolloutGate(agent, 7)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if raceDetector {
				t.Skip("under the race detector pools forget at random")
			}
			allocations := testing.AllocsPerRun(2000, func() { check(t, call()) })
			if allocations != 0 {
				t.Errorf("%v heap allocations, expected none", allocations)
			}
		})
	}
}
