// Command quickstart learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the metrics.
//
//	cd examples/go/quickstart
//	REMORA_LIBRARY=../../../build/release/lib/libremora.so go run . [FOLDER]
//
// "careful" succeeds at every task, "quick" at every second one that it gets.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"remora"
)

func main() {
	folder := "remora-state"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(context.Background(), folder); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, folder string) error {
	state, err := remora.Open(ctx, folder, nil)
	if err != nil {
		return err
	}
	defer state.Close()
	agent, err := state.AgentDefine("backend-architect", "careful", "quick")
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, *remora.State, remora.ID) error{learn, block, restore} {
		if err := step(ctx, state, agent); err != nil {
			return err
		}
	}
	metrics, err := state.MetricsText()
	fmt.Printf("%d lines of metrics\n", strings.Count(metrics, "\n"))
	return err
}

func learn(_ context.Context, state *remora.State, agent remora.ID) error {
	taskType, err := state.Intern(remora.KindTaskType, "api-design")
	if err != nil {
		return err
	}
	var chosen [2]int
	for i := 0; i < 1000; i++ {
		decision, err := state.Route(remora.Task{Agent: agent, TaskType: taskType})
		if err != nil {
			return err
		}
		chosen[decision.Variant]++
		success := decision.Variant == 0 || chosen[1]%2 == 0
		if err := state.RecordResult(decision.DecisionID, success, 1200*time.Millisecond); err != nil {
			return err
		}
	}
	fmt.Printf("careful was chosen for %d of 1000 tasks\n", chosen[0])
	return nil
}

func block(_ context.Context, state *remora.State, agent remora.ID) error {
	quick, err := state.VariantIndex(agent, "quick")
	if err != nil {
		return err
	}
	if err := state.VariantBlock(agent, quick); err != nil {
		return err
	}
	verdict, err := state.SafetyCheck(agent, quick, time.Time{})
	if err != nil {
		return err
	}
	may, why := "may not run", fmt.Sprintf("reason %v", verdict.Reason)
	if verdict.Allowed {
		may = "may run"
	}
	if verdict.Reason == remora.SafetyOperator {
		why = "blocked by an operator"
	}
	fmt.Printf("quick %s: %s\n", may, why)
	return state.VariantUnblock(agent, quick)
}

func restore(ctx context.Context, state *remora.State, _ remora.ID) error {
	taken, err := state.Snapshot(ctx)
	if err != nil {
		return err
	}
	path, err := state.SnapshotPath(taken.Sequence)
	if err != nil {
		return err
	}
	restored, err := state.Restore(ctx, path)
	if err != nil {
		return err
	}
	fmt.Printf("restored snapshot %d with %d outcomes\n", restored.Sequence, restored.Visits)
	return nil
}
