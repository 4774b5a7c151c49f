// The smallest host in Go.
//
//	cd examples/go/minimal
//	REMORA_LIBRARY=../../../build/release/lib/libremora.so go run .
package main

import (
	"context"
	"fmt"
	"log"

	"remora"
)

func main() {
	state, err := remora.Open(context.Background(), "remora-state", nil)
	if err != nil {
		log.Fatal(err) // where it looked for the library, and what to do
	}
	defer state.Close()
	agent, _ := state.AgentDefine("backend-architect", "careful", "quick")
	design, _ := state.Intern(remora.KindTaskType, "api-design")
	task := state.Task(remora.Task{Agent: agent, TaskType: design})
	defer task.Done()
	fmt.Println("run as", task.VariantName()) // here the agent works
	task.Report(remora.Outcome{Success: true})
}
