// route.h and outcome.h: who should do a task, and how it went.
'use strict';

const { Kind, MAX_LABELS, MAX_METRICS, NONE, OutcomeFlag, ReplayMode, Status } = require('./constants.js');
const { LAYOUTS, WRITE, clear, make, read, write } = require('./codec.js');
const { RemoraError } = require('./errors.js');
const { only, onlyOutcome, onlyTask } = require('./keys.js');
const { terminated } = require('./library.js');
const { Naming } = require('./naming.js');
const { decisionOf, rewardOf, words } = require('./results.js');

const T = words('remora_task');
const O = words('remora_outcome');
const TASK_WORDS = LAYOUTS.remora_task.size >> 2;
const OUTCOME_WORDS = LAYOUTS.remora_outcome.size >> 2;
const NO_LABELS = Object.freeze([]);
// Field by field, by name: a loop over names costs twice as much. What is not given is left as it is.
/** The number of a report as the library takes it. */
function numberOf(report = 0) {
  if (!Number.isInteger(report) || report < 0 || report > 7) {
    throw new RemoraError(`report is ${report}: must be 0 .. 7`, Status.INVALID);
  }
  return report;
}

const put = Object.fromEntries(Object.entries(WRITE).map(([type, writeIt]) =>
  [type, (memory, at, value, name) => { if (value !== undefined && value !== null) writeIt(memory, at, value, name); }]));

class Routing extends Naming {
  route(task = {}) {
    const { box, hot } = this.library;
    try {
      this.writeTask(task, box.task, 0);
    } catch (refused) {
      if (refused instanceof RemoraError) refused.decision = this.safeChoice(task.agent);
      throw refused;
    }
    return this.decided(hot.route(this.handle));
  }

  routeNamed(agent, taskType = '', unitKey = 0) {
    const { box, raw } = this.library;
    return this.decided(raw.route_named(this.handle, terminated(agent), terminated(taskType), unitKey, box.decision, box.error));
  }

  routeBatch(tasks) {
    const inputs = this.library.box.batch('remora_task', tasks.length);
    for (let place = 0; place < tasks.length; ++place) this.writeTask(tasks[place], inputs, place);
    return this.batch(this.raw.route_batch, inputs, 'remora_decision', tasks.length, decisionOf);
  }

  explain(agent, variant, state = {}) {
    const { taskType, labels, attempts, triedVariants } = only('explain', state);
    const id = this.idOf(Kind.AGENT, agent);
    const ids = this.labels(labels);
    const { labelCount, ...belief } = this.ask('remora_belief', this.raw.explain, {
      agent: id,
      taskType: this.idOf(Kind.TASK_TYPE, taskType),
      variant: this.variantIndex(id, variant),
      labelCount: ids.length,
      labels: ids,
      attempts,
      triedVariants,
    });
    return { ...belief, labels: belief.labels.slice(0, labelCount) };
  }

  convergenceGet(question = {}) {
    const { agent, variant = NONE, taskType, labels } = only('convergence', question);
    const id = this.idOf(Kind.AGENT, agent);
    const ids = this.labels(labels);
    const { labelCount, reserved, ...convergence } = this.ask('remora_convergence', this.raw.convergence_get, {
      agent: id,
      taskType: this.idOf(Kind.TASK_TYPE, taskType),
      variant: variant === NONE ? NONE : this.variantIndex(id, variant),
      labelCount: ids.length,
      labels: ids,
    });
    return { ...convergence, labels: convergence.labels.slice(0, labelCount) };
  }

  replay(asked = {}) {
    const { mode = ReplayMode.UNIFORM, agent, batches = 1, batchSize = 32, pool = 0, seed = 0, alpha = 0.6, beta = 1 } = only('replay', asked);
    const request = write('remora_replay_request', make('remora_replay_request'),
      { mode, agent: this.idOf(Kind.AGENT, agent), batches, batchSize, pool, seed, alpha, beta });
    return this.ask('remora_replay_report', this.raw.replay, {}, request);
  }

  evaluate(configuration = '', asked = {}) {
    const { agent, seed = 0, resamples = 0, leastEffective = 0, warmUp = 0 } = only('evaluate', asked);
    const content = Buffer.from(configuration);
    const request = { agent: this.idOf(Kind.AGENT, agent), seed, resamples, leastEffective, warmUp };
    return this.ask('remora_evaluation', (handle, ...rest) => this.raw.evaluate(handle, content, content.length, ...rest), request);
  }

  classify(text, files = []) {
    const [content, names] = [Buffer.from(text), Buffer.from(files.join('\n'))];
    const sizes = write('remora_text', make('remora_text'), { textSize: content.length, filesSize: names.length });
    const arena = Buffer.concat([content, names, Buffer.alloc(1)]);
    return this.ask('remora_classification', this.raw.classify, {}, arena, arena.length - 1, sizes);
  }

  taskRuleAdd(taskType, keywords, patterns = [], weight = 0) {
    const parts = [taskType, keywords.join('\n'), patterns.join('\n')].map((part) => Buffer.from(part));
    const [nameSize, keywordsSize, patternsSize] = parts.map((part) => part.length);
    const rule = write('remora_task_rule', make('remora_task_rule'), { nameSize, keywordsSize, patternsSize, weight });
    const arena = Buffer.concat(parts);
    return this.id((id) => this.call(this.raw.task_rule_add, arena, arena.length, rule, id));
  }

  recordOutcome(outcome) {
    const { box, hot } = this.library;
    this.writeOutcome(outcome, clear('remora_outcome', box.outcome), 0);
    this.library.check(hot.recordOutcome(this.handle), box.error);
    return rewardOf(box.reward);
  }

  recordOutcomeBatch(outcomes) {
    const inputs = this.library.box.batch('remora_outcome', outcomes.length);
    for (let place = 0; place < outcomes.length; ++place) this.writeOutcome(outcomes[place], inputs, place);
    return this.batch(this.raw.record_outcome_batch, inputs, 'remora_reward', outcomes.length, rewardOf);
  }

  recordResult(decisionId, success, durationNs = 0) {
    const { box, hot } = this.library;
    WRITE.u64(box.outcome, O.decision_id, decisionId, 'decisionId');
    WRITE.i64(box.outcome, O.duration_ns, durationNs, 'durationNs');
    box.outcome.u32[O.success] = success ? 1 : 0;
    this.library.check(hot.recordResult(this.handle), box.error);
  }

  /** The decision in the mailbox; an error has it too. */
  decided(code) {
    const { box } = this.library;
    const decision = decisionOf(box.decision);
    if (code === Status.OK) return decision;
    throw Object.assign(this.library.errorOf(code, box.error), { decision });
  }

  /** What the library answers when it cannot route: the agent's baseline where it is known. */
  safeChoice(agent) {
    const decision = make('remora_decision');
    // Too many labels: routes nothing, names the baseline.
    const impossible = write('remora_task', make('remora_task'),
      { agent: typeof agent === 'number' ? agent : 0, labelCount: MAX_LABELS + 1 });
    this.raw.route(this.handle, impossible, decision, null);
    return decisionOf(decision);
  }

  batch(fn, inputs, outName, count, convert) {
    const { box } = this.library;
    const outputs = box.batch(outName, count);
    const batch = write('remora_batch', box.batch('remora_batch', 1), { count });
    const code = fn(this.handle, inputs, outputs, batch, box.error);
    const results = new Array(count);
    for (let i = 0; i < count; ++i) results[i] = convert(outputs, i);
    if (code === Status.OK) return results;
    const { done, firstFailed } = read('remora_batch', batch);
    throw Object.assign(this.library.errorOf(code, box.error), { results, done, firstFailed });
  }

  writeTask(task, memory, place) {
    onlyTask(task);
    const agent = this.idOf(Kind.AGENT, task.agent);
    const taskType = this.idOf(Kind.TASK_TYPE, task.taskType);
    const category = this.idOf(Kind.CATEGORY, task.category);
    const labels = this.labels(task.labels);
    const at = place * TASK_WORDS;
    memory.u32.fill(0, at, at + TASK_WORDS);
    memory.u32[at] = LAYOUTS.remora_task.size;
    WRITE.u32(memory, at + T.agent, agent, 'agent');
    WRITE.u32(memory, at + T.task_type, taskType, 'taskType');
    WRITE.u32(memory, at + T.category, category, 'category');
    put.u64(memory, at + T.unit_key, task.unitKey, 'unitKey');
    put.u64(memory, at + T.allowed_variants, task.allowedVariants, 'allowedVariants');
    put.i64(memory, at + T.now_ns, task.nowNs, 'nowNs');
    put.u64(memory, at + T.draw, task.draw, 'draw');
    put.u64(memory, at + T.previous_decision, task.previousDecision, 'previousDecision');
    memory.u32[at + T.label_count] = labels.length;
    for (let i = 0; i < labels.length; ++i) WRITE.u32(memory, at + T.labels + i, labels[i], 'label');
  }

  /** The ids of a task's labels. */
  labels(labels) {
    if (labels === undefined || labels.length === 0) return NO_LABELS;
    if (labels.length > MAX_LABELS) {
      throw new RemoraError(`${labels.length} labels were given; a task has at most ${MAX_LABELS}`, Status.INVALID);
    }
    return labels.map((label) => this.idOf(Kind.LABEL, label));
  }

  writeOutcome(outcome, memory, place) {
    onlyOutcome(outcome);
    const at = place * OUTCOME_WORDS;
    memory.u32[at + O.flags] = (outcome.quality !== undefined ? OutcomeFlag.HAS_QUALITY : 0) |
      (outcome.userRating !== undefined ? OutcomeFlag.HAS_RATING : 0) |
      (outcome.next ? OutcomeFlag.HAS_NEXT : 0) | (outcome.abandoned ? OutcomeFlag.ABANDONED : 0) |
      numberOf(outcome.report) * OutcomeFlag.REPORT;
    put.u64(memory, at + O.decision_id, outcome.decisionId, 'decisionId');
    put.i64(memory, at + O.now_ns, outcome.nowNs, 'nowNs');
    put.u32(memory, at + O.success, outcome.success, 'success');
    put.u32(memory, at + O.critical_error, outcome.criticalError, 'criticalError');
    put.u32(memory, at + O.safety_violation, outcome.safetyViolation, 'safetyViolation');
    put.u32(memory, at + O.complaint, outcome.complaint, 'complaint');
    put.f64(memory, at + O.quality, outcome.quality, 'quality');
    put.i64(memory, at + O.duration_ns, outcome.durationNs, 'durationNs');
    put.i64(memory, at + O.cost_micros, outcome.costMicros, 'costMicros');
    put.u32(memory, at + O.error_count, outcome.errorCount, 'errorCount');
    put.u32(memory, at + O.user_corrections, outcome.userCorrections, 'userCorrections');
    put.u64(memory, at + O.tokens_in, outcome.tokensIn, 'tokensIn');
    put.u64(memory, at + O.tokens_out, outcome.tokensOut, 'tokensOut');
    put.f64(memory, at + O.user_rating, outcome.userRating, 'userRating');
    put.u32(memory, at + O.tool_calls_correct, outcome.toolCallsCorrect, 'toolCallsCorrect');
    put.u32(memory, at + O.tool_calls_total, outcome.toolCallsTotal, 'toolCallsTotal');
    if (!outcome.decisionId) this.writeNames(outcome, memory, place);
    if (outcome.next) this.writeNext(outcome.next, memory, place);
    if (outcome.metrics) this.writeMetrics(outcome.metrics, memory, place);
  }

  writeNames(outcome, memory, place) {
    const agent = this.idOf(Kind.AGENT, outcome.agent);
    const labels = this.labels(outcome.labels);
    write('remora_outcome', memory, {
      agent,
      variant: this.variantIndex(agent, outcome.variant),
      taskType: this.idOf(Kind.TASK_TYPE, outcome.taskType),
      labelCount: labels.length,
      labels,
    }, place);
  }

  writeNext(next, memory, place) {
    only('next', next);
    const labels = this.labels(next.labels);
    write('remora_outcome', memory, {
      nextAgent: this.idOf(Kind.AGENT, next.agent),
      nextTaskType: this.idOf(Kind.TASK_TYPE, next.taskType),
      nextLabelCount: labels.length,
      nextLabels: labels,
      nextDecision: next.decision,
    }, place);
  }

  writeMetrics(given, memory, place) {
    const metrics = given instanceof Map ? [...given] : Object.entries(given);
    if (metrics.length > MAX_METRICS) {
      throw new RemoraError(`${metrics.length} metrics were given; an outcome has at most ${MAX_METRICS}`, Status.INVALID);
    }
    write('remora_outcome', memory, {
      metricCount: metrics.length,
      metricIds: metrics.map(([metric]) => this.idOf(Kind.METRIC, metric)),
      metrics: metrics.map(([, value]) => value),
    }, place);
  }
}

module.exports = { Routing };
