package remora

import (
	"time"

	"remora/internal/raw"
)

// Score is a figure that may not be given. The zero value is one that is not; Given makes one that is.
type Score struct {
	value float64
	given bool
}

// Given is a score that is given.
func Given(value float64) Score { return Score{value, true} }

// Metric is a figure of the host's own. Its id is interned with KindMetric.
type Metric struct {
	ID    ID
	Value float64
}

// Next is the following state of a multi-step task: by names, or that of a decision.
type Next struct {
	Agent    ID // 0 = the same agent
	TaskType ID // 0 = "general"
	Labels   []ID
	Decision uint64 // id of that of the next step, retry or escalation; the names are left out then
}

// Outcome is what the host saw. Leave at zero what is not known. DecisionID 0 records by names: Agent, Variant, TaskType, Labels.
type Outcome struct {
	DecisionID uint64 // from Route
	Agent      ID     // by names only, like the next three
	Variant    uint32
	TaskType   ID
	Labels     []ID

	Success          bool
	CriticalError    bool
	SafetyViolation  bool
	Complaint        bool
	Abandoned        bool  // the task was not run: frees the decision, teaches nothing
	Quality          Score // 0 .. 1
	UserRating       Score // 0 .. 10
	Duration         time.Duration
	CostMicros       int64 // millionths of a currency unit
	ErrorCount       uint32
	UserCorrections  uint32
	TokensIn         uint64
	TokensOut        uint64
	ToolCallsCorrect uint32 // at most ToolCallsTotal
	ToolCallsTotal   uint32
	Report           uint8 // which report of its decision this is, 1 to 7, where several are taken (learning.join); 0 = the next one
	Next             *Next
	Metrics          []Metric  // at most MaxMetrics
	Now              time.Time // zero = the library's clock
}

// Reward says how the reward came about. Each term is already weighted; Reward is their sum, clipped to [-1, 2].
type Reward struct {
	Learned     bool // the Q-value was updated
	Reward      float64
	Target      float64 // Reward + gamma * value of the next state, or Reward alone
	QBefore     float64
	QAfter      float64
	SuccessTerm float64
	QualityTerm float64
	TimeTerm    float64
	ErrorTerm   float64
	CostTerm    float64
	TokensTerm  float64
	Visits      uint32 // of the Q-value after the update
}

// RecordOutcome records one outcome, exactly once a decision, from any process. What was recorded without an error survives the death
// of any process. Hot: no lock, no garbage; but when housekeeping is due (at most every 250 ms), one call in one process does a bounded
// part of it, unless the state was opened with OpenNoAutoTick.
// Errors: ErrInvalid (which field, which value), ErrAlreadyRecorded, ErrExpired, ErrHandle, ErrNotFound (by names: unknown variant),
// ErrBusy, ErrPermission (opened read-only).
func (s *State) RecordOutcome(outcome Outcome) (Reward, error) {
	memory := hots.Get().(*hot)
	outcome.write(&memory.outcome)
	memory.reward = raw.Reward{StructSize: raw.RewardSize}
	code := s.raw.RecordOutcome(s.handle, &memory.outcome, &memory.reward, &memory.failure)
	reward := rewardOf(&memory.reward)
	err := s.library.explain(code, &memory.failure)
	hots.Put(memory)
	return reward, err
}

// RecordResult is the short form of RecordOutcome: success or not, and how long it took (0 = not measured).
func (s *State) RecordResult(decisionID uint64, success bool, duration time.Duration) error {
	memory := hots.Get().(*hot)
	code := s.raw.RecordResult(s.handle, decisionID, flag(success), int64(duration), &memory.failure)
	err := s.library.explain(code, &memory.failure)
	hots.Put(memory)
	return err
}

// RecordOutcomeBatch records outcomes, each on its own, and appends their rewards, as append does: with room in rewards it makes no
// garbage. One that fails does not stop the next; when some failed, the error is a BatchError.
func (s *State) RecordOutcomeBatch(rewards []Reward, outcomes []Outcome) ([]Reward, error) {
	if len(outcomes) == 0 {
		return rewards, nil
	}
	memory := outcomeBatches.Get().(*batch[raw.Outcome, raw.Reward])
	defer outcomeBatches.Put(memory)
	memory.resize(len(outcomes), raw.Reward{StructSize: raw.RewardSize})
	for place := range outcomes {
		outcomes[place].write(&memory.in[place])
	}
	code := s.raw.RecordOutcomeBatch(s.handle, &memory.in[0], &memory.out[0], &memory.counts, &memory.failure)
	for place := range memory.out {
		rewards = append(rewards, rewardOf(&memory.out[place]))
	}
	return rewards, s.library.explainBatch(code, &memory.counts, &memory.failure)
}

// write fills the struct of the library. It gets the numbers of labels and metrics also when there are too many, and refuses them.
func (o *Outcome) write(r *raw.Outcome) {
	*r = raw.Outcome{
		StructSize: raw.OutcomeSize, DecisionId: o.DecisionID, NowNs: nanoseconds(o.Now), Agent: uint32(o.Agent), Variant: o.Variant,
		TaskType: uint32(o.TaskType), LabelCount: uint32(len(o.Labels)), Success: flag(o.Success), CriticalError: flag(o.CriticalError),
		SafetyViolation: flag(o.SafetyViolation), Complaint: flag(o.Complaint), Quality: o.Quality.value, DurationNs: int64(o.Duration),
		CostMicros: o.CostMicros, ErrorCount: o.ErrorCount, UserCorrections: o.UserCorrections, TokensIn: o.TokensIn,
		TokensOut: o.TokensOut, UserRating: o.UserRating.value, ToolCallsCorrect: o.ToolCallsCorrect, ToolCallsTotal: o.ToolCallsTotal,
		MetricCount: uint32(len(o.Metrics)),
	}
	copyIDs(&r.Labels, o.Labels)
	if o.Quality.given {
		r.Flags |= raw.OutcomeHasQuality
	}
	if o.UserRating.given {
		r.Flags |= raw.OutcomeHasRating
	}
	r.Flags |= uint32(o.Report) * raw.OutcomeReport
	if o.Abandoned {
		r.Flags |= raw.OutcomeAbandoned
	}
	if o.Next != nil {
		r.Flags |= raw.OutcomeHasNext
		r.NextAgent, r.NextTaskType, r.NextLabelCount = uint32(o.Next.Agent), uint32(o.Next.TaskType), uint32(len(o.Next.Labels))
		copyIDs(&r.NextLabels, o.Next.Labels)
		r.NextDecision = o.Next.Decision
	}
	for place := 0; place < len(o.Metrics) && place < len(r.Metrics); place++ {
		r.MetricIds[place], r.Metrics[place] = uint32(o.Metrics[place].ID), o.Metrics[place].Value
	}
}

func rewardOf(r *raw.Reward) Reward {
	return Reward{
		Learned: r.Flags&1 != 0, Reward: r.Reward, Target: r.Target, QBefore: r.QBefore, QAfter: r.QAfter, SuccessTerm: r.SuccessTerm,
		QualityTerm: r.QualityTerm, TimeTerm: r.TimeTerm, ErrorTerm: r.ErrorTerm, CostTerm: r.CostTerm,
		TokensTerm: r.TokensTerm, Visits: r.Visits,
	}
}
