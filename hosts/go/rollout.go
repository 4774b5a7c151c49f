package remora

import (
	"context"
	"time"

	"remora/internal/raw"
)

// Stage is one step of a rollout plan. What is left at zero is taken from the configuration's stage of this mode.
type Stage struct {
	Mode             Mode          // ModeMonitor, ModeShadow, ModeCanary or ModeFull
	ShareBasisPoints uint32        // traffic share of the treatment, 0 .. 10000; full is 10000
	MinimumSamples   uint32        // outcomes of each arm that the stage has before it may advance
	MinimumTime      time.Duration // that the stage lasts at least
	Margin           float64       // advance only when treatment >= baseline - Margin
	MaximumDrop      float64       // roll back when treatment < baseline - MaximumDrop
}

// Plan is a rollout plan. Without stages it is the default: monitor, shadow, canary 10 %, full.
type Plan struct {
	Agent     ID
	Treatment uint32    // a variant of the agent, or TreatmentLearned
	Stages    []Stage   // at most MaxStages
	Now       time.Time // of the start; zero = the library's clock
}

// Gate says whether a unit is in the rollout.
type Gate struct {
	In               bool // the unit gets the treatment (as a real or a shadow run, see Mode)
	Rollout          ID   // 0 = none for this agent
	Stage            uint32
	Mode             Mode
	State            RolloutState // 0 = no rollout
	ShareBasisPoints uint32
	Reason           RolloutReason // of the last change
}

// RolloutStatus is where a rollout stands, with the figures that its next verdict rests on.
type RolloutStatus struct {
	State              RolloutState
	Rollout            ID
	Agent              ID
	Treatment          uint32
	Stage              uint32
	StageCount         uint32
	Mode               Mode
	ShareBasisPoints   uint32
	Reason             RolloutReason // of the last change, or why the stage holds
	TreatmentCount     uint32        // outcomes of this stage
	TreatmentSuccesses uint32
	BaselineCount      uint32
	BaselineSuccesses  uint32
	SamplesNeeded      uint32 // more outcomes of the treatment before the stage can advance
	Started            time.Time
	StageStarted       time.Time
	StageEnds          time.Time // earliest time of the next advance
	Difference         float64   // treatment rate - baseline rate
	DifferenceLow      float64   // 95 % interval by Newcombe's hybrid score method
	DifferenceHigh     float64
}

// RolloutStart starts a rollout under a name that is new. One rollout runs for an agent at a time. A snapshot is taken first.
// Errors: ErrInvalid (which stage and value), ErrNotFound, ErrExists (name used), ErrState (another one runs), ErrFull.
func (s *State) RolloutStart(ctx context.Context, name string, plan Plan) (ID, error) {
	given := plan.raw()
	text := bytesOf(name)
	return await(ctx, func() (ID, error) {
		return s.id(func(id *uint32, failure *raw.Error) int32 {
			return s.raw.RolloutStart(s.handle, &text[0], uint64(len(name)), given, id, failure)
		})
	}, nil)
}

// RolloutGate answers whether a unit is in the rollout of the agent; Route asks the same by itself. The same unitKey always gets the
// same answer within a stage, and stays in as the share grows. After an error the gate says "not in". Hot: no lock, no garbage.
// Errors: ErrHandle, ErrInvalid, ErrNotFound.
func (s *State) RolloutGate(agent ID, unitKey uint64) (Gate, error) {
	memory := hots.Get().(*hot)
	memory.unit = raw.GateQuery{StructSize: raw.GateQuerySize, UnitKey: unitKey, Agent: uint32(agent)}
	memory.gate = raw.Gate{StructSize: raw.GateSize}
	code := s.raw.RolloutGate(s.handle, &memory.unit, &memory.gate, &memory.failure)
	gate := gateOf(&memory.gate)
	err := s.library.explain(code, &memory.failure)
	hots.Put(memory)
	return gate, err
}

// RolloutCommand advances, pauses, resumes or rolls back by hand. now may be zero: the library's clock.
// Errors: ErrNotFound, ErrInvalid, ErrState.
func (s *State) RolloutCommand(ctx context.Context, rollout ID, command RolloutCommand, now time.Time) error {
	return awaitError(ctx, func() error {
		return s.explained(func(failure *raw.Error) int32 {
			return s.raw.RolloutCommand(s.handle, uint32(rollout), uint32(command), nanoseconds(now), failure)
		})
	})
}

// RolloutStatus reads where a rollout stands. Errors: ErrNotFound.
func (s *State) RolloutStatus(rollout ID) (RolloutStatus, error) {
	r := &raw.Rollout{StructSize: raw.RolloutSize}
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.RolloutStatus(s.handle, uint32(rollout), r, failure) })
	return RolloutStatus{
		State: RolloutState(r.State), Rollout: ID(r.Rollout), Agent: ID(r.Agent), Treatment: r.Treatment, Stage: r.Stage,
		StageCount: r.StageCount, Mode: Mode(r.Mode), ShareBasisPoints: r.ShareBasisPoints, Reason: RolloutReason(r.Reason),
		TreatmentCount: r.TreatmentCount, TreatmentSuccesses: r.TreatmentSuccesses, BaselineCount: r.BaselineCount,
		BaselineSuccesses: r.BaselineSuccesses, SamplesNeeded: r.SamplesNeeded, Started: instant(r.StartedNs),
		StageStarted: instant(r.StageStartedNs), StageEnds: instant(r.StageEndsNs), Difference: r.Difference,
		DifferenceLow: r.DifferenceLow, DifferenceHigh: r.DifferenceHigh,
	}, err
}

// raw fills the struct of the library. It gets the number of stages also when there are too many, and refuses them.
func (p *Plan) raw() *raw.RolloutPlan {
	given := &raw.RolloutPlan{StructSize: raw.RolloutPlanSize, Agent: uint32(p.Agent), Treatment: p.Treatment,
		StageCount: uint32(len(p.Stages)), NowNs: nanoseconds(p.Now)}
	for place := 0; place < len(p.Stages) && place < len(given.Stages); place++ {
		stage := &p.Stages[place]
		given.Stages[place] = raw.RolloutStage{
			Mode: uint32(stage.Mode), ShareBasisPoints: stage.ShareBasisPoints, MinimumSamples: stage.MinimumSamples,
			MinimumNs: int64(stage.MinimumTime), Margin: stage.Margin, MaximumDrop: stage.MaximumDrop,
		}
	}
	return given
}

func gateOf(r *raw.Gate) Gate {
	return Gate{
		In: r.In != 0, Rollout: ID(r.Rollout), Stage: r.Stage, Mode: Mode(r.Mode), State: RolloutState(r.State),
		ShareBasisPoints: r.ShareBasisPoints, Reason: RolloutReason(r.Reason),
	}
}
