// How a call of a transcript is made through the package, and its answer turned into plain values. Where the surface that hosts use has no
// word for what a transcript asks (buffers that are too small, pages of lists, flags that nobody knows), the raw layer is called.
'use strict';

const remora = require('../..');
const { LAYOUTS, make, read, viewed, write } = require('../../lib/codec.js');
const functions = require('../../lib/functions.js');

const camel = (name) => name.replace(/_(\w)/g, (_all, letter) => letter.toUpperCase());
const snake = (name) => (name === 'inside' ? 'in' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** The answer with the names of the headers, booleans as numbers. */
function plain(value) {
  if (typeof value === 'boolean') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snake(key), plain(item)]));
}
/** The input with the names of the package. */
function spelled(given) {
  if (Array.isArray(given)) return given.map(spelled);
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([key, item]) => [camel(key), spelled(item)]));
}

/** What the package takes, or an error: no word of a transcript is skipped. */
function only(given, keys) {
  for (const key of Object.keys(given)) if (!keys.split(' ').includes(key)) throw new Error(`an input that is not known: ${key}`);
  return given;
}

const TASK = 'agent taskType unitKey allowedVariants nowNs draw category labels previousDecision';
const OUTCOME = 'decisionId nowNs agent variant taskType labels success criticalError safetyViolation complaint quality durationNs costMicros ' +
  'errorCount userCorrections tokensIn tokensOut userRating toolCallsCorrect toolCallsTotal nextAgent nextTaskType nextLabels nextDecision metricIds metrics ' +
  'abandoned report';

function outcomeOf(given) {
  const { metricIds, metrics, nextAgent, nextTaskType, nextLabels, nextDecision, ...seen } = only(given, OUTCOME);
  if (metricIds) seen.metrics = new Map(metricIds.map((id, i) => [id, metrics[i]]));
  if ([nextAgent, nextTaskType, nextLabels, nextDecision].some((each) => each !== undefined)) {
    seen.next = { agent: nextAgent, taskType: nextTaskType, labels: nextLabels, decision: nextDecision };
  }
  return seen;
}

/** By the C functions' names: how they are called on a state. Each gives what the package gave, or an object that stands for it. */
const CALLS = {
  intern: (s, g) => ({ id: s.intern(g.kind, g.name) }),
  find: (s, g) => ({ id: s.find(g.kind, g.name) }),
  name_of: (s, g) => ({ text: s.nameOf(g.id) }),
  agent_register: (s, g) => ({ id: s.agentRegister(g.name, g.category) }),
  variant_register(s, { name, agent, flags = 0, ...more }) {
    const { BASELINE, RETIRED } = remora.VariantFlag;
    if (flags & ~(BASELINE | RETIRED)) {
      const raw = write('remora_variant', make('remora_variant'), { agent, flags });
      s.call(s.raw.variant_register, Buffer.from(name), Buffer.byteLength(name), raw);
    }
    return s.variantRegister(agent, name, { baseline: (flags & BASELINE) !== 0, retired: (flags & RETIRED) !== 0, ...only(more, 'tier costMicros') });
  },
  agent_define: (s, g) => ({ id: s.agentDefine(g.agent, g.variants) }),
  variant_name: (s, g) => ({ text: s.variantName(g.agent, g.variant) }),
  agent_info: (s, g) => s.agentInfo(g.agent),
  variant_info: (s, g) => s.variantInfo(g.agent, g.variant),
  list_names(s, { kind, cursor = 0, capacity = 10 }) {
    const ids = viewed(4 * capacity);
    const { count, ...page } = paged(s, (place, written) => s.raw.list_names(s.handle, kind, place, ids, capacity, written), cursor);
    return { count, ...page, ids: within([...s.listNames(kind)], [...ids.u32.subarray(0, count)]) };
  },
  route: (s, g) => s.route(only(g, TASK)),
  route_batch: (s, { tasks }) => ({ done: tasks.length, firstFailed: tasks.length, decisions: s.routeBatch(tasks.map((task) => only(task, TASK))) }),
  route_named: (s, g) => s.routeNamed(g.agent, g.taskType, g.unitKey),
  convergence_get: (s, g) => s.convergenceGet(only(g, 'agent variant taskType labels')),
  explain: (s, { agent, variant, ...more }) => s.explain(agent, variant, only(more, 'taskType labels attempts triedVariants')),
  replay: (s, g) => s.replay(only(g, 'mode agent batches batchSize pool seed alpha beta')),
  evaluate: (s, { configuration, ...more }) => s.evaluate(configuration, only(more, 'agent seed resamples leastEffective warmUp')),
  classify: (s, g) => s.classify(g.text ?? '', g.files),
  task_rule_add: (s, g) => ({ id: s.taskRuleAdd(g.name, g.keywords, g.patterns, g.weight) }),
  record_outcome: (s, g) => s.recordOutcome(outcomeOf(g)),
  record_outcome_batch(s, { outcomes, rewards = true }) {
    const given = outcomes.map(outcomeOf);
    if (rewards) return { done: given.length, firstFailed: given.length, rewards: s.recordOutcomeBatch(given) };
    const [inputs, batch] = [make('remora_outcome', given.length), write('remora_batch', make('remora_batch'), { count: given.length })];
    given.forEach((each, place) => s.writeOutcome(each, inputs, place));
    const code = s.raw.record_outcome_batch(s.handle, inputs, null, batch, null);
    const { done, firstFailed } = read('remora_batch', batch);
    if (code !== 0) throw Object.assign(s.library.errorOf(code), { results: [], done, firstFailed });
    return { done, firstFailed, rewards: [] };
  },
  record_result: (s, g) => s.recordResult(g.decisionId, g.success !== 0 && g.success !== undefined, g.durationNs),
  safety_check: (s, g) => s.safetyCheck(g.agent, g.variant, g.nowNs),
  variant_block: (s, g) => s.variantBlock(g.agent, g.variant),
  variant_unblock: (s, g) => s.variantUnblock(g.agent, g.variant),
  rollout_start(s, { name, stages = [], treatment = 0, ...plan }) {
    const given = stages.map((stage) => ({ margin: 0, maximumDrop: 0, minimumSamples: 0, ...stage }));
    return { id: s.rolloutStart(name, { treatment, stages: given, ...only(plan, 'agent nowNs') }) };
  },
  rollout_gate: (s, g) => s.rolloutGate(g.agent, g.unitKey),
  rollout_command: (s, g) => s.rolloutCommand(g.rollout, g.command, g.nowNs),
  rollout_status: (s, g) => s.rolloutStatus(g.rollout),
  snapshot: (s) => s.snapshot(),
  snapshot_verify: (s, g) => s.snapshotVerify(g.path),
  snapshot_list(s, { capacity = 10 }) {
    const infos = s.snapshotList();
    return { count: infos.length, infos: infos.slice(0, capacity) };
  },
  snapshot_path: (s, g) => ({ text: s.snapshotPath(g.sequence) }),
  restore: (s, g) => s.restore(g.path),
  tick: (s, g) => s.tick(only(g, 'nowNs budgetNs')),
  control_set: (s, { enabled = 0, learning = 0, mode = 0 }) => s.controlSet({ enabled, learning, mode }),
  control_get: (s) => s.controlGet(),
  configure: (s, g) => s.configure(g.text),
  q_cells: (s, g) => structs(s, 'remora_q_cell', 'q_cells', 'cells', [...s.qCells()], g),
  events: (s, g) => structs(s, 'remora_event', 'events', 'events', [...s.events()], g),
  event_text: (s, g) => ({ text: s.eventText(g.event) }),
  stats_get: (s) => s.statsGet(),
  metrics_text: (s) => ({ text: s.metricsText() }),
  log_drain: (s, g) => ({ text: s.logDrain(g.capacity).map((line) => `${line}\n`).join('') }),
  log_callback: (s, { level = 0, off = false }, actions) => s.logCallback(off ? null : (_level, text) => actions.lines.push(text), level),
};

/** One page of a list by the raw layer, which alone has pages: how many it has, and where the next begins. */
function paged(state, ask, cursor) {
  const [place, count] = [viewed(8), viewed(4)];
  place.big[0] = BigInt(cursor);
  state.library.check(ask(place, count));
  return { count: count.u32[0], cursor: Number(place.big[0]) };
}

function structs(state, type, name, key, everything, { cursor = 0, capacity = 10 }) {
  const items = make(type, capacity);
  const page = paged(state, (place, count) => state.raw[name](state.handle, place, items, LAYOUTS[type].size, capacity, count), cursor);
  const seen = Array.from({ length: page.count }, (_none, i) => {
    const { labelCount, ...item } = read(type, items, i);
    return labelCount === undefined ? item : { ...item, labels: item.labels.slice(0, labelCount) };
  });
  return { ...page, [key]: within(everything, seen) };
}

/** The page's items, which the package's iterator must have given too. */
function within(everything, seen) {
  const text = (item) => JSON.stringify(plain(item), (_key, part) => (typeof part === 'bigint' ? String(part) : part));
  const known = new Set(everything.map(text));
  for (const item of seen) if (!known.has(text(item))) throw new Error(`the iterator did not give ${text(item)}`);
  return seen;
}

/** With a buffer of `capacity` bytes, asked once. */
function smallBuffer(state, library, name, given, capacity) {
  const [buffer, needed] = [new Uint8Array(Math.max(1, capacity)), viewed(8)];
  const values = Object.values(given).map((value) => (name === 'event_text' ? write('remora_event', make('remora_event'), value) : value));
  const inputs = functions[name][0] === 'uint64_t' ? [state.handle, ...values] : values;
  const last = functions[name].at(-1) === 'remora_error*' ? [null] : [];
  const code = library.raw[name](...inputs, buffer, capacity, needed, ...last);
  const text = code === 0 ? Buffer.from(buffer).toString().replace(/\0.*$/s, '') : '';
  return [code, { text, needed: Number(needed.big[0]) }];
}

module.exports = { CALLS, only, plain, smallBuffer, spelled };
