// The frequent calls: the structs that they read and write stand in one buffer, used again by every call of the thread. So a call
// makes no memory, and the addon needs no arguments.
'use strict';

const { LAYOUTS, clear, make, viewed } = require('./codec.js');

const HIGH = 0x100000000;
// Items of a batch whose memory is kept: about 200 KiB for the thread.
const KEPT = 256;
// As struct Mailbox of native/remora.c has them, behind a head of 16 bytes: handle, code.
const PLACES = {
  task: 'remora_task',
  decision: 'remora_decision',
  outcome: 'remora_outcome',
  reward: 'remora_reward',
  safetyQuery: 'remora_safety_query',
  safetyVerdict: 'remora_safety_verdict',
  gateQuery: 'remora_gate_query',
  gate: 'remora_gate',
  error: 'remora_error',
};

class Mailbox {
  #batches = new Map();

  constructor() {
    const sizes = Object.values(PLACES).map((name) => LAYOUTS[name].size);
    this.buffer = new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 16));
    this.head = viewed(16, this.buffer, 0);
    let at = 16;
    for (const [place, name] of Object.entries(PLACES)) {
      this[place] = clear(name, viewed(LAYOUTS[name].size, this.buffer, at));
      at += LAYOUTS[name].size;
    }
  }

  /** Room for `count` structs of a batch, as new; that of small batches is used again by the next. */
  batch(structName, count) {
    if (count > KEPT) return make(structName, count);
    if (!this.#batches.has(structName)) this.#batches.set(structName, make(structName, KEPT));
    return clear(structName, this.#batches.get(structName), count);
  }
}

/** The calls by koffi's functions: each takes a handle and gives a code. */
function byKoffi(box, raw) {
  const { error, outcome } = box;
  const { decision_id: id, success, duration_ns: duration } = Object.fromEntries(LAYOUTS.remora_outcome.fields
    .map((field) => [field.name, () => field.get(outcome, field.offset >> 2)]));
  return {
    route: (handle) => raw.route(handle, box.task, box.decision, error),
    recordOutcome: (handle) => raw.record_outcome(handle, outcome, box.reward, error),
    recordResult: (handle) => raw.record_result(handle, id(), success(), duration(), error),
    safetyCheck: (handle) => raw.safety_check(handle, box.safetyQuery, box.safetyVerdict, error),
    rolloutGate: (handle) => raw.rollout_gate(handle, box.gateQuery, box.gate, error),
  };
}

/** The same by the addon's. */
function byAddon({ head: { u32, i32 } }, hot) {
  const bound = (fn) => (handle) => {
    u32[0] = handle % HIGH;
    u32[1] = handle / HIGH;
    fn();
    return i32[2];
  };
  return {
    route: bound(hot.route),
    recordOutcome: bound(hot.record_outcome),
    recordResult: bound(hot.record_result),
    safetyCheck: bound(hot.safety_check),
    rolloutGate: bound(hot.rollout_gate),
  };
}

module.exports = { Mailbox, byAddon, byKoffi };
