// An open state directory: safety.h, rollout.h, snapshot.h, operate.h, observe.h, and tasks that report themselves.
'use strict';

const { Kind, MAX_STAGES, Mode, Status, TREATMENT_LEARNED } = require('./constants.js');
const { LAYOUTS, make, read, viewed, write } = require('./codec.js');
const { RemoraError } = require('./errors.js');
const { Pending, learnedAgent } = require('./agents.js');
const { only } = require('./keys.js');
const { Routing } = require('./routing.js');

class State extends Routing {
  safetyCheck(agent, variant, nowNs = 0) {
    const { box, hot } = this.library;
    const id = this.idOf(Kind.AGENT, agent);
    const index = this.variantIndex(id, variant);
    write('remora_safety_query', box.safetyQuery, { agent: id, variant: index, nowNs });
    const code = hot.safetyCheck(this.handle);
    const { allowed, ...verdict } = read('remora_safety_verdict', box.safetyVerdict);
    const answer = { allowed: allowed !== 0, ...verdict };
    if (code === Status.OK) return answer;
    throw Object.assign(this.library.errorOf(code, box.error), { verdict: answer });
  }

  variantBlock(agent, variant) {
    this.call(this.raw.variant_block, this.idOf(Kind.AGENT, agent), this.variantIndex(agent, variant));
  }

  variantUnblock(agent, variant) {
    this.call(this.raw.variant_unblock, this.idOf(Kind.AGENT, agent), this.variantIndex(agent, variant));
  }

  rolloutStart(name, asked) {
    const { agent, treatment = TREATMENT_LEARNED, stages = [], nowNs = 0 } = only('plan', asked);
    if (stages.length > MAX_STAGES) {
      throw new RemoraError(`${stages.length} stages were given; a rollout has at most ${MAX_STAGES}`, Status.INVALID);
    }
    const plan = this.place('remora_rollout_plan', agent, 0, {
      treatment: this.variantIndex(agent, treatment), stageCount: stages.length, nowNs });
    const { offset, inner } = LAYOUTS.remora_rollout_plan.fields.find((field) => field.name === 'stages');
    stages.forEach((stage, i) => {
      const memory = write('remora_rollout_stage', make('remora_rollout_stage'), only('stage', stage));
      plan.set(memory, offset + i * inner.size);
    });
    const text = Buffer.from(name);
    return this.id((id) => this.call(this.raw.rollout_start, text, text.length, plan, id));
  }

  rolloutGate(agent, unitKey = 0) {
    const { box, hot } = this.library;
    write('remora_gate_query', box.gateQuery, { agent: this.idOf(Kind.AGENT, agent), unitKey });
    const code = hot.rolloutGate(this.handle);
    const { in: inside, ...gate } = read('remora_gate', box.gate);
    const answer = { inside: inside !== 0, ...gate };
    if (code === Status.OK) return answer;
    throw Object.assign(this.library.errorOf(code, box.error), { gate: answer });
  }

  rolloutCommand(rollout, command, nowNs = 0) {
    this.call(this.raw.rollout_command, this.idOf(Kind.ROLLOUT, rollout), command, nowNs);
  }

  rolloutStatus(rollout) {
    return this.ask('remora_rollout', this.raw.rollout_status, {}, this.idOf(Kind.ROLLOUT, rollout));
  }

  snapshot() {
    return this.ask('remora_snapshot_info', this.raw.snapshot, {});
  }

  snapshotVerify(path) {
    const text = Buffer.from(path);
    return this.ask('remora_snapshot_info', this.raw.snapshot_verify, {}, text, text.length);
  }

  snapshotList() {
    const count = viewed(4);
    for (let capacity = 64; ; capacity = count.u32[0] + 8) {
      const infos = make('remora_snapshot_info', capacity);
      this.call(this.raw.snapshot_list, infos, LAYOUTS.remora_snapshot_info.size, capacity, count);
      const kept = count.u32[0];
      if (kept <= capacity) return Array.from({ length: kept }, (_none, i) => read('remora_snapshot_info', infos, i));
    }
  }

  snapshotPath(sequence) {
    return this.library.text((...out) => this.raw.snapshot_path(this.handle, sequence, ...out));
  }

  restore(path) {
    const text = Buffer.from(path);
    return this.ask('remora_snapshot_info', this.raw.restore, {}, text, text.length);
  }

  tick(options = {}) {
    const { nowNs = 0, budgetNs = 0 } = only('tick', options);
    return this.ask('remora_tick_report', this.raw.tick, {}, nowNs, budgetNs);
  }

  controlSet(control = {}) {
    const { enabled = true, learning = true, mode = Mode.FULL } = only('control', control);
    this.call(this.raw.control_set, write('remora_control', make('remora_control'), { enabled, learning, mode }));
  }

  controlGet() {
    const control = this.ask('remora_control', this.raw.control_get, {});
    return { ...control, enabled: control.enabled !== 0, learning: control.learning !== 0 };
  }

  configure(text = '') {
    const content = Buffer.from(text);
    this.call(this.raw.configure, content, content.length);
  }

  *qCells() {
    for (const { labelCount, ...cell } of this.pages('remora_q_cell', 0, this.raw.q_cells)) {
      yield { ...cell, labels: cell.labels.slice(0, labelCount) };
    }
  }

  events(since = 0) {
    return this.pages('remora_event', since, this.raw.events);
  }

  eventText(event) {
    const memory = write('remora_event', make('remora_event'), event);
    return this.library.text((...out) => this.raw.event_text(this.handle, memory, ...out));
  }

  statsGet() {
    return this.ask('remora_stats', this.raw.stats_get, {});
  }

  metricsText() {
    return this.library.text((...out) => this.raw.metrics_text(this.handle, ...out), 16384);
  }

  logDrain(capacity = 16384) {
    const lines = new Uint8Array(capacity);
    const needed = viewed(8);
    this.call(this.raw.log_drain, lines, capacity, needed);
    const written = Number(needed.big[0]);
    return Buffer.from(lines.buffer, 0, written).toString().replace(/\0+$/, '').split('\n').filter(Boolean);
  }

  /** listener(level, text) is called from inside calls on this state; null ends it. Its errors end with it. */
  logCallback(listener, level = 2) {
    const { koffi } = this.library;
    const before = this.callback;
    const heard = listener && ((_user, at, text, size) => {
      try {
        listener(at, Buffer.from(koffi.view(text, Number(size))).toString());
      } catch (error) {
        process.nextTick(() => process.emitWarning(error));
      }
    });
    const registered = heard ? koffi.register(heard, this.raw.logFunction) : null;
    this.call(this.raw.log_callback, registered, null, level);
    this.callback = registered;
    if (before) koffi.unregister(before);
  }

  /** Routes a task that reports itself: see Pending. */
  task(task = {}) {
    return new Pending(this, task);
  }

  /** Wraps an agent function: each call is routed, run, timed and recorded. */
  agent(name, variants, options, run) {
    return learnedAgent(this, name, variants, options, run);
  }

  place(structName, agent, variant, values) {
    const id = this.idOf(Kind.AGENT, agent);
    return write(structName, make(structName), { agent: id, variant: this.variantIndex(id, variant), ...values });
  }
}

module.exports = { State };
