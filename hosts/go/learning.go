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
