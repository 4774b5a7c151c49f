package remora

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Pending is a task under way: routed when made, timed, recorded once, by Done.
//
//	task := state.Task(remora.Task{Agent: agent, TaskType: design})
//	defer task.Done()
//	... run variant task.Decision.Variant ...
//	task.Report(remora.Outcome{Success: true})
//
// Remora's own failures are told to Options.Warn and never reach the host, which then runs the baseline. A Pending may go from goroutine to
// goroutine.
type Pending struct {
	Decision Decision

	state   *State
	started time.Time

	lock        sync.Mutex
	outcome     Outcome
	recorded    bool
	shadowTaken bool
}

// Task routes a task that reports itself.
func (s *State) Task(task Task) *Pending {
	decision, err := s.Route(task)
	if err != nil {
		s.tell(fmt.Errorf("routed to the baseline: %w", err))
	}
	return &Pending{Decision: decision, state: s, started: time.Now(), outcome: Outcome{Abandoned: true}}
}

// VariantName is the name of the variant to run; empty where the agent is not known.
func (p *Pending) VariantName() string {
	name, err := p.state.VariantName(p.Decision.Agent, p.Decision.Variant)
	if err != nil {
		return ""
	}
	return name
}

// TakeShadow gives the shadow run that the decision asks for, as a task of its own; nil where none is asked for, or it was taken. One that
// is not taken is abandoned by Done.
func (p *Pending) TakeShadow() *Pending {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.recorded || p.shadowTaken || p.Decision.ShadowDecisionID == 0 {
		return nil
	}
	p.shadowTaken = true
	decision := p.Decision
	decision.DecisionID, decision.Variant, decision.ShadowDecisionID = decision.ShadowDecisionID, decision.ShadowVariant, 0
	return &Pending{Decision: decision, state: p.state, started: time.Now(), outcome: Outcome{Abandoned: true}}
}

// Report says how it went; the last report counts. Decision id and duration are filled in by Done where they are 0.
func (p *Pending) Report(outcome Outcome) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.outcome = outcome
}

// Done records what was reported, and abandons a task of which nothing was. Further calls do nothing.
func (p *Pending) Done() {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.recorded {
		return
	}
	p.recorded = true
	if p.outcome.Duration == 0 {
		p.outcome.Duration = time.Since(p.started)
	}
	p.state.record(p.Decision.DecisionID, p.outcome)
	if !p.shadowTaken {
		p.state.record(p.Decision.ShadowDecisionID, Outcome{Abandoned: true})
	}
}

func (s *State) record(decisionID uint64, outcome Outcome) {
	if decisionID == 0 {
		return // not tracked: the failure that led there was told already
	}
	outcome.DecisionID = decisionID
	if _, err := s.RecordOutcome(outcome); err != nil {
		s.tell(fmt.Errorf("an outcome was not recorded: %w", err))
	}
}

// AgentOptions say how the calls of an agent are routed and judged.
type AgentOptions[Answer any] struct {
	Task    Task                        // routed for each call; its Agent is filled in
	Outcome func(answer Answer) Outcome // judges an answer; nil = it succeeded
}

// Agent wraps an agent function: each call is routed, run with the name of the variant, timed and recorded. An error that it gives is
// recorded as a failure and given on; one that comes of context.Canceled is an abandoned task. A panic is a failure, and goes on.
func Agent[Request, Answer any](
	state *State, name string, variants []string, options AgentOptions[Answer],
	run func(ctx context.Context, variant string, request Request) (Answer, error),
) (func(ctx context.Context, request Request) (Answer, error), error) {
	agent, err := state.AgentDefine(name, variants...)
	if err != nil {
		return nil, err
	}
	options.Task.Agent = agent
	return func(ctx context.Context, request Request) (Answer, error) {
		task := state.Task(options.Task)
		defer task.Done()
		variant := task.VariantName()
		if variant == "" && len(variants) > 0 {
			variant = variants[0]
		}
		task.Report(Outcome{ErrorCount: 1}) // stands when run panics
		answer, err := run(ctx, variant, request)
		switch {
		case errors.Is(err, context.Canceled):
			task.Report(Outcome{Abandoned: true})
		case err == nil && options.Outcome != nil:
			task.Report(options.Outcome(answer))
		case err == nil:
			task.Report(Outcome{Success: true})
		}
		return answer, err
	}, nil
}
