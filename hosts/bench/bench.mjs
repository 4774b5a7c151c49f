// Cost of route and record through the Node package. See README.md.
//   node --expose-gc --max-semi-space-size=128 bench.mjs DIRECTORY      REMORA_NODE_KOFFI=1 for the way through koffi alone
import * as remora from 'remora';

const [TYPES, BLOCK, BATCH, BLOCKS, BATCHES, WARM_UP, TICK_EVERY] = [64, 16, 64, 20000, 4000, 10, 256];
const state = remora.open(process.argv[2], { flags: remora.OpenFlag.NO_AUTO_TICK | remora.OpenFlag.EXISTING });
const agent = state.find(remora.Kind.AGENT, 'backend-architect');
const types = Array.from({ length: TYPES }, (_none, i) => state.intern(remora.Kind.TASK_TYPE, `type-${i}`));
const tasks = types.map((taskType) => ({ agent, taskType }));

const now = () => performance.now() * 1e6;
const ids = new Array(BLOCK).fill(0);

function block() {
  const begin = now();
  for (let i = 0; i < BLOCK; ++i) ids[i] = state.route({ agent, taskType: types[i] }).decisionId;
  const middle = now();
  for (let i = 0; i < BLOCK; ++i) state.recordResult(ids[i], true, 1_000_000);
  return [(middle - begin) / BLOCK, (now() - middle) / BLOCK];
}

function batch() {
  const begin = now();
  const decisions = state.routeBatch(tasks);
  const routed = now() - begin;
  const outcomes = decisions.map(({ decisionId }) => ({ decisionId, success: true, durationNs: 1_000_000 }));
  const middle = now();
  state.recordOutcomeBatch(outcomes);
  return [routed / BATCH, (now() - middle) / BATCH];
}

/** So many samples, after a warm-up, with housekeeping between. */
function sample(measure, count, tickEvery) {
  for (let i = 0; i < count / WARM_UP; ++i) measure();
  const [route, record] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; ++i) {
    [route[i], record[i]] = measure();
    if (i % tickEvery === 0) state.tick();
  }
  return [route.sort(), record.sort()];
}

/** Bytes of the heap that a call takes; the young generation is large enough that nothing is collected meanwhile. */
function garbage(calls = 20000) {
  const kept = new Array(calls).fill(null); // what is not kept, the compiler may leave out
  const used = () => process.memoryUsage().heapUsed;
  globalThis.gc();
  const before = used();
  for (let i = 0; i < calls; ++i) kept[i] = state.route({ agent, taskType: types[0] });
  const routed = used();
  for (let i = 0; i < calls; ++i) state.recordResult(kept[i].decisionId, true);
  return { route: (routed - before) / calls, record: (used() - routed) / calls };
}

const figures = (samples) => ({ p50: samples[samples.length >> 1], p99: samples[Math.floor(samples.length * 0.99)] });
const [route, record] = sample(block, BLOCKS, TICK_EVERY).map(figures);
const [routeBatch, recordBatch] = sample(batch, BATCHES, TICK_EVERY / 4).map(figures);
process.stdout.write(`${JSON.stringify({ host: `Node, ${state.library.native ? 'addon' : 'koffi'}`, route, record,
  route_batch: routeBatch, record_batch: recordBatch, garbage: garbage() })}\n`);
state.close();
