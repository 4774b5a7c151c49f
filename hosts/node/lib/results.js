// The results of the frequent calls, read field by field: the general way (codec.js) costs ten times as much.
'use strict';

const { DecisionFlag } = require('./constants.js');
const { LAYOUTS } = require('./codec.js');

const HIGH = 0x100000000;

/** A struct's fields by their places in words of 32 bits. */
const words = (structName) =>
  Object.freeze(Object.fromEntries(LAYOUTS[structName].fields.map(({ name, offset }) => [name, offset >> 2])));

const D = words('remora_decision');
const DECISION_WORDS = LAYOUTS.remora_decision.size >> 2;

function decisionOf(memory, index = 0) {
  const { u32, i32, f64 } = memory;
  const at = index * DECISION_WORDS;
  const flags = u32[at + D.flags];
  return {
    flags,
    decisionId: u32[at + D.decision_id] + u32[at + D.decision_id + 1] * HIGH,
    shadowDecisionId: u32[at + D.shadow_decision_id] + u32[at + D.shadow_decision_id + 1] * HIGH,
    agent: u32[at + D.agent],
    taskType: u32[at + D.task_type],
    variant: u32[at + D.variant],
    baselineVariant: u32[at + D.baseline_variant],
    learnedVariant: u32[at + D.learned_variant],
    shadowVariant: u32[at + D.shadow_variant],
    reason: i32[at + D.reason],
    mode: u32[at + D.mode],
    qValue: f64[(at + D.q_value) >> 1],
    propensity: f64[(at + D.propensity) >> 1],
    epsilon: f64[(at + D.epsilon) >> 1],
    visits: u32[at + D.visits],
    rollout: u32[at + D.rollout],
    stage: u32[at + D.stage],
    explored: (flags & DecisionFlag.EXPLORED) !== 0,
    monitored: (flags & DecisionFlag.MONITOR) !== 0,
    wantsShadow: (flags & DecisionFlag.SHADOW) !== 0,
  };
}

const R = words('remora_reward');
const REWARD_WORDS = LAYOUTS.remora_reward.size >> 2;

function rewardOf(memory, index = 0) {
  const { u32, f64 } = memory;
  const at = index * REWARD_WORDS;
  const number = (place) => f64[(at + place) >> 1];
  return {
    flags: u32[at + R.flags],
    reward: number(R.reward),
    target: number(R.target),
    qBefore: number(R.q_before),
    qAfter: number(R.q_after),
    successTerm: number(R.success_term),
    qualityTerm: number(R.quality_term),
    timeTerm: number(R.time_term),
    errorTerm: number(R.error_term),
    costTerm: number(R.cost_term),
    tokensTerm: number(R.tokens_term),
    visits: u32[at + R.visits],
    learned: (u32[at + R.flags] & 1) !== 0,
  };
}

module.exports = { decisionOf, rewardOf, words };
