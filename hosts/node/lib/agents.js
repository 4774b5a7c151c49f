// Running agents under Remora: a task that is routed, timed and recorded, and functions wrapped in one.
'use strict';

const { RemoraError } = require('./errors.js');
const { only, onlyOutcome } = require('./keys.js');

/**
 * A task under way: routed when made, timed, recorded once. `using` (or dispose) records what was reported, and abandons what was not.
 * Remora's own failures are warnings of the process, never errors of the host's: it then runs the baseline.
 */
class Pending {
  #state;
  #outcome = { abandoned: true };
  #started = process.hrtime.bigint();
  #recorded = false;

  constructor(state, task, decision = decisionFor(state, task)) {
    this.#state = state;
    this.decision = decision;
    this.variant = decision.variant;
  }

  /** The shadow run that the decision asks for, as a task of its own; null where none is asked for. Not taken, it is abandoned. */
  takeShadow() {
    const { shadowDecisionId, shadowVariant } = this.decision;
    if (!shadowDecisionId) return null;
    this.decision = { ...this.decision, shadowDecisionId: 0 };
    return new Pending(this.#state, null, { ...this.decision, decisionId: shadowDecisionId, variant: shadowVariant });
  }

  /** Name of the variant to run; empty where the agent is not known. */
  get variantName() {
    return nameOf(this.#state, this.decision.agent, this.decision.variant);
  }

  /** Says how it went, in the fields of an outcome. The last report counts. */
  report(outcome = {}) {
    onlyOutcome(outcome);
    this.#outcome = { success: true, ...outcome };
  }

  /** Records now. Further calls do nothing. */
  dispose() {
    if (this.#recorded) return;
    this.#recorded = true;
    const durationNs = Number(process.hrtime.bigint() - this.#started);
    record(this.#state, { durationNs, ...this.#outcome }, this.decision.decisionId);
    if (this.decision.shadowDecisionId) record(this.#state, { abandoned: true }, this.decision.shadowDecisionId);
  }
}
if (Symbol.dispose) Pending.prototype[Symbol.dispose] = Pending.prototype.dispose;

function decisionFor(state, task) {
  try {
    return state.route(task);
  } catch (error) {
    if (!(error instanceof RemoraError) || !error.decision) throw error;
    process.emitWarning(`routed to the baseline: ${error.message}`, 'RemoraWarning');
    return error.decision;
  }
}

function nameOf(state, agent, variant) {
  try {
    return state.variantName(agent, variant);
  } catch {
    return '';
  }
}

function record(state, outcome, decisionId) {
  if (!decisionId) return; // not tracked: the failure that led there was told already
  try {
    state.recordOutcome({ ...outcome, decisionId });
  } catch (error) {
    process.emitWarning(`an outcome was not recorded: ${error.message}`, 'RemoraWarning');
  }
}

const isAbort = (error) => error?.name === 'AbortError';

/** run(variant, ...parameters), also an async one. What it throws is a failure and goes on; an AbortError is an abandoned task. */
function learnedAgent(state, name, variants, options, run) {
  const { outcome: reportOf = () => ({ success: true }), ...given } = only('agent', options);
  state.agentDefine(name, variants);
  return function call(...parameters) {
    const task = new Pending(state, { agent: name, ...given });
    const failed = (error) => {
      if (!isAbort(error)) task.report({ success: false, errorCount: 1 });
      task.dispose();
      throw error;
    };
    const succeeded = (result) => {
      try {
        const outcome = reportOf(result);
        if (outcome) task.report(outcome);
      } finally {
        task.dispose();
      }
      return result;
    };
    let result;
    try {
      result = run.call(this, task.variantName || variants[0], ...parameters);
    } catch (error) {
      return failed(error);
    }
    return typeof result?.then === 'function' ? result.then(succeeded, failed) : succeeded(result);
  };
}

module.exports = { Pending, learnedAgent };
