// The structs of include/remora as Go lays them out in memory: numbers only, C's order and sizes, in a file for each header. Beside each
// stands its size, which its first field says. A test holds them against abi/baseline/v1.json.
package raw

// zeroes has one of each.
var zeroes = []any{
	Error{}, Variant{}, Agent{}, Event{}, QCell{}, Stats{}, Options{}, Task{}, Decision{}, Batch{}, Text{},
	Classification{}, TaskRule{}, Control{}, TickReport{}, Outcome{}, Reward{}, RolloutStage{}, RolloutPlan{},
	GateQuery{}, Gate{}, Rollout{}, SafetyQuery{}, SafetyVerdict{}, SnapshotInfo{},
	Belief{}, Convergence{}, ReplayRequest{}, ReplayReport{}, Evaluation{},
}
