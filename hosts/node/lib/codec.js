// Between the C structs, as bytes, and the objects that hosts see: snake_case becomes camelCase; what hosts do not see is left out.
'use strict';

const structs = require('./structs.js');

const SIZES = { u32: 4, i32: 4, u64: 8, i64: 8, big_u64: 8, big_i64: 8, f64: 8, char: 1 };
const HIDDEN = /^(struct_size|reserved\d*)$/;
const READ = {
  u32: (view, at) => view.getUint32(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u64: (view, at) => view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000,
  i64: (view, at) => Number(view.getBigInt64(at, true)),
  big_u64: (view, at) => view.getBigUint64(at, true),
  big_i64: (view, at) => view.getBigInt64(at, true),
  f64: (view, at) => view.getFloat64(at, true),
};

/** A whole number for a 64-bit field; a fraction or an unsafe number would become another one unseen. */
function big(value, name) {
  if (typeof value === 'bigint') return value;
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is ${value}: give a safe integer or a BigInt`);
  return BigInt(value);
}

function inRange(value, low, high, name) {
  if (!Number.isInteger(value) || value < low || value > high) throw new RangeError(`${name} is ${value}: must be ${low} .. ${high}`);
  return value;
}

/** Unsigned 64-bit numbers cross as they are; a negative or larger one would wrap around. */
function unsigned(value, name) {
  const whole = big(value, name);
  if (whole < 0n || whole > 0xffffffffffffffffn) throw new RangeError(`${name} is ${value}: must be 0 .. 2^64 - 1`);
  return whole;
}

const WRITE = {
  u32: (view, at, value, name) => view.setUint32(at, inRange(Number(value), 0, 0xffffffff, name), true),
  i32: (view, at, value, name) => view.setInt32(at, inRange(Number(value), -0x80000000, 0x7fffffff, name), true),
  u64: (view, at, value, name) => view.setBigUint64(at, unsigned(value, name), true),
  i64: (view, at, value, name) => view.setBigInt64(at, big(value, name), true),
  f64: (view, at, value) => view.setFloat64(at, value, true),
};
WRITE.big_u64 = WRITE.u64;
WRITE.big_i64 = WRITE.i64;

const camel = (name) => name.replace(/_(\w)/g, (_all, letter) => letter.toUpperCase());

/** Lays a struct out by the rules of C: each field at a multiple of its size. */
function layout(structName) {
  let at = 0;
  let alignment = 1;
  const fields = structs[structName].map((declaration) => {
    const [, name, type, count] = /^(\w+) (\w+?)(?:\[(\d+)\])?$/.exec(declaration);
    const inner = structs[type] ? layout(type) : undefined;
    const size = inner ? inner.size : SIZES[type];
    const step = inner ? inner.alignment : size;
    at = Math.ceil(at / step) * step;
    alignment = Math.max(alignment, step);
    const field = { name, key: camel(name), type, count: Number(count ?? 0), offset: at, size, inner };
    at += size * Math.max(1, field.count);
    return field;
  });
  return { name: structName, fields, size: Math.ceil(at / alignment) * alignment, alignment };
}

const LAYOUTS = Object.fromEntries(Object.keys(structs).map((name) => [name, layout(name)]));
for (const each of Object.values(LAYOUTS)) {
  each.visible = each.fields.filter((field) => !HIDDEN.test(field.name) && field.type !== 'char' && !field.inner);
}

/** Memory for `count` structs, their sizes set. */
function make(structName, count = 1) {
  const { size, fields } = LAYOUTS[structName];
  const memory = new Uint8Array(size * count);
  const view = new DataView(memory.buffer);
  for (let i = 0; i < count && fields[0].name === 'struct_size'; ++i) view.setUint32(i * size, size, true);
  memory.view = view;
  return memory;
}

/** Writes the fields that `values` has, by their camelCase names. */
function write(structName, memory, values, index = 0) {
  const { fields, size } = LAYOUTS[structName];
  for (const field of fields) {
    const value = values[field.key];
    const at = index * size + field.offset;
    if (value === undefined || value === null || HIDDEN.test(field.name)) continue;
    if (!field.count) WRITE[field.type](memory.view, at, value, field.key);
    else value.forEach((item, i) => WRITE[field.type](memory.view, at + i * field.size, item, field.key));
  }
  return memory;
}

/** The struct as an object. */
function read(structName, memory, index = 0) {
  const { visible, size } = LAYOUTS[structName];
  const result = {};
  for (const field of visible) {
    const get = READ[field.type];
    const at = index * size + field.offset;
    result[field.key] = field.count
      ? Array.from({ length: field.count }, (_none, i) => get(memory.view, at + i * field.size))
      : get(memory.view, at);
  }
  return result;
}

module.exports = { LAYOUTS, make, write, read };
