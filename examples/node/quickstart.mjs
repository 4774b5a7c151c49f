// Learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the metrics.
//
//   npm install hosts/node
//   REMORA_LIBRARY=build/release/lib/libremora.so node examples/node/quickstart.mjs [FOLDER]
//
// "careful" succeeds at every task, "quick" at every second one that it gets.
import * as remora from 'remora';

const state = remora.open(process.argv[2] ?? 'remora-state');
const agent = state.agentDefine('backend-architect', ['careful', 'quick']);
const taskType = state.intern(remora.Kind.TASK_TYPE, 'api-design');
const chosen = [0, 0];
for (let i = 0; i < 1000; ++i) {
  const { decisionId, variant } = state.route({ agent, taskType });
  chosen[variant] += 1;
  state.recordResult(decisionId, variant === 0 || chosen[1] % 2 === 0, 1_200_000_000);
}
console.log(`careful was chosen for ${chosen[0]} of 1000 tasks`);

state.variantBlock(agent, 'quick');
const { allowed, reason } = state.safetyCheck(agent, 'quick');
const why = reason === remora.SafetyReason.OPERATOR ? 'blocked by an operator' : `reason ${reason}`;
console.log(`quick ${allowed ? 'may run' : 'may not run'}: ${why}`);
state.variantUnblock(agent, 'quick');

const taken = state.snapshot();
const restored = state.restore(state.snapshotPath(taken.sequence));
console.log(`restored snapshot ${restored.sequence} with ${restored.visits} outcomes`);
console.log(`${state.metricsText().trimEnd().split('\n').length} lines of metrics`);
state.close();
