// Every transcript that all host languages replay gives the recorded answers: see tests/conformance/README.md.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const remora = require('..');
const { Actions } = require('./conformance/actions.js');
const { CALLS, only, plain, smallBuffer, spelled } = require('./conformance/calls.js');
const { FOLDER, Words, atPath, difference, readJson } = require('./conformance/words.js');

const KEYS = 'call do on code with expect capacity repeat keep path text from to at xor mode is';
const OPTIONS = 'flags durability states ledgerSlots names syncIntervalNs abiVersion snapshotKey';

/** One transcript in a folder of its own. */
class Replay {
  words = new Words();
  states = new Map();
  library = remora.load();

  constructor(folder) {
    this.actions = new Actions(folder);
  }

  async play({ before = [], steps }) {
    for (const prelude of before) await this.play(readJson(path.join(FOLDER, `preludes/${prelude}.json`)));
    for (const [place, step] of steps.entries()) {
      for (let turn = 0; turn < (step.repeat ?? 1); ++turn) {
        this.words.variables.set('i', turn);
        try {
          await this.step(step);
        } catch (cause) {
          throw new Error(`step ${place + 1}: ${JSON.stringify(step)}: ${cause.message}`, { cause });
        }
      }
    }
  }

  async step({ keep = {}, ...rest }) {
    const step = this.words.resolve(only(rest, KEYS));
    const answer = 'do' in step ? await this.actions.act(step) : this.answer(step);
    const differs = difference(step.expect ?? {}, answer);
    if (differs) throw new Error(differs);
    for (const [name, place] of Object.entries(keep)) this.words.variables.set(name, atPath(answer, place));
  }

  /** The answer, also of a call that failed; throws when the code is not that of the step. */
  answer(step) {
    const [code, answer] = this.call(step);
    if (code !== (step.code ?? 0)) throw new Error(`answered ${code}, ${JSON.stringify(plain(answer), (_key, value) => String(value))}`);
    return plain(answer ?? {});
  }

  call({ call: name, with: given = {}, on = 'state', capacity }) {
    const state = this.states.get(on);
    const own = `on_${name}`;
    try {
      if (capacity !== undefined) return smallBuffer(state, this.library, name, spelled(given), capacity);
      if (this[own]) return [0, this[own](spelled(given), on)];
      if (!CALLS[name]) throw new Error(`no function is named ${name}`);
      return [0, CALLS[name](state, spelled(given), this.actions)];
    } catch (error) {
      if (!(error instanceof remora.RemoraError)) throw error;
      if (!error.message) throw new Error(`${name} failed without a text`);
      const { results, done, firstFailed } = error;
      const all = results && { done, firstFailed, decisions: results, rewards: results };
      return [error.status, all ?? error.decision ?? error.verdict ?? error.gate ?? {}];
    }
  }

  on_abi_version() {
    return { version: this.library.abiVersion };
  }

  on_version_text() {
    return { text: this.library.version };
  }

  on_status_text({ code }) {
    return { text: this.library.statusText(code) };
  }

  on_struct_size({ name }) {
    return { size: this.library.structSize(name) };
  }

  on_open({ directory, as = 'state', ...options }) {
    if (options.snapshotKey) options.snapshotKey = Buffer.from(options.snapshotKey, 'hex');
    this.states.set(as, this.library.open(this.actions.file(directory), only(options, OPTIONS)));
  }

  on_close(_given, on) {
    const state = this.states.get(on);
    const { handle } = state;
    try {
      state.close();
    } finally {
      state.handle = handle; // a transcript goes on calling with it
    }
  }

  async end() {
    await this.actions.do_release_lock();
    for (const on of this.states.keys()) this.call({ call: 'close', on });
  }
}

for (const name of Object.keys(process.env)) if (/^REMORA_(ENABLED|LEARNING|MODE)$/.test(name)) delete process.env[name];

const transcripts = fs.readdirSync(path.join(FOLDER, 'transcripts'), { recursive: true }).filter((file) => file.endsWith('.json')).sort();
for (const file of transcripts) {
  test(file.replace(/\.json$/, '').replace(/_/g, ' '), async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remora-'));
    const replay = new Replay(folder);
    t.after(async () => {
      await replay.end();
      fs.rmSync(folder, { recursive: true });
    });
    await replay.play(readJson(path.join(FOLDER, 'transcripts', file)));
  });
}

test('there are at least 60 transcripts', () => assert.ok(transcripts.length >= 60));

test('an answer that differs is told with its place', () => {
  assert.strictEqual(difference({ a: [1, { b: 2 }] }, { a: [1n, { b: 2 }], c: 3 }), '');
  assert.strictEqual(difference({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }), 'the answer.a.1.b is 3, expected 2');
  assert.match(difference({ flags: { lacks: 2 } }, { flags: 3 }), /expected {"lacks":2}/);
  assert.throws(() => difference({ flags: 1 }, {}), /has no flags/);
});
