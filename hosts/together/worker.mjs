// The worker of README.md in Node.
import * as readline from 'node:readline';
import * as remora from 'remora';

const state = remora.open(process.argv[2]);
const agent = state.find(remora.Kind.AGENT, 'backend-architect');
const taskType = state.intern(remora.Kind.TASK_TYPE, 'api-design');

const COMMANDS = {
  work(count) {
    let acknowledged = 0;
    for (let i = 0; i < Number(count); ++i) {
      state.recordResult(state.route({ agent, taskType }).decisionId, i % 10 !== 0, 1_000_000);
      acknowledged += 1;
    }
    return `worked ${acknowledged}`;
  },
  route(count) {
    const chosen = [0, 0];
    let off = 0;
    for (let i = 0; i < Number(count); ++i) {
      const { decisionId, variant, flags } = state.route({ agent, taskType });
      state.recordOutcome({ decisionId, abandoned: true });
      chosen[variant] += 1;
      off += flags & remora.DecisionFlag.CONTROL_OFF ? 1 : 0;
    }
    return `routed ${chosen[0]} ${chosen[1]} ${off}`;
  },
  block(variant) {
    state.variantBlock(agent, variant);
    return 'done';
  },
  unblock(variant) {
    state.variantUnblock(agent, variant);
    return 'done';
  },
  control(position) {
    state.controlSet({ enabled: position === 'on' });
    return 'done';
  },
  generation() {
    return `generation ${state.statsGet().generation}`;
  },
};

function answer(line) {
  const [command, argument] = line.split(' ');
  if (!Object.hasOwn(COMMANDS, command)) return `error no such command: ${command}`;
  try {
    return COMMANDS[command](argument);
  } catch (error) {
    if (error instanceof remora.RemoraError) return `error ${error.message}`;
    throw error;
  }
}

process.stdout.write('ready\n');
for await (const line of readline.createInterface({ input: process.stdin })) process.stdout.write(`${answer(line)}\n`);
state.close();
