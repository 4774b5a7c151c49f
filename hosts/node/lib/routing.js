// route.h and outcome.h: who should do a task, and how it went.
'use strict';

const { DecisionFlag, Kind, MAX_LABELS, OutcomeFlag, Status } = require('./constants.js');
const { LAYOUTS, make, read, write } = require('./codec.js');
const { RemoraError } = require('./errors.js');
const { terminated } = require('./library.js');
const { Naming } = require('./naming.js');

class Routing extends Naming {
  route(task = {}) {
    const decision = make('remora_decision');
    const error = make('remora_error');
    let memory;
    try {
      memory = write('remora_task', make('remora_task'), this.rawTask(task));
    } catch (refused) {
      if (refused instanceof RemoraError) refused.decision = this.safeChoice(task.agent);
      throw refused;
    }
    return this.decided(this.raw.route(this.handle, memory, decision, error), decision, error);
  }

  routeNamed(agent, taskType = '', unitKey = 0) {
    const decision = make('remora_decision');
    const error = make('remora_error');
    const code = this.raw.route_named(this.handle, terminated(agent), terminated(taskType), unitKey, decision, error);
    return this.decided(code, decision, error);
  }

  routeBatch(tasks) {
    const inputs = make('remora_task', tasks.length);
    tasks.forEach((task, place) => write('remora_task', inputs, this.rawTask(task), place));
    return this.batch(this.raw.route_batch, inputs, 'remora_decision', tasks.length, decisionOf);
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
    const memory = write('remora_outcome', make('remora_outcome'), this.rawOutcome(outcome));
    return rewardOf(this.ask('remora_reward', this.raw.record_outcome, {}, memory));
  }

  recordOutcomeBatch(outcomes) {
    const inputs = make('remora_outcome', outcomes.length);
    outcomes.forEach((outcome, place) => write('remora_outcome', inputs, this.rawOutcome(outcome), place));
    return this.batch(this.raw.record_outcome_batch, inputs, 'remora_reward', outcomes.length, rewardOf);
  }

  recordResult(decisionId, success, durationNs = 0) {
    this.call(this.raw.record_result, decisionId, success ? 1 : 0, durationNs);
  }

  decided(code, decision, error) {
    const answer = decisionOf(read('remora_decision', decision));
    if (code === Status.OK) return answer;
    throw Object.assign(this.library.errorOf(code, error), { decision: answer });
  }

  /** What the library answers when it cannot route: the agent's baseline where it is known. */
  safeChoice(agent) {
    const decision = make('remora_decision');
    // Too many labels: routes nothing, names the baseline.
    const impossible = write('remora_task', make('remora_task'),
      { agent: typeof agent === 'number' ? agent : 0, labelCount: MAX_LABELS + 1 });
    this.raw.route(this.handle, impossible, decision, null);
    return decisionOf(read('remora_decision', decision));
  }

  batch(fn, inputs, outName, count, convert) {
    const outputs = make(outName, count);
    const batch = write('remora_batch', make('remora_batch'), { count });
    const error = make('remora_error');
    const code = fn(this.handle, inputs, outputs, batch, error);
    const results = Array.from({ length: count }, (_none, i) => convert(read(outName, outputs, i)));
    if (code === Status.OK) return results;
    const { done, firstFailed } = read('remora_batch', batch);
    throw Object.assign(this.library.errorOf(code, error), { results, done, firstFailed });
  }

  rawTask(task) {
    return {
      ...task,
      agent: this.idOf(Kind.AGENT, task.agent),
      taskType: this.idOf(Kind.TASK_TYPE, task.taskType),
      category: this.idOf(Kind.CATEGORY, task.category),
      ...this.labels(task.labels, 'labels', 'labelCount'),
    };
  }

  labels(labels = [], key, countKey) {
    if (labels.length > MAX_LABELS) {
      throw new RemoraError(`${labels.length} labels were given; a task has at most ${MAX_LABELS}`, Status.INVALID);
    }
    return { [key]: labels.map((label) => this.idOf(Kind.LABEL, label)), [countKey]: labels.length };
  }

  rawOutcome(outcome) {
    const metrics = Object.entries(outcome.metrics ?? {});
    const byNames = !outcome.decisionId;
    const agent = byNames ? this.idOf(Kind.AGENT, outcome.agent) : 0;
    if (metrics.length > LAYOUTS.remora_outcome.fields.at(-1).count) {
      throw new RemoraError(`${metrics.length} metrics were given; an outcome has at most 8`, Status.INVALID);
    }
    return {
      ...outcome,
      flags: (outcome.quality !== undefined ? OutcomeFlag.HAS_QUALITY : 0) |
        (outcome.userRating !== undefined ? OutcomeFlag.HAS_RATING : 0) |
        (outcome.next ? OutcomeFlag.HAS_NEXT : 0) | (outcome.abandoned ? OutcomeFlag.ABANDONED : 0),
      agent,
      variant: byNames ? this.variantIndex(agent, outcome.variant) : 0,
      taskType: byNames ? this.idOf(Kind.TASK_TYPE, outcome.taskType) : 0,
      ...this.labels(byNames ? outcome.labels : [], 'labels', 'labelCount'),
      nextAgent: this.idOf(Kind.AGENT, outcome.next?.agent),
      nextTaskType: this.idOf(Kind.TASK_TYPE, outcome.next?.taskType),
      ...this.labels(outcome.next?.labels, 'nextLabels', 'nextLabelCount'),
      metricCount: metrics.length,
      metricIds: metrics.map(([name]) => this.idOf(Kind.METRIC, name)),
      metrics: metrics.map(([, value]) => value),
    };
  }
}

const decisionOf = (raw) => ({
  ...raw,
  explored: (raw.flags & DecisionFlag.EXPLORED) !== 0,
  monitored: (raw.flags & DecisionFlag.MONITOR) !== 0,
  wantsShadow: (raw.flags & DecisionFlag.SHADOW) !== 0,
});
const rewardOf = (raw) => ({ ...raw, learned: (raw.flags & 1) !== 0 });

module.exports = { Routing };
