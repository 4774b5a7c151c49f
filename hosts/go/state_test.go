package remora_test

// Every function that takes a handle, through the surface that hosts use.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"remora"
)

// never is the library's own clock.
var never time.Time

func record(t *testing.T, state *remora.State, agent remora.ID, variant uint32, count int, success bool) {
	t.Helper()
	for i := 0; i < count; i++ {
		must[remora.Reward](t)(state.RecordOutcome(remora.Outcome{Agent: agent, Variant: variant, Success: success}))
	}
}

func TestNamesBecomeIDsAndIDsNames(t *testing.T) {
	state, _ := opened(t)
	made := map[remora.ID]bool{}
	for place := 0; place < 150; place++ {
		made[must[remora.ID](t)(state.Intern(remora.KindLabel, "label-"+strings.Repeat("x", place%90)+string(rune('a'+place/90))))] = true
	}
	labels := state.ListNames(remora.KindLabel)
	found := 0
	labels.All()(func(id remora.ID) bool {
		found++
		return made[id]
	})
	check(t, labels.Err())
	if found != len(made) {
		t.Errorf("%d labels are listed, %d were made", found, len(made))
	}
	label := must[remora.ID](t)(state.Intern(remora.KindLabel, "lang=go"))
	if name := must[string](t)(state.NameOf(label)); name != "lang=go" {
		t.Errorf("the name is %s", name)
	}
	_, err := state.Find(remora.KindLabel, "never")
	fails(t, err, remora.ErrNotFound)
	if !strings.Contains(err.Error(), "never") {
		t.Errorf("%v does not say which name", err)
	}
	_, err = state.AgentDefine("a\x00b", "careful")
	fails(t, err, remora.ErrInvalid)
}

func TestVariantsAreFoundByNameAndIndex(t *testing.T) {
	state, _ := opened(t)
	testing := must[remora.ID](t)(state.Intern(remora.KindCategory, "testing"))
	agent := must[remora.ID](t)(state.AgentRegister("tester", testing))
	must[remora.VariantInfo](t)(state.VariantRegister(agent, "large", remora.VariantOptions{Tier: 3, CostMicros: 60000}))
	small := must[remora.VariantInfo](t)(state.VariantRegister(agent, "small", remora.VariantOptions{Flags: remora.VariantBaseline}))
	info := must[remora.AgentInfo](t)(state.AgentInfo(agent))
	if info.BaselineVariant != small.Variant || info.Category != testing || info.VariantCount != 2 {
		t.Errorf("%+v", info)
	}
	large := must[uint32](t)(state.VariantIndex(agent, "large"))
	if variant := must[remora.VariantInfo](t)(state.VariantInfo(agent, large)); variant.Tier != 3 || variant.CostMicros != 60000 {
		t.Errorf("%+v", variant)
	}
	_, err := state.VariantIndex(agent, "slow")
	fails(t, err, remora.ErrNotFound)
	if !strings.Contains(err.Error(), "tester has no variant 'slow'") {
		t.Error(err)
	}
}

func TestTheSameDrawAndTimeGiveTheSameDecision(t *testing.T) {
	state, agent := opened(t)
	record(t, state, agent, 1, 3, true)
	task := remora.Task{Agent: agent, Draw: 12345, Now: time.Unix(1_800_000_000, 0)}
	first := must[remora.Decision](t)(state.Route(task))
	for i := 0; i < 20; i++ {
		again := must[remora.Decision](t)(state.Route(task))
		if again.Variant != first.Variant || again.Propensity != first.Propensity || again.DecisionID == first.DecisionID {
			t.Fatalf("%+v, then %+v", first, again)
		}
	}
}

func TestAFailedRouteNamesTheBaselineToGoOnWith(t *testing.T) {
	state, agent := opened(t)
	for _, task := range []remora.Task{{Agent: agent, TaskType: agent}, {Agent: agent, Labels: make([]remora.ID, 9)}} {
		decision, err := state.Route(task)
		fails(t, err, remora.ErrInvalid)
		if decision.Agent != agent || decision.Variant != 0 || decision.Reason != remora.ReasonError || decision.DecisionID != 0 {
			t.Errorf("%+v", decision)
		}
	}
	decision, err := state.RouteNamed("nobody", "", 0)
	fails(t, err, remora.ErrNotFound)
	if decision.Variant != 0 || decision.Reason != remora.ReasonError {
		t.Errorf("%+v", decision)
	}
	decision, err = state.RouteNamed("no\x00body", "", 0)
	fails(t, err, remora.ErrInvalid)
	if decision.Variant != 0 || decision.Reason != remora.ReasonError || decision.ShadowVariant != remora.None {
		t.Errorf("%+v", decision)
	}
}

func TestBatchesAnswerEachItemAndSayWhichFailed(t *testing.T) {
	state, agent := opened(t)
	tasks := make([]remora.Task, 64)
	for place := range tasks {
		tasks[place].Agent = agent
	}
	decisions := must[[]remora.Decision](t)(state.RouteBatch(nil, tasks))
	tasks[1].TaskType = agent
	failed, err := state.RouteBatch(make([]remora.Decision, 1), tasks[:3])
	fails(t, err, remora.ErrInvalid)
	if batch, is := err.(*remora.BatchError); !is || batch.Done != 2 || batch.FirstFailed != 1 || len(failed) != 4 {
		t.Errorf("%d decisions, %v", len(failed), err)
	}
	outcomes := make([]remora.Outcome, len(decisions))
	for place, decision := range decisions {
		outcomes[place] = remora.Outcome{DecisionID: decision.DecisionID, Success: true}
	}
	outcomes[5].Quality = remora.Given(7)
	_, err = state.RecordOutcomeBatch(nil, outcomes)
	if batch, is := err.(*remora.BatchError); !is || batch.Done != 63 || batch.FirstFailed != 5 {
		t.Error(err)
	}
	outcomes[5].Quality = remora.Given(0.7)
	rewards := must[[]remora.Reward](t)(state.RecordOutcomeBatch(nil, outcomes[5:6]))
	if len(rewards) != 1 || !rewards[0].Learned {
		t.Errorf("%+v", rewards)
	}
	if nothing, err := state.RouteBatch(nil, nil); err != nil || len(nothing) != 0 {
		t.Error(nothing, err)
	}
}

func TestAnOutcomeIsExplainedAndCountsOnce(t *testing.T) {
	state, agent := opened(t)
	metric := must[remora.ID](t)(state.Intern(remora.KindMetric, "lint"))
	decision := must[remora.Decision](t)(state.Route(remora.Task{Agent: agent}))
	reward := must[remora.Reward](t)(state.RecordOutcome(remora.Outcome{
		DecisionID: decision.DecisionID, Success: true, Quality: remora.Given(0.8), Duration: time.Minute, ErrorCount: 3,
		UserRating: remora.Given(9), Metrics: []remora.Metric{{ID: metric, Value: 4}}, Next: &remora.Next{},
	}))
	if reward.TimeTerm > -0.14 || reward.TimeTerm < -0.16 || !reward.Learned || reward.Visits != 1 {
		t.Errorf("%+v", reward)
	}
	fails(t, state.RecordResult(decision.DecisionID, false, 0), remora.ErrAlreadyRecorded)
	abandoned := must[remora.Decision](t)(state.Route(remora.Task{Agent: agent}))
	must[remora.Reward](t)(state.RecordOutcome(remora.Outcome{DecisionID: abandoned.DecisionID, Abandoned: true}))
	if stats := must[remora.Stats](t)(state.StatsGet()); stats.Pending != 0 || stats.Visits != 1 {
		t.Errorf("%+v", stats)
	}
}

func TestTextIsClassifiedByRulesThatCanBeAdded(t *testing.T) {
	state, _ := opened(t)
	billing := must[remora.ID](t)(state.TaskRuleAdd(remora.TaskRule{TaskType: "billing", Keywords: []string{"invoice"},
		Patterns: []string{"*.inv"}, Weight: 5}))
	if found := must[remora.Classification](t)(state.Classify("Correct the invoice", "a.inv")); found.TaskType != billing {
		t.Errorf("%+v", found)
	}
	if found := must[remora.Classification](t)(state.Classify("")); must[string](t)(state.NameOf(found.TaskType)) != "general" {
		t.Errorf("%+v", found)
	}
}

func TestAFailingVariantIsKeptOutAndAnOperatorLetsItIn(t *testing.T) {
	state, agent := opened(t)
	record(t, state, agent, 1, 12, false)
	verdict := must[remora.SafetyVerdict](t)(state.SafetyCheck(agent, 1, never))
	if verdict.Allowed || verdict.Reason != remora.SafetyBelowMinimum || verdict.BlockedSince.IsZero() {
		t.Errorf("%+v", verdict)
	}
	check(t, state.VariantUnblock(agent, 1))
	if verdict := must[remora.SafetyVerdict](t)(state.SafetyCheck(agent, 1, never)); !verdict.Allowed {
		t.Errorf("%+v", verdict)
	}
	check(t, state.VariantBlock(agent, 1))
	if !must[remora.VariantInfo](t)(state.VariantInfo(agent, 1)).Blocked {
		t.Error("the variant is not blocked")
	}
	unknown, err := state.SafetyCheck(agent, 40, never)
	fails(t, err, remora.ErrNotFound)
	if unknown.Allowed {
		t.Error("an unknown variant is allowed")
	}
}

func TestARolloutGoesThroughItsStagesAndBack(t *testing.T) {
	state, agent := opened(t)
	rollout := must[remora.ID](t)(state.RolloutStart(background, "quick-first", remora.Plan{Agent: agent, Treatment: 1, Stages: []remora.Stage{
		{Mode: remora.ModeShadow}, {Mode: remora.ModeCanary, ShareBasisPoints: 5000}, {Mode: remora.ModeFull}}}))
	decision := must[remora.Decision](t)(state.Route(remora.Task{Agent: agent, UnitKey: 5}))
	if !decision.WantsShadow() || decision.ShadowDecisionID == 0 || decision.ShadowVariant != 1 {
		t.Errorf("%+v", decision)
	}
	check(t, state.RolloutCommand(background, rollout, remora.RolloutAdvance, never))
	inside := 0
	for unit := uint64(1); unit <= 400; unit++ {
		gate := must[remora.Gate](t)(state.RolloutGate(agent, unit))
		if again := must[remora.Gate](t)(state.RolloutGate(agent, unit)); again != gate {
			t.Fatalf("unit %d: %+v, then %+v", unit, gate, again)
		}
		if gate.In {
			inside++
		}
	}
	if inside < 100 || inside > 300 {
		t.Errorf("%d of 400 units are in a rollout of half of them", inside)
	}
	check(t, state.RolloutCommand(background, rollout, remora.RolloutRollBack, never))
	status := must[remora.RolloutStatus](t)(state.RolloutStatus(rollout))
	if status.State != remora.RolloutRolledBack || status.Started.IsZero() {
		t.Errorf("%+v", status)
	}
}

func TestASnapshotBringsValuesBackAndADamagedOneIsRefused(t *testing.T) {
	state, agent := opened(t)
	record(t, state, agent, 1, 5, true)
	taken := must[remora.SnapshotInfo](t)(state.Snapshot(background))
	record(t, state, agent, 1, 5, false)
	path := must[string](t)(state.SnapshotPath(taken.Sequence))
	verified := must[remora.SnapshotInfo](t)(state.SnapshotVerify(background, path))
	if verified.Visits != 5 || verified.Checksum != taken.Checksum {
		t.Errorf("%+v", verified)
	}
	if restored := must[remora.SnapshotInfo](t)(state.Restore(background, path)); restored.Sequence != taken.Sequence {
		t.Errorf("%+v", restored)
	}
	cells := must[[]remora.QCell](t)(state.QCells().Page(10))
	if len(cells) != 1 || cells[0].Visits != 5 || cells[0].QValue != 1 || cells[0].Updated.IsZero() {
		t.Errorf("%+v", cells)
	}
	if kept := must[[]remora.SnapshotInfo](t)(state.SnapshotList(background)); len(kept) != 2 || kept[1].Sequence != taken.Sequence {
		t.Errorf("%+v", kept)
	}
	content := read(t, state.Directory(), path)
	content[len(content)/2] ^= 0xff
	bad := filepath.Join(t.TempDir(), "bad.rsnap")
	check(t, os.WriteFile(bad, content, 0o600))
	_, err := state.Restore(background, bad)
	fails(t, err, remora.ErrDamaged)
}

func TestTheKillSwitchAndMonitorModeHoldForEveryHandle(t *testing.T) {
	state, agent := opened(t)
	other := must[*remora.State](t)(remora.Open(background, state.Directory(), nil))
	defer other.Close()
	check(t, state.ControlSet(remora.Control{}))
	if decision := must[remora.Decision](t)(other.Route(remora.Task{Agent: agent})); decision.Flags&remora.DecisionControlOff == 0 {
		t.Errorf("%+v", decision)
	}
	check(t, state.ControlSet(remora.Control{Enabled: true, Learning: true, Mode: remora.ModeMonitor}))
	decision := must[remora.Decision](t)(other.Route(remora.Task{Agent: agent}))
	control := must[remora.Control](t)(other.ControlGet())
	if !decision.Monitored() || !control.Enabled || control.Mode != remora.ModeMonitor {
		t.Errorf("%+v, %+v", decision, control)
	}
}

func TestConfigurationEventsFiguresAndMetricsAreThere(t *testing.T) {
	state, agent := opened(t)
	check(t, state.Configure(background, `{"learning": {"epsilon": 0.5}}`))
	if decision := must[remora.Decision](t)(state.Route(remora.Task{Agent: agent})); decision.Epsilon != 0.5 {
		t.Errorf("%+v", decision)
	}
	err := state.Configure(background, "{\n\"learnin\": {}}")
	fails(t, err, remora.ErrConfig)
	if !strings.Contains(err.Error(), ":2") {
		t.Errorf("%v does not say the line", err)
	}
	events := state.Events(0)
	events.All()(func(remora.Event) bool { return true })
	check(t, state.VariantBlock(agent, 1))
	blocked := must[[]remora.Event](t)(events.Page(10))
	if len(blocked) != 1 || blocked[0].Kind != remora.EventVariantBlocked || blocked[0].Time.IsZero() {
		t.Fatalf("%+v", blocked)
	}
	text := must[string](t)(state.EventText(blocked[0]))
	if !strings.Contains(text, `"kind":"variant_blocked"`) || !strings.Contains(text, `"agent":"backend-architect"`) {
		t.Error(text)
	}
	report := must[remora.TickReport](t)(state.Tick(background, never, 0))
	stats := must[remora.Stats](t)(state.StatsGet())
	if report.Elsewhere || stats.Processes != 1 || stats.Decisions != 1 {
		t.Errorf("%+v, %+v", report, stats)
	}
	if metrics := must[string](t)(state.MetricsText()); !strings.Contains(metrics, "# TYPE remora_") {
		t.Error(metrics)
	}
}

// logged has the library say something in its log.
func logged(t *testing.T, state *remora.State, content string, later time.Duration) {
	t.Helper()
	check(t, os.WriteFile(filepath.Join(state.Directory(), "remora.json"), []byte(content), 0o600))
	_, _ = state.Tick(background, time.Now().Add(later), 0)
}

func TestLogLinesAreCalledBackAndDrained(t *testing.T) {
	state, agent := opened(t)
	for lines := []string{"any"}; len(lines) > 0; {
		lines = must[[]string](t)(state.LogDrain())
	}
	var heard []string
	check(t, state.LogCallback(func(level int, text string) {
		if _, err := state.Route(remora.Task{Agent: agent}); err != nil { // a listener may call back
			t.Error(err)
		}
		fails(t, state.Close(), remora.ErrState) // but not close
		heard = append(heard, text)
	}, 0))
	logged(t, state, "[", time.Minute)
	if !strings.Contains(strings.Join(heard, "\n"), "remora.json") {
		t.Errorf("heard %q", heard)
	}
	count := len(heard)
	check(t, state.LogCallback(nil, 0))
	logged(t, state, "]]", 2*time.Minute)
	if len(heard) != count {
		t.Errorf("heard %q after the end", heard[count:])
	}
	lines := must[[]string](t)(state.LogDrain())
	if len(lines) < 2 || !strings.Contains(lines[0], "remora.json") {
		t.Errorf("%q", lines)
	}
}

func TestAListenerThatPanicsIsTold(t *testing.T) {
	options := small()
	var told []error
	options.Warn = func(err error) { told = append(told, err) }
	state := must[*remora.State](t)(remora.Open(background, filepath.Join(t.TempDir(), "state"), options))
	defer state.Close()
	check(t, state.LogCallback(func(int, string) { panic("no ink") }, 0))
	logged(t, state, "[", time.Minute)
	if len(told) == 0 || !strings.Contains(told[0].Error(), "no ink") {
		t.Error(told)
	}
}

func TestAClosedStateAnswersWithAnError(t *testing.T) {
	state, agent := opened(t)
	check(t, state.Close())
	fails(t, state.Close(), remora.ErrHandle)
	decision, err := state.Route(remora.Task{Agent: agent})
	fails(t, err, remora.ErrHandle)
	if decision.Variant != 0 || decision.Reason != remora.ReasonError {
		t.Errorf("%+v", decision)
	}
	_, err = state.Snapshot(background)
	fails(t, err, remora.ErrHandle)
	_, err = state.ListNames(remora.KindAgent).Page(5)
	fails(t, err, remora.ErrHandle)
	_, err = state.MetricsText()
	fails(t, err, remora.ErrHandle)
}
