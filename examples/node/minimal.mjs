// The smallest host in Node.
//
//   npm install hosts/node
//   REMORA_LIBRARY=build/release/lib/libremora.so node examples/node/minimal.mjs
import * as remora from 'remora';

const state = remora.open('remora-state');
state.agentDefine('backend-architect', ['careful', 'quick']);
const task = state.task({ agent: 'backend-architect', taskType: 'api-design' });
console.log(`run as ${task.variantName}`); // here the agent works
task.report({ success: true });
task.dispose(); // or: using task = ...
state.close();
