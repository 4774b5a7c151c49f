// The keys that the objects of a host may have. Any other is refused: a typo would be lost unseen, and "sucess" is no success.
'use strict';

const KEYS = {
  load: ['path', 'native'],
  open: ['library', 'flags', 'abiVersion', 'durability', 'states', 'ledgerSlots', 'names', 'syncIntervalNs', 'snapshotKey'],
  variant: ['tier', 'costMicros', 'baseline', 'retired'],
  task: ['agent', 'taskType', 'unitKey', 'labels', 'allowedVariants', 'category', 'nowNs', 'draw', 'previousDecision'],
  outcome: ['decisionId', 'success', 'durationNs', 'quality', 'errorCount', 'costMicros', 'tokensIn', 'tokensOut', 'criticalError',
    'safetyViolation', 'complaint', 'userCorrections', 'userRating', 'toolCallsCorrect', 'toolCallsTotal', 'metrics', 'next', 'abandoned',
    'report', 'nowNs', 'agent', 'variant', 'taskType', 'labels'],
  next: ['agent', 'taskType', 'labels', 'decision'],
  plan: ['agent', 'treatment', 'stages', 'nowNs'],
  stage: ['mode', 'shareBasisPoints', 'minimumSamples', 'minimumNs', 'margin', 'maximumDrop'],
  tick: ['nowNs', 'budgetNs'],
  control: ['enabled', 'learning', 'mode', 'source'],
  explain: ['taskType', 'labels', 'attempts', 'triedVariants'],
  convergence: ['agent', 'variant', 'taskType', 'labels'],
  replay: ['mode', 'agent', 'batches', 'batchSize', 'pool', 'seed', 'alpha', 'beta'],
  evaluate: ['agent', 'seed', 'resamples', 'leastEffective', 'warmUp'],
};
KEYS.agent = ['outcome', ...KEYS.task.filter((key) => key !== 'agent')];

function refuse(kind, key) {
  throw new TypeError(`${key} is no key of ${kind}: it takes ${KEYS[kind].join(', ')}`);
}

/** The object, when its keys are those of its kind. */
function only(kind, given) {
  for (const key in given) if (!KEYS[kind].includes(key)) refuse(kind, key);
  return given;
}

// The same for what each route and record takes: a switch compares words, which costs a sixth of a search.

function onlyTask(task) {
  for (const key in task) {
    switch (key) {
      case 'agent': case 'taskType': case 'unitKey': case 'labels': case 'allowedVariants': case 'category': case 'nowNs': case 'draw':
      case 'previousDecision':
        break;
      default:
        refuse('task', key);
    }
  }
}

function onlyOutcome(outcome) {
  for (const key in outcome) {
    switch (key) {
      case 'decisionId': case 'success': case 'durationNs': case 'quality': case 'errorCount': case 'costMicros': case 'tokensIn':
      case 'tokensOut': case 'criticalError': case 'safetyViolation': case 'complaint': case 'userCorrections': case 'userRating':
      case 'toolCallsCorrect': case 'toolCallsTotal': case 'metrics': case 'next': case 'abandoned': case 'report': case 'nowNs':
      case 'agent': case 'variant': case 'taskType': case 'labels':
        break;
      default:
        refuse('outcome', key);
    }
  }
}

module.exports = { KEYS, only, onlyOutcome, onlyTask };
