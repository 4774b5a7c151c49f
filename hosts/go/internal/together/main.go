// Command together routes and records tasks in a state directory that other processes work in at the same time.
//
//	together DIR NAME COUNT
//
// It routes and records COUNT tasks of agent "together" and task type NAME, one by one and in batches of 64 by turns, and prints how many
// outcomes were acknowledged: {"language":"go","acknowledged":N}. The library is that of REMORA_LIBRARY.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"remora"
)

const batch = 64

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: together DIR NAME COUNT")
		os.Exit(2)
	}
	acknowledged, err := work(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(struct {
		Language     string `json:"language"`
		Acknowledged int    `json:"acknowledged"`
	}{"go", acknowledged})
}

func work(directory, name, number string) (acknowledged int, err error) {
	count, err := strconv.Atoi(number)
	if err != nil {
		return 0, err
	}
	state, err := remora.Open(context.Background(), directory, nil)
	if err != nil {
		return 0, err
	}
	defer state.Close()
	agent, err := state.AgentDefine("together", "careful", "quick")
	if err != nil {
		return 0, err
	}
	taskType, err := state.Intern(remora.KindTaskType, name)
	if err != nil {
		return 0, err
	}
	task := remora.Task{Agent: agent, TaskType: taskType}
	for done, turn := 0, 0; done < count; turn++ {
		size := batch
		if size > count-done {
			size = count - done
		}
		work := oneByOne
		if turn%2 == 1 {
			work = together
		}
		if err := work(state, task, size); err != nil {
			return done, err
		}
		done += size
		acknowledged = done
	}
	return acknowledged, nil
}

// succeeds is how the tasks come out: "careful" always does, "quick" three times out of four.
func succeeds(decision *remora.Decision, place int) bool {
	return decision.Variant == 0 || place%4 != 0
}

func oneByOne(state *remora.State, task remora.Task, count int) error {
	for place := 0; place < count; place++ {
		decision, err := state.Route(task)
		if err != nil {
			return err
		}
		if err := state.RecordResult(decision.DecisionID, succeeds(&decision, place), 0); err != nil {
			return err
		}
	}
	return nil
}

func together(state *remora.State, task remora.Task, count int) error {
	tasks := make([]remora.Task, count)
	for place := range tasks {
		tasks[place] = task
	}
	decisions, err := state.RouteBatch(nil, tasks)
	if err != nil {
		return err
	}
	outcomes := make([]remora.Outcome, count)
	for place := range decisions {
		outcomes[place] = remora.Outcome{DecisionID: decisions[place].DecisionID, Success: succeeds(&decisions[place], place)}
	}
	_, err = state.RecordOutcomeBatch(nil, outcomes)
	return err
}
