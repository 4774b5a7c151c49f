// Between the C structs, as bytes, and the objects that hosts see: snake_case becomes camelCase; what hosts do not see is left out.
'use strict';

const structs = require('./structs.js');

const SIZES = { u32: 4, i32: 4, u64: 8, i64: 8, big_u64: 8, big_i64: 8, f64: 8, char: 1 };
const HIDDEN = /^(struct_size|reserved\d*)$/;
const HIGH = 0x100000000;

// Places are in words of 32 bits; see make() for the views.
const READ = {
  u32: (memory, at) => memory.u32[at],
  i32: (memory, at) => memory.i32[at],
  u64: (memory, at) => memory.u32[at] + memory.u32[at + 1] * HIGH,
  i64: (memory, at) => memory.u32[at] + memory.i32[at + 1] * HIGH,
  big_u64: (memory, at) => memory.big[at >> 1],
  big_i64: (memory, at) => BigInt.asIntN(64, memory.big[at >> 1]),
  f64: (memory, at) => memory.f64[at >> 1],
};

function putWord(memory, at, value, low, high, name) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < low || number > high) {
    throw new RangeError(`${name} is ${value}: must be ${low} .. ${high}`);
  }
  memory.u32[at] = number;
}

/** 64-bit numbers cross as they are: a fraction, or what is too large or negative, would become another one unseen. */
function putWide(memory, at, value, low, name) {
  if (typeof value === 'bigint') {
    const high = low === 0n ? 0xffffffffffffffffn : 0x7fffffffffffffffn;
    if (value < low || value > high) throw new RangeError(`${name} is ${value}: must be ${low} .. ${high}`);
    memory.big[at >> 1] = value;
    return;
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${name} is ${value}: give a safe integer or a BigInt`);
  if (low === 0n && number < 0) throw new RangeError(`${name} is ${value}: must be 0 .. 2^64 - 1`);
  memory.u32[at] = number % HIGH;
  memory.u32[at + 1] = Math.floor(number / HIGH);
}

const LOWEST = -0x8000000000000000n;
const WRITE = {
  u32: (memory, at, value, name) => putWord(memory, at, value, 0, 0xffffffff, name),
  i32: (memory, at, value, name) => putWord(memory, at, value, -0x80000000, 0x7fffffff, name),
  u64: (memory, at, value, name) => putWide(memory, at, value, 0n, name),
  i64: (memory, at, value, name) => putWide(memory, at, value, LOWEST, name),
  f64: (memory, at, value) => { memory.f64[at >> 1] = value; },
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
    const field = { name, key: camel(name), type, count: Number(count ?? 0), offset: at, size, inner,
      get: READ[type], put: WRITE[type] };
    at += size * Math.max(1, field.count);
    return field;
  });
  return { name: structName, fields, size: Math.ceil(at / alignment) * alignment, alignment };
}

const LAYOUTS = Object.fromEntries(Object.keys(structs).map((name) => [name, layout(name)]));
for (const each of Object.values(LAYOUTS)) {
  each.visible = each.fields.filter((field) => !HIDDEN.test(field.name) && field.type !== 'char' && !field.inner);
  each.byKey = new Map(each.fields.filter((field) => !HIDDEN.test(field.name)).map((field) => [field.key, field]));
  each.sized = each.fields[0].name === 'struct_size';
}

/** Memory for `count` structs, their sizes set. */
function make(structName, count = 1) {
  const { size } = LAYOUTS[structName];
  const memory = viewed(size * count);
  clear(structName, memory, count);
  return memory;
}

/** Bytes with views of them as numbers: new ones, or those of a buffer. Whole words of 64 bits. */
function viewed(bytes, buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8), at = 0) {
  const words = Math.ceil(bytes / 8);
  const memory = new Uint8Array(buffer, at, words * 8);
  memory.u32 = new Uint32Array(buffer, at, words * 2);
  memory.i32 = new Int32Array(buffer, at, words * 2);
  memory.big = new BigUint64Array(buffer, at, words);
  memory.f64 = new Float64Array(buffer, at, words);
  return memory;
}

/** Makes memory as new. */
function clear(structName, memory, count = 1) {
  const { size, sized } = LAYOUTS[structName];
  memory.u32.fill(0, 0, (size * count) >> 2);
  for (let i = 0; sized && i < count; ++i) memory.u32[(i * size) >> 2] = size;
  return memory;
}

/** Writes the fields that `values` has, by their camelCase names. */
function write(structName, memory, values, index = 0) {
  const { byKey, size } = LAYOUTS[structName];
  for (const key in values) {
    const value = values[key];
    const field = value === undefined || value === null ? undefined : byKey.get(key);
    if (field === undefined) continue;
    const at = (index * size + field.offset) >> 2;
    if (field.count === 0) field.put(memory, at, value, key);
    else for (let i = 0; i < value.length; ++i) field.put(memory, at + ((i * field.size) >> 2), value[i], key);
  }
  return memory;
}

/** The struct as an object. */
function read(structName, memory, index = 0) {
  const { visible, size } = LAYOUTS[structName];
  const result = {};
  for (const { key, get, count, offset, size: step } of visible) {
    const at = (index * size + offset) >> 2;
    result[key] = count === 0 ? get(memory, at) : Array.from({ length: count }, (_none, i) => get(memory, at + ((i * step) >> 2)));
  }
  return result;
}

module.exports = { LAYOUTS, WRITE, clear, make, read, viewed, write };
