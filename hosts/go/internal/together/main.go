// The worker of README.md in Go.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"remora"
)

type worker struct {
	state *remora.State
	task  remora.Task
}

func open(directory string) (*worker, error) {
	state, err := remora.Open(context.Background(), directory, &remora.Options{Flags: remora.OpenExisting})
	if err != nil {
		return nil, err
	}
	agent, err := state.Find(remora.KindAgent, "backend-architect")
	if err != nil {
		return nil, err
	}
	taskType, err := state.Intern(remora.KindTaskType, "api-design")
	return &worker{state, remora.Task{Agent: agent, TaskType: taskType}}, err
}

func (w *worker) answer(line string) (string, error) {
	command, argument, _ := strings.Cut(line, " ")
	count, _ := strconv.Atoi(argument)
	switch command {
	case "work":
		return w.work(count)
	case "route":
		return w.route(count)
	case "block", "unblock":
		variant, err := w.state.VariantIndex(w.task.Agent, argument)
		if err == nil && command == "block" {
			err = w.state.VariantBlock(w.task.Agent, variant)
		} else if err == nil {
			err = w.state.VariantUnblock(w.task.Agent, variant)
		}
		return "done", err
	case "control":
		return "done", w.state.ControlSet(remora.Control{Enabled: argument == "on", Learning: true, Mode: remora.ModeFull})
	case "generation":
		stats, err := w.state.StatsGet()
		return fmt.Sprintf("generation %d", stats.Generation), err
	}
	return "", fmt.Errorf("no such command: %s", command)
}

func (w *worker) work(count int) (string, error) {
	acknowledged := 0
	for i := 0; i < count; i++ {
		decision, err := w.state.Route(w.task)
		if err != nil {
			return "", err
		}
		if err := w.state.RecordResult(decision.DecisionID, i%10 != 0, time.Millisecond); err != nil {
			return "", err
		}
		acknowledged++
	}
	return fmt.Sprintf("worked %d", acknowledged), nil
}

func (w *worker) route(count int) (string, error) {
	chosen, off := [2]int{}, 0
	for i := 0; i < count; i++ {
		decision, err := w.state.Route(w.task)
		if err != nil {
			return "", err
		}
		if _, err := w.state.RecordOutcome(remora.Outcome{DecisionID: decision.DecisionID, Abandoned: true}); err != nil {
			return "", err
		}
		chosen[decision.Variant]++
		if decision.Flags&remora.DecisionControlOff != 0 {
			off++
		}
	}
	return fmt.Sprintf("routed %d %d %d", chosen[0], chosen[1], off), nil
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: worker DIRECTORY")
	}
	w, err := open(os.Args[1])
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		answer, err := w.answer(lines.Text())
		if err != nil {
			answer = "error " + err.Error()
		}
		fmt.Println(answer)
	}
	return w.state.Close()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
