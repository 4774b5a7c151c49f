package remora_test

import (
	"time"

	"remora"
	"remora/internal/raw"
)

type table map[string]func(q *question) (any, error)

// calls has each function by its C name.
var calls = table{}

func init() { // not where it is declared: the calls lead to it themselves, by way of the session
	for _, part := range []table{openingCalls(), namingCalls(), decidingCalls(), checkingCalls(), operatingCalls(), observingCalls()} {
		for name, ask := range part {
			calls[name] = ask
		}
	}
}

func openingCalls() table {
	return table{
		"abi_version": given("version", func(q *question, _ none) (any, error) { return q.library.ABIVersion(), nil }),
		"version_text": given("", func(q *question, _ none) (any, error) {
			library, _ := q.library.Unopened().Raw()
			return q.text(q.library.Version, func(buffer *byte, capacity uint64, needed *uint64, _ *raw.Error) int32 {
				return library.VersionText(buffer, capacity, needed)
			})
		}),
		"status_text": given("", func(q *question, in struct{ Code int32 }) (any, error) {
			library, _ := q.library.Unopened().Raw()
			return q.text(func() (string, error) { return q.library.StatusText(remora.Status(in.Code)) },
				func(buffer *byte, capacity uint64, needed *uint64, _ *raw.Error) int32 {
					return library.StatusText(in.Code, buffer, capacity, needed)
				})
		}),
		"struct_size": given("size", func(q *question, in named) (any, error) { return q.library.StructSize(in.Name) }),
		"open":        (*question).open,
		"close":       given("", func(q *question, _ none) (any, error) { return nil, q.state.Close() }),
	}
}

func namingCalls() table {
	return table{
		"intern":         given("id", func(q *question, in named) (any, error) { return q.state.Intern(in.Kind, in.Name) }),
		"find":           given("id", func(q *question, in named) (any, error) { return q.state.Find(in.Kind, in.Name) }),
		"agent_register": given("id", func(q *question, in named) (any, error) { return q.state.AgentRegister(in.Name, in.Category) }),
		"name_of": given("", func(q *question, in struct{ Id remora.ID }) (any, error) {
			library, handle := q.state.Raw()
			return q.text(func() (string, error) { return q.state.NameOf(in.Id) },
				func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
					return library.NameOf(handle, uint32(in.Id), buffer, capacity, needed, failure)
				})
		}),
		"variant_register": given("", func(q *question, in struct {
			Name       string
			Agent      remora.ID
			Tier       uint32
			CostMicros int64
			Flags      remora.VariantFlag
		}) (any, error) {
			return q.state.VariantRegister(in.Agent, in.Name, remora.VariantOptions{Flags: in.Flags, Tier: in.Tier, CostMicros: in.CostMicros})
		}),
		"agent_define": given("id", func(q *question, in struct {
			Agent    string
			Variants []string
		}) (any, error) {
			return q.state.AgentDefine(in.Agent, in.Variants...)
		}),
		"variant_name": given("", func(q *question, in variantOfAgent) (any, error) {
			library, handle := q.state.Raw()
			return q.text(func() (string, error) { return q.state.VariantName(in.Agent, in.Variant) },
				func(buffer *byte, capacity uint64, needed *uint64, _ *raw.Error) int32 {
					return library.VariantName(handle, uint32(in.Agent), in.Variant, buffer, capacity, needed)
				})
		}),
		"agent_info":   given("", func(q *question, in variantOfAgent) (any, error) { return q.state.AgentInfo(in.Agent) }),
		"variant_info": given("", func(q *question, in variantOfAgent) (any, error) { return q.state.VariantInfo(in.Agent, in.Variant) }),
		"list_names":   pageOf("ids", func(q *question, in page) *remora.List[remora.ID] { return q.state.ListNames(in.Kind) }),
	}
}

func decidingCalls() table {
	return table{
		"route": given("", func(q *question, in remora.Task) (any, error) { return q.state.Route(in) }),
		"route_batch": given("", func(q *question, in struct{ Tasks []remora.Task }) (any, error) {
			decisions, err := q.state.RouteBatch(nil, in.Tasks)
			return batchAnswer("decisions", decisions, len(in.Tasks), err)
		}),
		"route_named": given("", func(q *question, in struct {
			Agent, TaskType string
			UnitKey         uint64
		}) (any, error) {
			return q.state.RouteNamed(in.Agent, in.TaskType, in.UnitKey)
		}),
		"classify": given("", func(q *question, in struct {
			Text  string
			Files []string
		}) (any, error) {
			return q.state.Classify(in.Text, in.Files...)
		}),
		"task_rule_add": given("id", func(q *question, in struct {
			Name               string
			Keywords, Patterns []string
			Weight             float64
		}) (any, error) {
			return q.state.TaskRuleAdd(remora.TaskRule{TaskType: in.Name, Keywords: in.Keywords, Patterns: in.Patterns, Weight: in.Weight})
		}),
		"record_outcome":       (*question).recordOutcome,
		"record_outcome_batch": (*question).recordOutcomeBatch,
		"record_result": given("", func(q *question, in struct {
			DecisionID uint64
			Success    bool
			Duration   time.Duration
		}) (any, error) {
			return nil, q.state.RecordResult(in.DecisionID, in.Success, in.Duration)
		}),
	}
}

func checkingCalls() table {
	return table{
		"safety_check": given("", func(q *question, in variantOfAgent) (any, error) {
			return q.state.SafetyCheck(in.Agent, in.Variant, in.Now)
		}),
		"evaluate": given("", func(q *question, in struct {
			Configuration  string
			Agent          remora.ID
			Resamples      uint32
			Seed           uint64
			LeastEffective float64
			WarmUp         float64
		}) (any, error) {
			return q.state.Evaluate(in.Configuration, remora.EvaluationOptions{
				Agent: in.Agent, Resamples: in.Resamples, Seed: in.Seed, LeastEffective: in.LeastEffective,
				WarmUp: in.WarmUp})
		}),
		"explain": given("", func(q *question, in struct {
			Agent, TaskType   remora.ID
			Variant, Attempts uint32
			TriedVariants     uint64
			Labels            []remora.ID
		}) (any, error) {
			return q.state.ExplainAttempt(in.Agent, in.Variant, in.Attempts, in.TriedVariants, in.TaskType, in.Labels...)
		}),
		"convergence_get": given("", func(q *question, in struct {
			Agent, TaskType remora.ID
			Variant         uint32
			Labels          []remora.ID
		}) (any, error) {
			return q.state.ConvergenceGet(in.Agent, in.Variant, in.TaskType, in.Labels...)
		}),
		"replay": given("", func(q *question, in remora.ReplayRequest) (any, error) { return q.state.Replay(background, in) }),
		"variant_block": given("", func(q *question, in variantOfAgent) (any, error) {
			return nil, q.state.VariantBlock(in.Agent, in.Variant)
		}),
		"variant_unblock": given("", func(q *question, in variantOfAgent) (any, error) {
			return nil, q.state.VariantUnblock(in.Agent, in.Variant)
		}),
		"rollout_start": given("id", func(q *question, in struct {
			Name      string
			Agent     remora.ID
			Treatment uint32
			Stages    []remora.Stage
			Now       time.Time
		}) (any, error) {
			return q.state.RolloutStart(background, in.Name, remora.Plan{Agent: in.Agent, Treatment: in.Treatment, Stages: in.Stages, Now: in.Now})
		}),
		"rollout_gate": given("", func(q *question, in struct {
			Agent   remora.ID
			UnitKey uint64
		}) (any, error) {
			return q.state.RolloutGate(in.Agent, in.UnitKey)
		}),
		"rollout_command": given("", func(q *question, in struct {
			Rollout remora.ID
			Command remora.RolloutCommand
			Now     time.Time
		}) (any, error) {
			return nil, q.state.RolloutCommand(background, in.Rollout, in.Command, in.Now)
		}),
		"rollout_status": given("", func(q *question, in struct{ Rollout remora.ID }) (any, error) {
			return q.state.RolloutStatus(in.Rollout)
		}),
	}
}

func operatingCalls() table {
	return table{
		"snapshot":        given("", func(q *question, _ none) (any, error) { return q.state.Snapshot(background) }),
		"snapshot_verify": given("", func(q *question, in file) (any, error) { return q.state.SnapshotVerify(background, in.Path) }),
		"snapshot_list":   given("", snapshotListed),
		"snapshot_path":   given("text", func(q *question, in struct{ Sequence uint64 }) (any, error) { return q.state.SnapshotPath(in.Sequence) }),
		"restore":         given("", func(q *question, in file) (any, error) { return q.state.Restore(background, in.Path) }),
		"tick": given("", func(q *question, in struct {
			Now    time.Time
			Budget time.Duration
		}) (any, error) {
			return q.state.Tick(background, in.Now, in.Budget)
		}),
		"control_set": given("", func(q *question, in remora.Control) (any, error) { return nil, q.state.ControlSet(in) }),
		"control_get": given("", func(q *question, _ none) (any, error) { return q.state.ControlGet() }),
		"configure": given("", func(q *question, in struct{ Text string }) (any, error) {
			return nil, q.state.Configure(background, in.Text)
		}),
	}
}

func observingCalls() table {
	return table{
		"q_cells": pageOf("cells", func(q *question, _ page) *remora.List[remora.QCell] { return q.state.QCells() }),
		"events":  pageOf("events", func(q *question, in page) *remora.List[remora.Event] { return q.state.Events(in.Cursor) }),
		"event_text": given("", func(q *question, in struct{ Event remora.Event }) (any, error) {
			library, handle := q.state.Raw()
			return q.text(func() (string, error) { return q.state.EventText(in.Event) },
				func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
					return library.EventText(handle, &raw.Event{StructSize: raw.EventSize, Kind: uint32(in.Event.Kind)}, buffer, capacity, needed, failure)
				})
		}),
		"stats_get": given("", func(q *question, _ none) (any, error) { return q.state.StatsGet() }),
		"metrics_text": given("", func(q *question, _ none) (any, error) {
			library, handle := q.state.Raw()
			return q.text(q.state.MetricsText, func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
				return library.MetricsText(handle, buffer, capacity, needed, failure)
			})
		}),
		"log_callback": given("", func(q *question, in struct {
			Level int
			Off   bool
		}) (any, error) {
			if in.Off {
				return nil, q.state.LogCallback(nil, in.Level)
			}
			return nil, q.state.LogCallback(func(_ int, text string) { q.log = append(q.log, text) }, in.Level)
		}),
		"log_drain": given("", (*question).logDrain),
	}
}
