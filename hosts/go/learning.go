package remora

import "remora/internal/raw"

// Belief is what route goes by for a variant in a state: Mean is the sum of each level's weight times its value, and the weights
// add up to one.
type Belief struct {
	Agent       ID
	TaskType    ID
	Variant     uint32
	StateVisits uint32 // outcomes of this state
	AgentVisits uint32 // outcomes of the agent over all its tasks, as far as they were folded
	Mean        float64
	Deviation   float64 // standard deviation of Mean that Thompson sampling reckons with
	StateValue  float64 // the Q-value of this very state; 0 when it has none
	StateWeight float64
	AgentValue  float64
	AgentWeight float64
	PriorValue  float64
	PriorWeight float64

	CategoryValue  float64 // the same variant, by name and tier, of the category's other agents
	CategoryWeight float64
	FleetValue     float64 // likewise of the agents of other categories
	FleetWeight    float64
	CategoryVisits uint32
	FleetVisits    uint32

	Attempts      uint32 // at the same task before
	TriedVariants uint64 // bit i: variant i was among them
}

// Explain says what is believed of a variant in a state, and which level gives how much of it. TaskType 0 is "general".
// Errors: ErrInvalid (id of another kind, too many labels), ErrNotFound.
func (s *State) Explain(agent ID, variant uint32, taskType ID, labels ...ID) (Belief, error) {
	return s.ExplainAttempt(agent, variant, 0, 0, taskType, labels...)
}

// ExplainAttempt is Explain for the state of a task that was tried before: so many attempts, and a mask of the variants tried, as a
// QCell shows them.
func (s *State) ExplainAttempt(agent ID, variant, attempts uint32, triedVariants uint64, taskType ID, labels ...ID) (Belief, error) {
	r := &raw.Belief{StructSize: raw.BeliefSize, Agent: uint32(agent), TaskType: uint32(taskType), Variant: variant,
		LabelCount: uint32(len(labels)), Attempts: attempts, TriedVariants: triedVariants}
	copyIDs(&r.Labels, labels)
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.Explain(s.handle, r, failure) })
	return Belief{
		Agent: ID(r.Agent), TaskType: ID(r.TaskType), Variant: r.Variant, Attempts: r.Attempts,
		TriedVariants: r.TriedVariants, StateVisits: r.StateVisits, AgentVisits: r.AgentVisits,
		Mean: r.Mean, Deviation: r.Deviation, StateValue: r.StateValue, StateWeight: r.StateWeight, AgentValue: r.AgentValue,
		AgentWeight: r.AgentWeight, PriorValue: r.PriorValue, PriorWeight: r.PriorWeight,
		CategoryValue: r.CategoryValue, CategoryWeight: r.CategoryWeight, FleetValue: r.FleetValue, FleetWeight: r.FleetWeight,
		CategoryVisits: r.CategoryVisits, FleetVisits: r.FleetVisits,
	}, err
}

// Evaluation is what a configuration's learning would have brought, by the recorded outcomes: mean rewards a decision, each with the
// ends of its 95 % interval. DoublyRobust is the one to go by.
type Evaluation struct {
	Outcomes                                        uint64  // that were weighed
	LeftOut                                         uint64  // whose variant no policy drew
	Effective                                       float64 // outcomes that the weighted ones are worth
	LargestWeight                                   float64
	MeanWeight                                      float64 // about 1 when the history shows what the configuration would do
	Logged, LoggedLow, LoggedHigh                   float64
	IPS, IPSLow, IPSHigh                            float64
	SNIPS, SNIPSLow, SNIPSHigh                      float64
	Direct, DirectLow, DirectHigh                   float64
	DoublyRobust, DoublyRobustLow, DoublyRobustHigh float64
}

// EvaluationOptions say of whom and how; the zero value is all agents, 1000 resamples, at least 100 effective outcomes.
type EvaluationOptions struct {
	Agent          ID
	Resamples      uint32 // of the bootstrap
	Seed           uint64 // likewise
	LeastEffective float64
	WarmUp         float64 // share of the outcomes, the oldest, that teach alone
}

// Evaluate estimates what the learning of another configuration (a JSON text as for Configure; empty: the one in force) would have
// brought. Errors: ErrState when the outcomes cannot bear an estimate, ErrConfig, ErrInvalid, ErrNotFound.
func (s *State) Evaluate(configuration string, options EvaluationOptions) (Evaluation, error) {
	content := bytesOf(configuration)
	r := &raw.Evaluation{StructSize: raw.EvaluationSize, Agent: uint32(options.Agent), Resamples: options.Resamples,
		Seed: options.Seed, LeastEffective: options.LeastEffective, WarmUp: options.WarmUp}
	err := s.explained(func(failure *raw.Error) int32 {
		return s.raw.Evaluate(s.handle, &content[0], uint64(len(configuration)), r, failure)
	})
	return Evaluation{
		Outcomes: r.Outcomes, LeftOut: r.LeftOut, Effective: r.Effective, LargestWeight: r.LargestWeight, MeanWeight: r.MeanWeight,
		Logged: r.Logged, LoggedLow: r.LoggedLow, LoggedHigh: r.LoggedHigh,
		IPS: r.Ips, IPSLow: r.IpsLow, IPSHigh: r.IpsHigh,
		SNIPS: r.Snips, SNIPSLow: r.SnipsLow, SNIPSHigh: r.SnipsHigh,
		Direct: r.Direct, DirectLow: r.DirectLow, DirectHigh: r.DirectHigh,
		DoublyRobust: r.DoublyRobust, DoublyRobustLow: r.DoublyRobustLow, DoublyRobustHigh: r.DoublyRobustHigh,
	}, err
}

// Convergence says how far learning is, each figure with its interval at 95 %. Figures that a question does not have are zero.
type Convergence struct {
	Agent           ID
	TaskType        ID
	Variant         uint32
	Verdict         Verdict
	Winner          uint32 // of an agent: the variant of the highest value, or NoVariant
	Outcomes        uint64
	Change          float64
	ChangeLow       float64
	ChangeHigh      float64
	Winning         float64
	WinningLow      float64
	WinningHigh     float64
	Separation      float64
	SeparationLow   float64
	SeparationHigh  float64
	Explored        float64
	ExploredLow     float64
	ExploredHigh    float64
	Variance        float64
	VarianceLow     float64
	VarianceHigh    float64
	Met             Settled
	ConvergedAgents uint32 // of the fleet, as the three below
	LearningAgents  uint32
	DriftingAgents  uint32
	StarvedAgents   uint32
}

// ConvergenceGet says how far learning is: of the fleet (agent 0), of an agent (variant NoVariant), or of one of its variants in
// one state. Errors: ErrInvalid (id of another kind, too many labels), ErrNotFound.
func (s *State) ConvergenceGet(agent ID, variant uint32, taskType ID, labels ...ID) (Convergence, error) {
	r := &raw.Convergence{StructSize: raw.ConvergenceSize, Agent: uint32(agent), TaskType: uint32(taskType), Variant: variant,
		LabelCount: uint32(len(labels))}
	copyIDs(&r.Labels, labels)
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.ConvergenceGet(s.handle, r, failure) })
	return Convergence{
		Agent: ID(r.Agent), TaskType: ID(r.TaskType), Variant: r.Variant, Verdict: Verdict(r.Verdict), Winner: r.Winner, Outcomes: r.Outcomes,
		Change: r.Change, ChangeLow: r.ChangeLow, ChangeHigh: r.ChangeHigh,
		Winning: r.Winning, WinningLow: r.WinningLow, WinningHigh: r.WinningHigh,
		Separation: r.Separation, SeparationLow: r.SeparationLow, SeparationHigh: r.SeparationHigh,
		Explored: r.Explored, ExploredLow: r.ExploredLow, ExploredHigh: r.ExploredHigh,
		Variance: r.Variance, VarianceLow: r.VarianceLow, VarianceHigh: r.VarianceHigh,
		Met: Settled(r.Met), ConvergedAgents: r.ConvergedAgents, LearningAgents: r.LearningAgents, DriftingAgents: r.DriftingAgents,
		StarvedAgents: r.StarvedAgents,
	}, err
}
