// Every function that takes a handle, through the surface that hosts use.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync, spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const remora = require('..');
const { KEYS } = require('../lib/keys.js');
const { candidates, hotFunctions } = require('../lib/loader.js');
const { SMALL, withState } = require('./support.js');

const { Kind, Mode, Status } = remora;
const failure = (status, pattern) => (error) =>
  error instanceof remora.RemoraError && error.status === status && (!pattern || pattern.test(error.message));
const record = (state, agent, count, success) => {
  for (let i = 0; i < count; ++i) state.recordOutcome({ agent, variant: 'quick', success });
};

test('what is given but cannot be loaded is an error, and nothing else is tried', () => {
  assert.throws(() => new remora.Library({ path: '/nowhere/libremora.so' }),
    failure(Status.NOT_FOUND, /nowhere.*given by the host.*Correct the path/));
  assert.throws(() => new remora.Library({ path: 'libc.so.6' }), failure(Status.FORMAT, /not a Remora library/));
});

test('a library beside the package comes before the system', (t) => {
  const { folder } = withState(t);
  fs.mkdirSync(path.join(folder, 'prebuilt'));
  fs.writeFileSync(path.join(folder, 'prebuilt', 'libremora.so'), '');
  const before = process.env.REMORA_LIBRARY;
  delete process.env.REMORA_LIBRARY;
  t.after(() => { process.env.REMORA_LIBRARY = before; });
  assert.strictEqual(candidates(undefined, folder).names[0][1], 'beside the package');
});

test('the hot calls go the way that was asked for', () => {
  assert.strictEqual(remora.load().native, process.env.REMORA_TEST_NATIVE === '1');
  assert.strictEqual(new remora.Library({ native: false }).native, false);
});

test('an addon that cannot be used is done without, unless it was asked for', (t) => {
  const { folder } = withState(t);
  const broken = path.join(folder, 'remora.node');
  fs.writeFileSync(broken, 'no addon');
  assert.strictEqual(hotFunctions('libremora.so', new ArrayBuffer(8), undefined, broken), undefined);
  for (const [addon, why] of [['', /it was not built.*npm run build/], [broken, /cannot be used/]]) {
    assert.throws(() => hotFunctions('libremora.so', new ArrayBuffer(8), true, addon), failure(Status.UNSUPPORTED, why));
  }
});

test('a library of another ABI is refused with both versions', (t) => {
  const { folder } = withState(t);
  const source = path.join(folder, 'other.c');
  fs.writeFileSync(source, 'int remora_abi_version(void) { return 7 << 16; }');
  const built = path.join(folder, 'other.so');
  if (spawnSync(process.env.CC || 'cc', ['-shared', '-fPIC', source, '-o', built]).status !== 0) return t.skip('no C compiler');
  assert.throws(() => new remora.Library({ path: built }), failure(Status.VERSION, /has ABI version 7\.0, .*needs 1\./));
});

test('names become ids and ids names', (t) => {
  const { state } = withState(t);
  const made = Array.from({ length: 150 }, (_none, i) => state.intern(Kind.LABEL, `label-${i}`));
  assert.deepStrictEqual([...state.listNames(Kind.LABEL)].sort(), made.sort());
  assert.strictEqual(state.nameOf(state.find(Kind.LABEL, 'label-7')), 'label-7');
  assert.throws(() => state.find(Kind.LABEL, 'never'), failure(Status.NOT_FOUND, /never/));
  const agent = state.agentRegister('tester', 'testing');
  state.variantRegister(agent, 'large', { tier: 3, costMicros: 60000 });
  state.variantRegister('tester', 'small', { baseline: true });
  assert.strictEqual(state.variantName(agent, state.agentInfo(agent).baselineVariant), 'small');
  assert.strictEqual(state.variantInfo('tester', 'large').tier, 3);
});

test('the same draw gives the same decision, and its id is a safe integer', (t) => {
  const { state, agent } = withState(t);
  const ask = () => state.route({ agent, taskType: 'api-design', labels: ['lang=js'], draw: 2n ** 63n + 5n, nowNs: 10n ** 18n });
  const [first, second] = [ask(), ask()];
  assert.ok(Number.isSafeInteger(first.decisionId) && first.decisionId !== second.decisionId);
  assert.deepStrictEqual({ ...first, decisionId: 0 }, { ...second, decisionId: 0 });
  assert.strictEqual(state.nameOf(state.routeNamed('backend-architect', 'brand-new', 7).taskType), 'brand-new');
});

test('only allowed variants are chosen', (t) => {
  const { state, agent } = withState(t);
  for (let i = 0; i < 50; ++i) assert.strictEqual(state.route({ agent, allowedVariants: 2n }).variant, 1);
});

test('a number that would become another one is refused', (t) => {
  const { state, agent } = withState(t);
  assert.throws(() => state.route({ agent, unitKey: 2 ** 60 }), RangeError);
  assert.throws(() => state.route({ agent, unitKey: -1n }), RangeError);
  assert.throws(() => state.recordOutcome({ decisionId: 1, errorCount: 1.5 }), RangeError);
});

test('a key that is not known is refused with those that are', (t) => {
  const { state, agent } = withState(t);
  const decision = state.route({ agent });
  const refused = (key, kind, known) => ({ name: 'TypeError', message: new RegExp(`^${key} is no key of ${kind}: it takes .*\\b${known}\\b`) });
  assert.throws(() => state.recordOutcome({ decisionId: decision.decisionId, sucess: true }), refused('sucess', 'outcome', 'success'));
  assert.throws(() => state.recordOutcomeBatch([{ decisionId: decision.decisionId, sucess: true }]), refused('sucess', 'outcome', 'success'));
  assert.strictEqual(state.statsGet().pending, 1, 'nothing was recorded');
  const next = { tasktype: 'review' };
  assert.throws(() => state.recordOutcome({ decisionId: decision.decisionId, next }), refused('tasktype', 'next', 'taskType'));
  assert.throws(() => state.route({ agent, tasktype: 'api-design' }), refused('tasktype', 'task', 'taskType'));
  assert.throws(() => state.routeBatch([{ agent, label: [] }]), refused('label', 'task', 'labels'));
  assert.throws(() => state.task({ agent, tasktype: 'api-design' }), refused('tasktype', 'task', 'taskType'));
  assert.throws(() => state.agent('writer', ['plain'], { tasktype: 'prose' }, () => ''), refused('tasktype', 'agent', 'outcome'));
  assert.throws(() => state.rolloutStart('x', { agent, variant: 'quick' }), refused('variant', 'plan', 'treatment'));
  assert.throws(() => state.rolloutStart('x', { agent, stages: [{ mode: Mode.FULL, share: 1 }] }), refused('share', 'stage', 'shareBasisPoints'));
  assert.throws(() => state.variantRegister(agent, 'x', { cost: 1 }), refused('cost', 'variant', 'costMicros'));
  for (const [ask, kind] of [[(asked) => state.tick(asked), 'tick'], [(asked) => state.controlSet(asked), 'control'],
    [(asked) => state.explain(agent, 0, asked), 'explain'], [(asked) => state.convergenceGet(asked), 'convergence'],
    [(asked) => state.replay(asked), 'replay'], [(asked) => state.evaluate('', asked), 'evaluate'],
    [(asked) => remora.open(state.directory, asked), 'open'], [(asked) => remora.load(asked), 'load'],
    [(asked) => new remora.Library(asked), 'load']]) {
    assert.throws(() => ask({ typo: undefined }), refused('typo', kind, '\\w+'));
  }
});

test('every key that is known is taken', (t) => {
  const { state, agent } = withState(t);
  const nothing = (kind) => Object.fromEntries(KEYS[kind].map((key) => [key, undefined]));
  state.route({ ...nothing('task'), agent });
  state.recordOutcome({ ...nothing('outcome'), decisionId: state.route({ agent }).decisionId });
});

test('a report with a key that is not known is the mistake of who makes it, not of who disposes', (t) => {
  const { state, agent } = withState(t);
  const task = state.task({ agent });
  assert.throws(() => task.report({ sucess: true }), TypeError);
  task.dispose();
  const write = state.agent('writer', ['plain'], { outcome: () => ({ qualty: 1 }) }, () => 'snow');
  assert.throws(() => write(), TypeError);
  const stats = state.statsGet();
  assert.deepStrictEqual([stats.decisions, stats.pending, stats.visits], [2, 0, 0]);
});

test('a failed route names the baseline to go on with', (t) => {
  const { state, agent } = withState(t);
  for (const task of [{ agent, taskType: 12 }, { agent, labels: Array(9).fill('x') }]) {
    assert.throws(() => state.route(task), (error) => failure(Status.INVALID)(error) && error.code === 'REMORA_E_INVALID' &&
      error.decision.agent === agent && error.decision.variant === 0 && error.decision.reason === remora.Reason.ERROR);
  }
  assert.throws(() => state.route({ agent: 'nobody' }), (error) => failure(Status.NOT_FOUND)(error) && error.decision.variant === 0);
});

test('batches answer each item and say which failed', (t) => {
  const { state, agent } = withState(t);
  const decisions = state.routeBatch(Array(64).fill({ agent, taskType: 'api-design' }));
  assert.strictEqual(new Set(decisions.map((each) => each.decisionId)).size, 64);
  assert.throws(() => state.routeBatch([{ agent }, { agent, taskType: 12 }, { agent }]),
    (error) => error.done === 2 && error.firstFailed === 1 && error.results.length === 3);
  const outcomes = decisions.map(({ decisionId }) => ({ decisionId, success: true }));
  outcomes[5].quality = 7;
  assert.throws(() => state.recordOutcomeBatch(outcomes), (error) => error.done === 63 && error.firstFailed === 5);
  assert.strictEqual(state.recordOutcomeBatch([{ decisionId: outcomes[5].decisionId }]).length, 1);
  assert.strictEqual(state.statsGet().outcomes, 64);
});

test('a reward is explained, and an outcome counts once', (t) => {
  const { state, agent } = withState(t);
  const { decisionId } = state.route({ agent, taskType: 'api-design' });
  const reward = state.recordOutcome({ decisionId, success: true, quality: 0.8, durationNs: 60e9, errorCount: 3, userRating: 9,
    metrics: { lint: 4 }, next: { taskType: 'review', labels: ['lang=js'] } });
  assert.ok(Math.abs(reward.reward - 1) < 1e-5 && Math.abs(reward.timeTerm + 0.15) < 1e-5 && reward.learned);
  assert.throws(() => state.recordResult(decisionId, false), failure(Status.ALREADY_RECORDED));
  const abandoned = state.route({ agent });
  state.recordOutcome({ decisionId: abandoned.decisionId, abandoned: true });
  assert.deepStrictEqual([state.statsGet().pending, state.statsGet().visits], [0, 1]);
});

test('text is classified by rules that can be added', (t) => {
  const { state } = withState(t);
  state.taskRuleAdd('billing', ['invoice'], ['*.inv'], 5);
  assert.strictEqual(state.nameOf(state.classify('Correct the invoice', ['a.inv']).taskType), 'billing');
  assert.strictEqual(state.nameOf(state.classify('').taskType), 'general');
});

test('a failing variant is kept out, an operator lets it in', (t) => {
  const { state, agent } = withState(t);
  record(state, agent, 12, false);
  const verdict = state.safetyCheck('backend-architect', 'quick');
  assert.deepStrictEqual([verdict.allowed, verdict.reason], [false, remora.SafetyReason.BELOW_MINIMUM]);
  assert.strictEqual(state.agentInfo(agent).blockedVariants, 2n);
  state.variantUnblock(agent, 'quick');
  assert.strictEqual(state.safetyCheck(agent, 'quick').allowed, true);
  state.variantBlock(agent, 'quick');
  assert.strictEqual(state.variantInfo(agent, 'quick').blocked, true);
  assert.throws(() => state.safetyCheck(agent, 'slow'), failure(Status.NOT_FOUND, /backend-architect has no variant 'slow'/));
});

test('a rollout goes through its stages and back', (t) => {
  const { state, agent } = withState(t);
  const rollout = state.rolloutStart('quick-first', { agent, treatment: 'quick', stages: [
    { mode: Mode.SHADOW, shareBasisPoints: 10000 }, { mode: Mode.CANARY, shareBasisPoints: 5000 },
    { mode: Mode.FULL, shareBasisPoints: 10000 }] });
  const decision = state.route({ agent, unitKey: 5 });
  assert.ok(decision.wantsShadow && decision.shadowDecisionId !== 0);
  state.rolloutCommand('quick-first', remora.RolloutCommand.ADVANCE);
  const gates = () => Array.from({ length: 400 }, (_none, unit) => state.rolloutGate(agent, unit + 1).inside);
  assert.deepStrictEqual(gates(), gates());
  const inside = gates().filter(Boolean).length;
  assert.ok(inside > 100 && inside < 300, String(inside));
  state.rolloutCommand(rollout, remora.RolloutCommand.ROLL_BACK);
  assert.strictEqual(state.rolloutStatus(rollout).state, remora.RolloutState.ROLLED_BACK);
});

test('a snapshot brings the values back, and a damaged one is refused', (t) => {
  const { state, agent, folder } = withState(t);
  record(state, agent, 5, true);
  const before = [...state.qCells()];
  const taken = state.snapshot();
  record(state, agent, 5, false);
  const file = state.snapshotPath(taken.sequence);
  assert.strictEqual(state.snapshotVerify(file).visits, 5);
  assert.strictEqual(state.restore(file).sequence, taken.sequence);
  assert.deepStrictEqual([...state.qCells()].map((cell) => [cell.variant, cell.visits, cell.qValue]),
    before.map((cell) => [cell.variant, cell.visits, cell.qValue]));
  assert.ok(state.snapshotList().some((info) => info.sequence === taken.sequence));
  const content = fs.readFileSync(path.join(state.directory, file));
  content[content.length >> 1] ^= 0xff;
  fs.writeFileSync(path.join(folder, 'bad.rsnap'), content);
  assert.throws(() => state.restore(path.join(folder, 'bad.rsnap')), failure(Status.DAMAGED));
});

test('the kill switch and monitor mode hold for every handle', (t) => {
  const { state, agent } = withState(t);
  const other = remora.open(state.directory, SMALL);
  t.after(() => other.close());
  state.controlSet({ enabled: false });
  assert.ok(other.route({ agent }).flags & remora.DecisionFlag.CONTROL_OFF);
  state.controlSet({ mode: Mode.MONITOR });
  assert.ok(other.route({ agent }).monitored && other.controlGet().enabled);
});

test('configuration, events, figures and metrics are there', (t) => {
  const { state, agent } = withState(t);
  state.configure('{"learning": {"epsilon": 0.5}}');
  assert.strictEqual(state.route({ agent }).epsilon, 0.5);
  assert.throws(() => state.configure('{\n"learnin": {}}'), failure(Status.CONFIG, /:2/));
  const last = [...state.events()].at(-1).sequence;
  state.variantBlock(agent, 'quick');
  const [blocked] = state.events(last + 1);
  assert.match(state.eventText(blocked), /"kind":"variant_blocked".*"agent":"backend-architect"/);
  assert.strictEqual(state.tick().flags, 0);
  assert.match(state.metricsText(), /# TYPE remora_/);
  assert.strictEqual(state.statsGet().processes, 1);
});

test('log lines are called back, and drained', async (t) => {
  const { state } = withState(t);
  const lines = [];
  state.logCallback((level, text) => lines.push([level, text]), 0);
  fs.writeFileSync(path.join(state.directory, 'active.rsnap'), 'not a snapshot');
  let refusals = 0;
  for (const ends = Date.now() + 60000; lines.length === 0 && Date.now() < ends;) {
    try {
      state.tick();
    } catch (error) {
      assert.strictEqual(error.status, Status.DAMAGED);
      refusals += 1;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  state.logCallback(null);
  assert.strictEqual(refusals, 1, 'one refusal is thrown once');
  assert.ok(lines.some(([, text]) => text.includes('active.rsnap was refused')), JSON.stringify(lines));
  assert.ok(state.logDrain().some((line) => line.includes('active.rsnap was refused')));
});

test('a log callback cannot close the state', (t) => {
  const { state } = withState(t);
  const refusals = [];
  const close = () => {
    try {
      state.close();
      refusals.push(Status.OK);
    } catch (error) {
      refusals.push(error.status);
    }
  };
  state.logCallback(close, 0);
  state.controlSet(state.controlGet());
  state.controlSet(state.controlGet());
  assert.deepStrictEqual(refusals, [Status.STATE, Status.STATE]);
  assert.ok(state.isOpen);
  state.close();
  assert.ok(!state.isOpen);
});

test('wrapped agents are routed, timed and recorded', async (t) => {
  const { state } = withState(t);
  const write = state.agent('writer', ['plain', 'florid'], { taskType: 'prose' }, async (variant, subject) => `${variant} ${subject}`);
  assert.match(await write('snow'), /^(plain|florid) snow$/);
  const fail = state.agent('writer', ['plain'], {}, () => { throw new TypeError('no ink'); });
  assert.throws(() => fail(), TypeError);
  const abort = state.agent('writer', ['plain'], {}, async () => { throw new DOMException('stop', 'AbortError'); });
  await assert.rejects(abort(), { name: 'AbortError' });
  const stats = state.statsGet();
  assert.deepStrictEqual([stats.decisions, stats.pending, stats.visits], [3, 0, 2]);
});

test('a task that is disposed without a report is abandoned', (t) => {
  const { state, agent } = withState(t);
  const unsaid = state.task({ agent });
  unsaid.dispose();
  const said = state.task({ agent });
  said.report({ quality: 0.5 });
  (said[Symbol.dispose] ?? said.dispose).call(said);
  said.dispose();
  assert.deepStrictEqual([state.statsGet().visits, state.statsGet().pending], [1, 0]);
});

test('a shadow run is a task of its own, and abandoned when it is not taken', (t) => {
  const { state, agent } = withState(t);
  state.rolloutStart('quick-first', { agent, treatment: 'quick', stages: [{ mode: Mode.SHADOW, shareBasisPoints: 10000 },
    { mode: Mode.FULL, shareBasisPoints: 10000 }] });
  for (const taken of [true, false]) {
    const task = state.task({ agent });
    const shadow = taken ? task.takeShadow() : null;
    assert.strictEqual(shadow?.variantName, taken ? 'quick' : undefined);
    for (const each of [shadow, task]) {
      each?.report({ success: true });
      each?.dispose();
    }
    if (taken) assert.strictEqual(task.takeShadow(), null);
  }
  state.tick();
  assert.deepStrictEqual([state.statsGet().pending, state.variantInfo(agent, 'quick').outcomes, state.variantInfo(agent, 'careful').outcomes],
    [0, 1, 2]);
});

test('a closed state answers with an error, and closing twice is harmless', (t) => {
  const { state } = withState(t);
  state.close();
  state.close();
  assert.throws(() => state.snapshot(), failure(Status.HANDLE));
  assert.throws(() => state.recordResult(1, true), failure(Status.HANDLE));
});

test('worker threads work on one state and no outcome is lost', async (t) => {
  const { state } = withState(t);
  const code = `
    const remora = require(${JSON.stringify(require.resolve('..'))});
    const { workerData, parentPort } = require('node:worker_threads');
    const state = remora.open(workerData);
    for (let i = 0; i < 500; ++i) state.recordResult(state.routeNamed('backend-architect', 'api-design').decisionId, true);
    state.close();
    parentPort.postMessage('done');`;
  await Promise.all([1, 2].map(() => new Promise((done, failed) => {
    new Worker(code, { eval: true, workerData: state.directory }).on('error', failed).on('exit', done);
  })));
  assert.deepStrictEqual([state.statsGet().outcomes, state.statsGet().visits], [1000, 1000]);
});

test('the snippet of the README and the example run as written', (t) => {
  const { folder } = withState(t);
  const text = fs.readFileSync(path.join(process.env.REMORA_ROOT, 'hosts/node/README.md'), 'utf8');
  const [, snippet] = /<!-- test: run as written -->\n```js\n(.*?)```/s.exec(text);
  const modules = path.join(folder, 'node_modules');
  fs.mkdirSync(modules);
  fs.symlinkSync(path.join(__dirname, '..'), path.join(modules, 'remora'));
  fs.writeFileSync(path.join(folder, 'snippet.mjs'), snippet);
  fs.copyFileSync(path.join(process.env.REMORA_ROOT, 'examples/node/quickstart.mjs'), path.join(folder, 'quickstart.mjs'));
  const run = (...parameters) => execFileSync(process.execPath, parameters, { cwd: folder, encoding: 'utf8' });
  assert.match(run('snippet.mjs'), /^(careful|quick) design for orders\nrun as (careful|quick)\n2 outcomes so far\n$/);
  const said = run('quickstart.mjs', 'other-state');
  assert.ok(Number(/careful was chosen for (\d+) of 1000 tasks/.exec(said)[1]) > 700, said);
  assert.match(said, /quick may not run: blocked by an operator\nrestored snapshot \d+ with 1000 outcomes\n\d+ lines of metrics\n$/);
});
