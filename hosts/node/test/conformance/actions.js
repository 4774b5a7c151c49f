// What a transcript does beside calls: see "Other steps" of tests/conformance/README.md.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { unitKey } = require('../..');
const { FOLDER } = require('./words.js');

/** The steps with `do`, in one transcript's folder. */
class Actions {
  /** Lines of the log, gathered by log_callback. */
  lines = [];
  #lockHolder = null;

  constructor(folder) {
    this.folder = folder;
  }

  /** Carries a step out; gives its answer where it has one. */
  async act(step) {
    const action = this[`do_${step.do}`];
    if (!action) throw new Error(`no such action: ${step.do}`);
    return (await action.call(this, step)) ?? {};
  }

  file(name) {
    return path.join(this.folder, name);
  }

  do_make_folder({ path: name }) {
    fs.mkdirSync(this.file(name), 0o700);
  }

  do_write_file({ path: name, text }) {
    fs.rmSync(this.file(name), { force: true });
    fs.writeFileSync(this.file(name), text, { mode: 0o600 });
  }

  do_copy_file({ from, to }) {
    const temporary = `${this.file(to)}.new`;
    fs.copyFileSync(this.file(from), temporary);
    fs.chmodSync(temporary, 0o600);
    fs.renameSync(temporary, this.file(to));
  }

  do_damage({ path: name, at, xor }) {
    const content = fs.readFileSync(this.file(name));
    content[at < 0 ? content.length + at : at] ^= xor;
    fs.writeFileSync(this.file(name), content, { flag: 'r+' });
  }

  do_link({ path: name, to }) {
    fs.symlinkSync(this.file(to), this.file(name));
  }

  do_permit({ path: name, mode }) {
    fs.chmodSync(this.file(name), parseInt(mode, 8));
  }

  do_exists({ path: name, is }) {
    if (fs.existsSync(this.file(name)) !== is) throw new Error(`${name} exists: ${!is}`);
  }

  async do_hold_lock({ path: name }) {
    this.#lockHolder = spawn('python3', [path.join(FOLDER, 'hold_lock.py'), this.file(name)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = await once(this.#lockHolder.stdout, 'data');
    if (String(said) !== 'held\n') throw new Error(`${name} could not be locked`);
  }

  async do_release_lock() {
    const holder = this.#lockHolder;
    this.#lockHolder = null;
    if (!holder) return;
    holder.stdin.end();
    await once(holder, 'exit');
  }

  do_unit_key({ text }) {
    return { key: unitKey(text) };
  }

  do_gathered_log() {
    const gathered = { count: this.lines.length, text: this.lines.join('\n') };
    this.lines.length = 0;
    return gathered;
  }
}

module.exports = { Actions };
