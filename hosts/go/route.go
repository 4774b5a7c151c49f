package remora

import (
	"strings"
	"time"

	"remora/internal/raw"
)

// Task is a task to route. Leave at zero what is not known.
type Task struct {
	Agent           ID        // 0 = choose the agent too, among those of Category (or all)
	TaskType        ID        // 0 = "general"
	UnitKey         uint64    // user, session or episode for sticky assignment (a name: see UnitKey); 0 = each decision on its own
	AllowedVariants uint64    // bit i allows variant i; 0 = all
	Labels          []ID      // context labels in any order, at most MaxLabels
	Category        ID        // only with Agent 0
	Now             time.Time // zero = the library's clock
	Draw            uint64    // random draw for a repeatable decision; 0 = the library's own generator
	// PreviousDecision is of the same task: this is another attempt at it. Counts where learning.cascade says so.
	PreviousDecision uint64
}

// Decision is the answer to a task. After an error it is a safe choice all the same: a host that goes on with it stays safe.
type Decision struct {
	Flags            DecisionFlag
	DecisionID       uint64 // record the outcome under it; 0 = not tracked
	ShadowDecisionID uint64 // for the outcome of ShadowVariant; 0 = no shadow run asked
	Agent            ID
	TaskType         ID
	Variant          uint32 // run this one
	BaselineVariant  uint32
	LearnedVariant   uint32 // what learning would have chosen; equals Variant unless a mode, arm or block decided
	ShadowVariant    uint32 // None unless WantsShadow
	Reason           Reason
	Mode             Mode    // in force for this decision
	QValue           float64 // of Variant in this state; 0 when unseen
	Propensity       float64 // probability with which Variant was chosen, in (0, 1]
	Epsilon          float64 // exploration rate in force
	Visits           uint32  // outcomes behind QValue
	Rollout          ID      // that took part in this decision, or 0
	Stage            uint32  // its stage
}

// Explored says that the policy explored rather than took the best Q-value.
func (d *Decision) Explored() bool { return d.Flags&DecisionExplored != 0 }

// Monitored says that the baseline was chosen; LearnedVariant is what learning would have done.
func (d *Decision) Monitored() bool { return d.Flags&DecisionMonitor != 0 }

// WantsShadow asks to run ShadowVariant too, and to record its outcome under ShadowDecisionID.
func (d *Decision) WantsShadow() bool { return d.Flags&DecisionShadow != 0 }

// Classification is the task type that was found for a text.
type Classification struct {
	TaskType      ID      // "general" when nothing fits
	Confidence    float64 // 0 .. 1
	RunnerUp      ID      // second best, or 0
	Score         float64 // weighted sum behind TaskType
	RunnerUpScore float64
}

// Route chooses a variant (and, with Task.Agent 0, an agent). Hot: no lock, no garbage.
// Errors: ErrHandle, ErrInvalid (id of another kind, too many labels), ErrNotFound (unknown id, agent without variants, empty
// category), ErrExpired (PreviousDecision), ErrPermission (opened read-only).
func (s *State) Route(task Task) (Decision, error) {
	memory := hots.Get().(*hot)
	task.write(&memory.task)
	memory.decision = raw.Decision{StructSize: raw.DecisionSize}
	code := s.raw.Route(s.handle, &memory.task, &memory.decision, &memory.failure)
	return s.decided(code, memory)
}

// RouteNamed is Route by names. An unknown task type is interned at its first use; "" is "general". Hot, but for that first use.
// Errors: as Route, ErrNotFound (agent), ErrFull.
func (s *State) RouteNamed(agent, taskType string, unitKey uint64) (Decision, error) {
	if strings.IndexByte(agent, 0) >= 0 || strings.IndexByte(taskType, 0) >= 0 {
		return Decision{Reason: ReasonError, ShadowVariant: None},
			refused(ErrInvalid, "a name must not contain a NUL: %q, %q", agent, taskType)
	}
	memory := hots.Get().(*hot)
	memory.agent = append(append(memory.agent[:0], agent...), 0)
	memory.taskType = append(append(memory.taskType[:0], taskType...), 0)
	memory.decision = raw.Decision{StructSize: raw.DecisionSize}
	code := s.raw.RouteNamed(s.handle, &memory.agent[0], &memory.taskType[0], unitKey, &memory.decision, &memory.failure)
	return s.decided(code, memory)
}

// decided gives the answer of a call, and its memory back.
func (s *State) decided(code int32, memory *hot) (Decision, error) {
	decision := decisionOf(&memory.decision)
	err := s.library.explain(code, &memory.failure)
	hots.Put(memory)
	return decision, err
}

// RouteBatch routes tasks, each by itself, and appends their decisions, as append does: with room in decisions it makes no garbage.
// Every decision is filled. When some failed, the error is a BatchError.
func (s *State) RouteBatch(decisions []Decision, tasks []Task) ([]Decision, error) {
	if len(tasks) == 0 {
		return decisions, nil
	}
	memory := routeBatches.Get().(*batch[raw.Task, raw.Decision])
	defer routeBatches.Put(memory)
	memory.resize(len(tasks), raw.Decision{StructSize: raw.DecisionSize})
	for place := range tasks {
		tasks[place].write(&memory.in[place])
	}
	code := s.raw.RouteBatch(s.handle, &memory.in[0], &memory.out[0], &memory.counts, &memory.failure)
	for place := range memory.out {
		decisions = append(decisions, decisionOf(&memory.out[place]))
	}
	return decisions, s.library.explainBatch(code, &memory.counts, &memory.failure)
}

// Classify finds the task type of a text and file names. Nothing of the text is kept or logged. Errors: ErrInvalid.
func (s *State) Classify(text string, files ...string) (Classification, error) {
	names := strings.Join(files, "\n")
	arena := bytesOf(text + names)
	sizes := &raw.Text{StructSize: raw.TextSize, TextSize: uint64(len(text)), FilesSize: uint64(len(names))}
	found := &raw.Classification{StructSize: raw.ClassificationSize}
	err := s.explained(func(failure *raw.Error) int32 {
		return s.raw.Classify(s.handle, &arena[0], uint64(len(arena)-1), sizes, found, failure)
	})
	return Classification{
		TaskType: ID(found.TaskType), Confidence: found.Confidence, RunnerUp: ID(found.RunnerUp), Score: found.Score,
		RunnerUpScore: found.RunnerUpScore,
	}, err
}

// TaskRule tells the classifier what a task type is known by.
type TaskRule struct {
	TaskType string
	Keywords []string
	Patterns []string // of file names
	Weight   float64  // > 0, at most 100; 0 = 1
}

// TaskRuleAdd adds a rule to the classifier of this process (the configuration adds rules for all), and gives the id of its task type.
// Errors: ErrInvalid (which rule and value), ErrFull.
func (s *State) TaskRuleAdd(rule TaskRule) (ID, error) {
	keywords, patterns := strings.Join(rule.Keywords, "\n"), strings.Join(rule.Patterns, "\n")
	arena := bytesOf(rule.TaskType + keywords + patterns)
	given := &raw.TaskRule{StructSize: raw.TaskRuleSize, NameSize: uint32(len(rule.TaskType)), KeywordsSize: uint32(len(keywords)),
		PatternsSize: uint32(len(patterns)), Weight: rule.Weight}
	return s.id(func(id *uint32, failure *raw.Error) int32 {
		return s.raw.TaskRuleAdd(s.handle, &arena[0], uint64(len(arena)-1), given, id, failure)
	})
}

// write fills the struct of the library. It gets the number of labels also when there are too many, and refuses them.
func (t *Task) write(r *raw.Task) {
	*r = raw.Task{
		StructSize: raw.TaskSize, Agent: uint32(t.Agent), TaskType: uint32(t.TaskType), UnitKey: t.UnitKey,
		AllowedVariants: t.AllowedVariants, NowNs: nanoseconds(t.Now), Draw: t.Draw, Category: uint32(t.Category),
		LabelCount: uint32(len(t.Labels)), PreviousDecision: t.PreviousDecision,
	}
	copyIDs(&r.Labels, t.Labels)
}

func copyIDs(to *[8]uint32, from []ID) {
	for place := 0; place < len(from) && place < len(to); place++ {
		to[place] = uint32(from[place])
	}
}

func decisionOf(r *raw.Decision) Decision {
	return Decision{
		Flags: DecisionFlag(r.Flags), DecisionID: r.DecisionId, ShadowDecisionID: r.ShadowDecisionId, Agent: ID(r.Agent),
		TaskType: ID(r.TaskType), Variant: r.Variant, BaselineVariant: r.BaselineVariant, LearnedVariant: r.LearnedVariant,
		ShadowVariant: r.ShadowVariant, Reason: Reason(r.Reason), Mode: Mode(r.Mode), QValue: r.QValue, Propensity: r.Propensity,
		Epsilon: r.Epsilon, Visits: r.Visits, Rollout: ID(r.Rollout), Stage: r.Stage,
	}
}
