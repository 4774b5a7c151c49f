// The loaded library: what needs no open state. Turns codes into errors and owns the memory that text comes out in.
'use strict';

const { resolve } = require('node:path');
const { ABI_VERSION, OpenFlag, Status } = require('./constants.js');
const { make, viewed, write } = require('./codec.js');
const { RemoraError } = require('./errors.js');
const { only } = require('./keys.js');
const { loadFunctions } = require('./loader.js');

const decoder = new TextDecoder();
const ERROR_TEXT = 16; // offset of the text in remora_error

class Library {
  constructor(options = {}) {
    const { path, native } = only('load', options);
    Object.assign(this, loadFunctions(path, native));
  }

  get abiVersion() {
    return this.raw.abi_version();
  }

  get version() {
    return this.text((buffer, capacity, needed) => this.raw.version_text(buffer, capacity, needed));
  }

  statusText(code) {
    return this.text((buffer, capacity, needed) => this.raw.status_text(code, buffer, capacity, needed));
  }

  structSize(name) {
    const size = viewed(4);
    this.check(this.raw.struct_size(terminated(name), size));
    return size.u32[0];
  }

  open(directory, options = {}) {
    const { State } = require('./state.js');
    only('open', options);
    const memory = write('remora_options', make('remora_options'), { abiVersion: ABI_VERSION, ...options, ...signing(options) });
    const text = Buffer.from(directory);
    const handle = viewed(8);
    this.call(this.raw.open, text, text.length, memory, handle);
    return new State(this, Number(handle.big[0]), resolve(directory));
  }

  /** Calls a function that ends in an error struct; throws what it explains there. */
  call(fn, ...parameters) {
    const error = make('remora_error');
    const code = fn(...parameters, error);
    if (code !== Status.OK) throw this.errorOf(code, error);
  }

  check(code, error) {
    if (code !== Status.OK) throw this.errorOf(code, error);
  }

  errorOf(code, error) {
    const said = error ? cString(error.subarray(ERROR_TEXT)) : '';
    return new RemoraError(said || this.clause(code), code, error ? error.i32[2] : 0);
  }

  clause(code) {
    const buffer = new Uint8Array(256);
    return this.raw.status_text(code, buffer, buffer.length, null) === Status.OK ? cString(buffer) : `status code ${code}`;
  }

  /** Calls fill(buffer, capacity, needed, error) until its text fits: it may grow between two calls. */
  text(fill, firstGuess = 256) {
    const needed = viewed(8);
    const error = make('remora_error');
    let size = firstGuess;
    for (let attempt = 0; ; ++attempt) {
      const buffer = new Uint8Array(size);
      const code = fill(buffer, size, needed, error);
      if (code === Status.OK) return cString(buffer);
      if (code !== Status.BUFFER || attempt === 8) throw this.errorOf(code, error);
      size = Math.ceil(Number(needed.big[0]) * 1.125);
    }
  }
}

function cString(bytes) {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Text for a function that reads up to a NUL: one inside would cut it unseen. */
function terminated(text) {
  if (text.includes('\0')) throw new TypeError('a name must not contain a NUL');
  return Buffer.from(`${text}\0`);
}

const loaded = new Map();

/** The library, loaded once for the thread. */
function load(options = {}) {
  only('load', options);
  const key = JSON.stringify([options.path, options.native, process.env.REMORA_LIBRARY, process.env.REMORA_NODE_KOFFI]);
  if (!loaded.has(key)) loaded.set(key, new Library(options));
  return loaded.get(key);
}

/** The part of the options that comes from a key of 32 bytes. */
function signing({ snapshotKey, flags = 0 }) {
  if (snapshotKey === undefined) return {};
  if (!(snapshotKey instanceof Uint8Array) || snapshotKey.length !== 32) throw new TypeError('snapshotKey must be 32 bytes');
  const bytes = Buffer.from(snapshotKey);
  return { flags: flags | OpenFlag.SNAPSHOT_KEY, snapshotKey: [0, 8, 16, 24].map((at) => bytes.readBigUInt64LE(at)) };
}

/** Opens a state directory with the library that is found, or options.library. */
function open(directory, { library, ...options } = {}) {
  return (library ?? load()).open(directory, options);
}

module.exports = { Library, load, open, terminated };
