// What the tests share: a state directory that goes away, with an agent in it.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const remora = require('..');

// Small, so that a test makes its state quickly; but the ledger holds every decision of a test, so that none can be too old to report
// when a thread has to wait.
const SMALL = { states: 256, ledgerSlots: 65536, names: 256 };

function withState(t, options = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remora-'));
  const state = remora.open(path.join(folder, 'state'), { ...SMALL, ...options });
  const agent = state.agentDefine('backend-architect', ['careful', 'quick']);
  t.after(() => {
    state.close();
    fs.rmSync(folder, { recursive: true });
  });
  return { state, agent, folder };
}

const ROOT = process.env.REMORA_ROOT;
module.exports = { withState, ROOT, SMALL };
