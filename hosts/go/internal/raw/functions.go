package raw

import "unsafe"

// Library is the functions of a loaded plugin, as include/remora/functions.def lists them. A method has the parameters of the C function
// and gives its status code; "failure" is its remora_error. Memory that is passed
// ends up on the heap.
type Library struct {
	at addresses
}

// addresses has a field for each function, named as it.
type addresses struct {
	AbiVersion, VersionText uintptr

	StatusText uintptr

	Open, Close, StructSize uintptr

	Intern, Find, NameOf, AgentRegister, VariantRegister, AgentDefine, VariantName, AgentInfo, VariantInfo, ListNames uintptr

	Route, RouteBatch, RouteNamed, Classify, TaskRuleAdd uintptr

	RecordOutcome, RecordOutcomeBatch, RecordResult uintptr

	SafetyCheck, VariantBlock, VariantUnblock uintptr

	RolloutStart, RolloutGate, RolloutCommand, RolloutStatus uintptr

	Snapshot, SnapshotVerify, SnapshotList, SnapshotPath, Restore uintptr

	Tick, ControlSet, ControlGet, Configure uintptr

	QCells, Events, EventText, StatsGet, MetricsText, LogDrain, LogCallback uintptr

	Explain, Replay, Evaluate, ConvergenceGet uintptr
}

// version.h

func (l *Library) AbiVersion() int32 {
	return call(l.at.AbiVersion, 0, 0, 0, 0, 0, 0)
}

func (l *Library) VersionText(buffer *byte, capacity uint64, needed *uint64) int32 {
	return call(l.at.VersionText, uintptr(unsafe.Pointer(buffer)), uintptr(capacity), uintptr(unsafe.Pointer(needed)), 0, 0, 0)
}

// status.h

func (l *Library) StatusText(code int32, buffer *byte, capacity uint64, needed *uint64) int32 {
	return call(l.at.StatusText, uintptr(code), uintptr(unsafe.Pointer(buffer)), uintptr(capacity),
		uintptr(unsafe.Pointer(needed)), 0, 0)
}

// open.h

func (l *Library) Open(directory *byte, directorySize uint64, options *Options, handle *uint64, failure *Error) int32 {
	return call(l.at.Open, uintptr(unsafe.Pointer(directory)), uintptr(directorySize), uintptr(unsafe.Pointer(options)),
		uintptr(unsafe.Pointer(handle)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) Close(handle uint64, failure *Error) int32 {
	return call(l.at.Close, uintptr(handle), uintptr(unsafe.Pointer(failure)), 0, 0, 0, 0)
}

func (l *Library) StructSize(name *byte, size *uint32) int32 {
	return call(l.at.StructSize, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(size)), 0, 0, 0, 0)
}

// names.h

func (l *Library) Intern(handle uint64, kind uint32, name *byte, nameSize uint64, id *uint32, failure *Error) int32 {
	return call(l.at.Intern, uintptr(handle), uintptr(kind), uintptr(unsafe.Pointer(name)), uintptr(nameSize),
		uintptr(unsafe.Pointer(id)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) Find(handle uint64, kind uint32, name *byte, nameSize uint64, id *uint32, failure *Error) int32 {
	return call(l.at.Find, uintptr(handle), uintptr(kind), uintptr(unsafe.Pointer(name)), uintptr(nameSize),
		uintptr(unsafe.Pointer(id)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) NameOf(handle uint64, id uint32, buffer *byte, capacity uint64, needed *uint64, failure *Error) int32 {
	return call(l.at.NameOf, uintptr(handle), uintptr(id), uintptr(unsafe.Pointer(buffer)), uintptr(capacity),
		uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) AgentRegister(handle uint64, name *byte, nameSize uint64, category uint32, agent *uint32,
	failure *Error) int32 {
	return call(l.at.AgentRegister, uintptr(handle), uintptr(unsafe.Pointer(name)), uintptr(nameSize), uintptr(category),
		uintptr(unsafe.Pointer(agent)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) VariantRegister(handle uint64, name *byte, nameSize uint64, variant *Variant, failure *Error) int32 {
	return call(l.at.VariantRegister, uintptr(handle), uintptr(unsafe.Pointer(name)), uintptr(nameSize),
		uintptr(unsafe.Pointer(variant)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) AgentDefine(handle uint64, agent, variants *byte, id *uint32, failure *Error) int32 {
	return call(l.at.AgentDefine, uintptr(handle), uintptr(unsafe.Pointer(agent)), uintptr(unsafe.Pointer(variants)),
		uintptr(unsafe.Pointer(id)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) VariantName(handle uint64, agent, variant uint32, buffer *byte, capacity uint64, needed *uint64) int32 {
	return call(l.at.VariantName, uintptr(handle), uintptr(agent), uintptr(variant), uintptr(unsafe.Pointer(buffer)),
		uintptr(capacity), uintptr(unsafe.Pointer(needed)))
}

func (l *Library) AgentInfo(handle uint64, agent *Agent, failure *Error) int32 {
	return call(l.at.AgentInfo, uintptr(handle), uintptr(unsafe.Pointer(agent)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) VariantInfo(handle uint64, variant *Variant, failure *Error) int32 {
	return call(l.at.VariantInfo, uintptr(handle), uintptr(unsafe.Pointer(variant)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) ListNames(handle uint64, kind uint32, cursor *uint64, ids *uint32, capacity uint32, count *uint32) int32 {
	return call(l.at.ListNames, uintptr(handle), uintptr(kind), uintptr(unsafe.Pointer(cursor)),
		uintptr(unsafe.Pointer(ids)), uintptr(capacity), uintptr(unsafe.Pointer(count)))
}

// route.h

func (l *Library) Route(handle uint64, task *Task, decision *Decision, failure *Error) int32 {
	return call(l.at.Route, uintptr(handle), uintptr(unsafe.Pointer(task)), uintptr(unsafe.Pointer(decision)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) RouteBatch(handle uint64, tasks *Task, decisions *Decision, batch *Batch, failure *Error) int32 {
	return call(l.at.RouteBatch, uintptr(handle), uintptr(unsafe.Pointer(tasks)), uintptr(unsafe.Pointer(decisions)),
		uintptr(unsafe.Pointer(batch)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) RouteNamed(handle uint64, agent, taskType *byte, unitKey uint64, decision *Decision, failure *Error) int32 {
	return call(l.at.RouteNamed, uintptr(handle), uintptr(unsafe.Pointer(agent)), uintptr(unsafe.Pointer(taskType)),
		uintptr(unitKey), uintptr(unsafe.Pointer(decision)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) Classify(handle uint64, arena *byte, arenaSize uint64, text *Text, result *Classification,
	failure *Error) int32 {
	return call(l.at.Classify, uintptr(handle), uintptr(unsafe.Pointer(arena)), uintptr(arenaSize),
		uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(result)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) TaskRuleAdd(handle uint64, arena *byte, arenaSize uint64, rule *TaskRule, taskType *uint32,
	failure *Error) int32 {
	return call(l.at.TaskRuleAdd, uintptr(handle), uintptr(unsafe.Pointer(arena)), uintptr(arenaSize),
		uintptr(unsafe.Pointer(rule)), uintptr(unsafe.Pointer(taskType)), uintptr(unsafe.Pointer(failure)))
}

// outcome.h

func (l *Library) RecordOutcome(handle uint64, outcome *Outcome, reward *Reward, failure *Error) int32 {
	return call(l.at.RecordOutcome, uintptr(handle), uintptr(unsafe.Pointer(outcome)), uintptr(unsafe.Pointer(reward)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) RecordOutcomeBatch(handle uint64, outcomes *Outcome, rewards *Reward, batch *Batch, failure *Error) int32 {
	return call(l.at.RecordOutcomeBatch, uintptr(handle), uintptr(unsafe.Pointer(outcomes)),
		uintptr(unsafe.Pointer(rewards)), uintptr(unsafe.Pointer(batch)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) RecordResult(handle, decisionId uint64, success uint32, durationNs int64, failure *Error) int32 {
	return call(l.at.RecordResult, uintptr(handle), uintptr(decisionId), uintptr(success), uintptr(durationNs),
		uintptr(unsafe.Pointer(failure)), 0)
}

// safety.h

func (l *Library) SafetyCheck(handle uint64, query *SafetyQuery, verdict *SafetyVerdict, failure *Error) int32 {
	return call(l.at.SafetyCheck, uintptr(handle), uintptr(unsafe.Pointer(query)), uintptr(unsafe.Pointer(verdict)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) VariantBlock(handle uint64, agent, variant uint32, failure *Error) int32 {
	return call(l.at.VariantBlock, uintptr(handle), uintptr(agent), uintptr(variant), uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) VariantUnblock(handle uint64, agent, variant uint32, failure *Error) int32 {
	return call(l.at.VariantUnblock, uintptr(handle), uintptr(agent), uintptr(variant), uintptr(unsafe.Pointer(failure)), 0, 0)
}

// rollout.h

func (l *Library) RolloutStart(handle uint64, name *byte, nameSize uint64, plan *RolloutPlan, rollout *uint32,
	failure *Error) int32 {
	return call(l.at.RolloutStart, uintptr(handle), uintptr(unsafe.Pointer(name)), uintptr(nameSize),
		uintptr(unsafe.Pointer(plan)), uintptr(unsafe.Pointer(rollout)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) RolloutGate(handle uint64, query *GateQuery, gate *Gate, failure *Error) int32 {
	return call(l.at.RolloutGate, uintptr(handle), uintptr(unsafe.Pointer(query)), uintptr(unsafe.Pointer(gate)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) RolloutCommand(handle uint64, rollout, command uint32, nowNs int64, failure *Error) int32 {
	return call(l.at.RolloutCommand, uintptr(handle), uintptr(rollout), uintptr(command), uintptr(nowNs),
		uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) RolloutStatus(handle uint64, rollout uint32, status *Rollout, failure *Error) int32 {
	return call(l.at.RolloutStatus, uintptr(handle), uintptr(rollout), uintptr(unsafe.Pointer(status)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

// snapshot.h

func (l *Library) Snapshot(handle uint64, info *SnapshotInfo, failure *Error) int32 {
	return call(l.at.Snapshot, uintptr(handle), uintptr(unsafe.Pointer(info)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) SnapshotVerify(handle uint64, path *byte, pathSize uint64, info *SnapshotInfo, failure *Error) int32 {
	return call(l.at.SnapshotVerify, uintptr(handle), uintptr(unsafe.Pointer(path)), uintptr(pathSize),
		uintptr(unsafe.Pointer(info)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) SnapshotList(handle uint64, infos *SnapshotInfo, stride uint64, capacity uint32, count *uint32,
	failure *Error) int32 {
	return call(l.at.SnapshotList, uintptr(handle), uintptr(unsafe.Pointer(infos)), uintptr(stride), uintptr(capacity),
		uintptr(unsafe.Pointer(count)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) SnapshotPath(handle, sequence uint64, buffer *byte, capacity uint64, needed *uint64, failure *Error) int32 {
	return call(l.at.SnapshotPath, uintptr(handle), uintptr(sequence), uintptr(unsafe.Pointer(buffer)), uintptr(capacity),
		uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) Restore(handle uint64, path *byte, pathSize uint64, info *SnapshotInfo, failure *Error) int32 {
	return call(l.at.Restore, uintptr(handle), uintptr(unsafe.Pointer(path)), uintptr(pathSize),
		uintptr(unsafe.Pointer(info)), uintptr(unsafe.Pointer(failure)), 0)
}

// operate.h

func (l *Library) Tick(handle uint64, nowNs, budgetNs int64, report *TickReport, failure *Error) int32 {
	return call(l.at.Tick, uintptr(handle), uintptr(nowNs), uintptr(budgetNs), uintptr(unsafe.Pointer(report)),
		uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) ControlSet(handle uint64, control *Control, failure *Error) int32 {
	return call(l.at.ControlSet, uintptr(handle), uintptr(unsafe.Pointer(control)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) ControlGet(handle uint64, control *Control, failure *Error) int32 {
	return call(l.at.ControlGet, uintptr(handle), uintptr(unsafe.Pointer(control)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) Configure(handle uint64, text *byte, textSize uint64, failure *Error) int32 {
	return call(l.at.Configure, uintptr(handle), uintptr(unsafe.Pointer(text)), uintptr(textSize),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

// observe.h

func (l *Library) QCells(handle uint64, cursor *uint64, cells *QCell, stride uint64, capacity uint32, count *uint32) int32 {
	return call(l.at.QCells, uintptr(handle), uintptr(unsafe.Pointer(cursor)), uintptr(unsafe.Pointer(cells)),
		uintptr(stride), uintptr(capacity), uintptr(unsafe.Pointer(count)))
}

func (l *Library) Events(handle uint64, cursor *uint64, events *Event, stride uint64, capacity uint32, count *uint32) int32 {
	return call(l.at.Events, uintptr(handle), uintptr(unsafe.Pointer(cursor)), uintptr(unsafe.Pointer(events)),
		uintptr(stride), uintptr(capacity), uintptr(unsafe.Pointer(count)))
}

func (l *Library) EventText(handle uint64, event *Event, buffer *byte, capacity uint64, needed *uint64, failure *Error) int32 {
	return call(l.at.EventText, uintptr(handle), uintptr(unsafe.Pointer(event)), uintptr(unsafe.Pointer(buffer)),
		uintptr(capacity), uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(failure)))
}

func (l *Library) StatsGet(handle uint64, stats *Stats, failure *Error) int32 {
	return call(l.at.StatsGet, uintptr(handle), uintptr(unsafe.Pointer(stats)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) MetricsText(handle uint64, buffer *byte, capacity uint64, needed *uint64, failure *Error) int32 {
	return call(l.at.MetricsText, uintptr(handle), uintptr(unsafe.Pointer(buffer)), uintptr(capacity),
		uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) LogDrain(handle uint64, buffer *byte, capacity uint64, needed *uint64, failure *Error) int32 {
	return call(l.at.LogDrain, uintptr(handle), uintptr(unsafe.Pointer(buffer)), uintptr(capacity),
		uintptr(unsafe.Pointer(needed)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) LogCallback(handle uint64, function, user uintptr, level int32, failure *Error) int32 {
	return call(l.at.LogCallback, uintptr(handle), function, user, uintptr(level), uintptr(unsafe.Pointer(failure)), 0)
}

// learning.h

func (l *Library) Explain(handle uint64, belief *Belief, failure *Error) int32 {
	return call(l.at.Explain, uintptr(handle), uintptr(unsafe.Pointer(belief)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}

func (l *Library) Replay(handle uint64, request *ReplayRequest, report *ReplayReport, failure *Error) int32 {
	return call(l.at.Replay, uintptr(handle), uintptr(unsafe.Pointer(request)), uintptr(unsafe.Pointer(report)),
		uintptr(unsafe.Pointer(failure)), 0, 0)
}

func (l *Library) Evaluate(handle uint64, configuration *byte, size uint64, evaluation *Evaluation, failure *Error) int32 {
	return call(l.at.Evaluate, uintptr(handle), uintptr(unsafe.Pointer(configuration)), uintptr(size),
		uintptr(unsafe.Pointer(evaluation)), uintptr(unsafe.Pointer(failure)), 0)
}

func (l *Library) ConvergenceGet(handle uint64, convergence *Convergence, failure *Error) int32 {
	return call(l.at.ConvergenceGet, uintptr(handle), uintptr(unsafe.Pointer(convergence)), uintptr(unsafe.Pointer(failure)), 0, 0, 0)
}
