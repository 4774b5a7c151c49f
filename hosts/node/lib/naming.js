// names.h: categories, agents, their variants, task types, labels, metrics.
'use strict';

const { Kind, VariantFlag, Status } = require('./constants.js');
const { terminated } = require('./library.js');
const { RemoraError } = require('./errors.js');
const { Handle } = require('./handle.js');
const { only } = require('./keys.js');
const { make, read, viewed, write } = require('./codec.js');

class Naming extends Handle {
  #variants = new Map();

  intern(kind, name) {
    return this.askForId(this.raw.intern, kind, name);
  }

  find(kind, name) {
    return this.askForId(this.raw.find, kind, name);
  }

  nameOf(id) {
    return this.library.text((...out) => this.raw.name_of(this.handle, id, ...out));
  }

  agentRegister(name, category = 0) {
    const text = Buffer.from(name);
    const group = this.idOf(Kind.CATEGORY, category);
    return this.id((id) => this.call(this.raw.agent_register, text, text.length, group, id));
  }

  variantRegister(agent, name, options = {}) {
    const { tier = 0, costMicros = 0, baseline = false, retired = false } = only('variant', options);
    const flags = (baseline ? VariantFlag.BASELINE : 0) | (retired ? VariantFlag.RETIRED : 0);
    const text = Buffer.from(name);
    const memory = write('remora_variant', make('remora_variant'),
      { agent: this.idOf(Kind.AGENT, agent), flags, tier, costMicros });
    this.call(this.raw.variant_register, text, text.length, memory);
    return variantOf(read('remora_variant', memory));
  }

  agentDefine(agent, variants) {
    const listed = terminated([variants].flat().join(','));
    return this.id((id) => this.call(this.raw.agent_define, terminated(agent), listed, id));
  }

  variantName(agent, variant) {
    const id = this.idOf(Kind.AGENT, agent);
    return this.library.text((buffer, capacity, needed) => this.raw.variant_name(this.handle, id, variant, buffer, capacity, needed));
  }

  /** The index of a variant within its agent, by its name. An index is given back as it is. */
  variantIndex(agent, variant) {
    if (typeof variant !== 'string') return variant ?? 0;
    const id = this.idOf(Kind.AGENT, agent);
    if (!this.#variants.has(`${id} ${variant}`)) {
      for (let index = this.agentInfo(id).variantCount - 1; index >= 0; --index) {
        this.#variants.set(`${id} ${this.variantName(id, index)}`, index);
      }
    }
    const index = this.#variants.get(`${id} ${variant}`);
    if (index === undefined) {
      throw new RemoraError(`${this.nameOf(id)} has no variant '${variant}'. Register it with variantRegister.`, Status.NOT_FOUND);
    }
    return index;
  }

  agentInfo(agent) {
    return this.ask('remora_agent', this.raw.agent_info, { agent: this.idOf(Kind.AGENT, agent) });
  }

  variantInfo(agent, variant) {
    const id = this.idOf(Kind.AGENT, agent);
    const place = { agent: id, variant: this.variantIndex(id, variant) };
    return variantOf(this.ask('remora_variant', this.raw.variant_info, place));
  }

  *listNames(kind) {
    const page = 64;
    const [cursor, count, ids] = [viewed(8), viewed(4), viewed(4 * page)];
    for (;;) {
      this.library.check(this.raw.list_names(this.handle, kind, cursor, ids, page, count));
      const written = count.u32[0];
      if (written === 0) return;
      for (let i = 0; i < written; ++i) yield ids.u32[i];
    }
  }
}

const variantOf = (raw) => ({ ...raw, blocked: raw.blocked !== 0 });

module.exports = { Naming };
