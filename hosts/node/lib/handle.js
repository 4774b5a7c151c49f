// The open handle: its names, its end, and how the calls on it are made. The parts of State stand on it.
'use strict';

const { Kind, Status } = require('./constants.js');
const { LAYOUTS, make, read, viewed, write } = require('./codec.js');

class Handle {
  #ids = [];

  constructor(library, handle, directory) {
    this.library = library;
    this.handle = handle;
    this.directory = directory;
    this.raw = library.raw;
    this.callback = null;
  }

  get isOpen() {
    return this.handle !== 0;
  }

  /**
   * Closes the handle: waits for calls in flight on it, and syncs. Closing twice does nothing. Inside a log callback it
   * is refused (Status.STATE), and the state stays open.
   */
  close() {
    const closing = this.handle;
    this.handle = 0;
    if (closing === 0) return;
    try {
      this.library.call(this.raw.close, closing);
    } catch (refused) {
      if (refused.status === Status.STATE) this.handle = closing;
      throw refused;
    } finally {
      if (this.callback && !this.isOpen) {
        this.library.koffi.unregister(this.callback);
        this.callback = null;
      }
    }
  }

  /** The id of a name. Agents and rollouts must exist; other names are made at their first use. */
  idOf(kind, name) {
    if (typeof name !== 'string') return name ?? 0;
    const known = this.#ids[kind] ??= new Map();
    let id = known.get(name);
    if (id === undefined) {
      const asked = kind === Kind.AGENT || kind === Kind.ROLLOUT ? this.raw.find : this.raw.intern;
      id = this.askForId(asked, kind, name);
      known.set(name, id);
    }
    return id;
  }

  askForId(fn, kind, name) {
    const text = Buffer.from(name);
    return this.id((id) => this.call(fn, kind, text, text.length, id));
  }

  /** An id that ask(memory) has the library write. */
  id(ask) {
    const memory = viewed(4);
    ask(memory);
    return memory.u32[0];
  }

  call(fn, ...parameters) {
    this.library.call(fn, this.handle, ...parameters);
  }

  /** Calls fn(handle, ...parameters, struct, error) with a struct that begins with `values`; gives it as the library left it. */
  ask(structName, fn, values, ...parameters) {
    const memory = write(structName, make(structName), values);
    this.call(fn, ...parameters, memory);
    return read(structName, memory);
  }

  /** Walks a list of the library from place `start` on, a page at a time. */
  *pages(structName, start, fn) {
    const page = 64;
    const cursor = viewed(8);
    const count = viewed(4);
    cursor.big[0] = BigInt(start);
    for (;;) {
      const items = make(structName, page);
      this.library.check(fn(this.handle, cursor, items, LAYOUTS[structName].size, page, count));
      const written = count.u32[0];
      if (written === 0) return;
      for (let i = 0; i < written; ++i) yield read(structName, items, i);
    }
  }
}
if (Symbol.dispose) Handle.prototype[Symbol.dispose] = Handle.prototype.close;

module.exports = { Handle };
