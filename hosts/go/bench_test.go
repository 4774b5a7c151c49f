package remora_test

import (
	"testing"

	"remora"
)

// Each measures what one task costs.

func BenchmarkRoute(b *testing.B) {
	state, agent := opened(b)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		must[remora.Decision](b)(state.Route(remora.Task{Agent: agent}))
	}
}

func BenchmarkRouteAndRecord(b *testing.B) {
	state, agent := opened(b)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		decision := must[remora.Decision](b)(state.Route(remora.Task{Agent: agent}))
		must[remora.Reward](b)(state.RecordOutcome(remora.Outcome{DecisionID: decision.DecisionID, Success: i%5 != 0}))
	}
}

func BenchmarkRouteAndRecordInBatchesOf64(b *testing.B) {
	const batch = 64
	state, agent := opened(b)
	tasks, outcomes := make([]remora.Task, batch), make([]remora.Outcome, batch)
	for place := range tasks {
		tasks[place].Agent = agent
	}
	var decisions []remora.Decision
	var rewards []remora.Reward
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		decisions = must[[]remora.Decision](b)(state.RouteBatch(decisions[:0], tasks))
		for place := range decisions {
			outcomes[place] = remora.Outcome{DecisionID: decisions[place].DecisionID, Success: place%5 != 0}
		}
		rewards = must[[]remora.Reward](b)(state.RecordOutcomeBatch(rewards[:0], outcomes))
	}
}
