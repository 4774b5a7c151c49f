package remora_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"remora"
)

// exampleState is a new state in a temporary folder, and what takes both away.
func exampleState() (*remora.State, func()) {
	folder, err := os.MkdirTemp("", "remora-example-")
	if err != nil {
		log.Fatal(err)
	}
	state, err := remora.Open(context.Background(), folder, nil)
	if err != nil {
		log.Fatal(err)
	}
	return state, func() {
		state.Close()
		os.RemoveAll(folder)
	}
}

func ExampleOpen() {
	folder, err := os.MkdirTemp("", "remora-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	state, err := remora.Open(context.Background(), folder, &remora.Options{States: 1024, Flags: remora.OpenKeeper})
	if err != nil {
		log.Fatal(err) // says what was tried, and what to do
	}
	defer state.Close()
	stats, err := state.StatsGet()
	fmt.Println(stats.Processes, "process has it open", err)
	// Output: 1 process has it open <nil>
}

func ExampleState_Route() {
	state, end := exampleState()
	defer end()
	agent, err := state.AgentDefine("backend-architect", "careful", "quick")
	if err != nil {
		log.Fatal(err)
	}
	design, err := state.Intern(remora.KindTaskType, "api-design")
	if err != nil {
		log.Fatal(err)
	}
	decision, err := state.Route(remora.Task{Agent: agent, TaskType: design, UnitKey: 42})
	if err != nil {
		log.Print(err) // the decision is the baseline: go on with it
	}
	// Run variant decision.Variant of the agent. It succeeded, in 1.2 seconds:
	reward, err := state.RecordOutcome(remora.Outcome{DecisionID: decision.DecisionID, Success: true, Duration: 1200 * time.Millisecond})
	fmt.Println(reward.Visits, reward.Learned, err)
	err = state.RecordResult(decision.DecisionID, true, 0)
	fmt.Println(errors.Is(err, remora.ErrAlreadyRecorded))
	// Output:
	// 1 true <nil>
	// true
}

func ExampleState_Task() {
	state, end := exampleState()
	defer end()
	agent, err := state.AgentDefine("writer", "plain")
	if err != nil {
		log.Fatal(err)
	}
	task := state.Task(remora.Task{Agent: agent})
	defer task.Done() // abandoned, unless it is reported
	fmt.Println("run as", task.VariantName())
	task.Report(remora.Outcome{Success: true, Quality: remora.Given(0.9)})
	// Output: run as plain
}

func ExampleAgent() {
	state, end := exampleState()
	defer end()
	write, err := remora.Agent(state, "writer", []string{"plain"}, remora.AgentOptions[string]{},
		func(ctx context.Context, variant, subject string) (string, error) {
			return variant + " " + subject, nil
		})
	if err != nil {
		log.Fatal(err)
	}
	text, err := write(context.Background(), "snow")
	fmt.Println(text, err)
	// Output: plain snow <nil>
}

func ExampleState_Events() {
	state, end := exampleState()
	defer end()
	agent, err := state.AgentDefine("writer", "plain", "florid")
	if err != nil {
		log.Fatal(err)
	}
	if err := state.VariantBlock(agent, 1); err != nil {
		log.Fatal(err)
	}
	events := state.Events(0)
	events.All()(func(event remora.Event) bool { // with Go 1.23: for event := range events.All()
		if event.Kind == remora.EventVariantBlocked {
			name, err := state.VariantName(event.Agent, event.Variant)
			fmt.Println(name, "is blocked", err)
		}
		return true
	})
	fmt.Println(events.Err())
	// Output:
	// florid is blocked <nil>
	// <nil>
}
