// The raw declarations are what the headers say: a change of either that the other does not follow fails here.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const remora = require('..');
const { LAYOUTS } = require('../lib/codec.js');
const functions = require('../lib/functions.js');
const { KEYS } = require('../lib/keys.js');
const { ROOT } = require('./support.js');

const baseline = JSON.parse(fs.readFileSync(path.join(ROOT, 'abi/baseline/v1.json'), 'utf8'));
const C_TYPES = { u32: 'uint32_t', i32: 'int32_t', u64: 'uint64_t', i64: 'int64_t', big_u64: 'uint64_t', big_i64: 'int64_t',
  f64: 'double', char: 'char' };

test('functions are those of functions.def in its order', () => {
  const text = fs.readFileSync(path.join(ROOT, 'include/remora/functions.def'), 'utf8');
  const listed = [...text.matchAll(/^F\((\w+), \d+, \w+, \((.*)\)\)$/gm)].map(([, name, parameters]) => [name,
    parameters === 'void' ? [] : parameters.split(', ').map((each) => each.replace(/const /, '').replace(/ \w+$/, ''))]);
  assert.ok(listed.length > 40);
  assert.deepStrictEqual(Object.entries(functions), listed);
});

test('structs have the fields, types and offsets of the headers', () => {
  assert.deepStrictEqual(Object.keys(LAYOUTS).sort(), Object.keys(baseline.structs).sort());
  for (const [name, recorded] of Object.entries(baseline.structs)) {
    const { fields, size, alignment } = LAYOUTS[name];
    assert.deepStrictEqual({ size, alignment }, { size: recorded.size, alignment: recorded.alignment }, name);
    const here = fields.map((field) => [field.name, (C_TYPES[field.type] ?? field.type) + (field.count ? `[${field.count}]` : ''),
      field.offset]);
    const there = Object.entries(recorded.fields).map(([field, { type, offset }]) => [field, type.replace('remora_id', 'uint32_t'), offset]);
    assert.deepStrictEqual(here, there, name);
  }
});

test('struct sizes are those that the loaded library knows', () => {
  for (const [name, { size }] of Object.entries(LAYOUTS)) {
    if (name !== 'remora_rollout_stage') assert.strictEqual(remora.load().structSize(name), size, name);
  }
});

test('constants are those of the headers', () => {
  const prefixes = { Status: 'E_', RolloutState: 'ROLLOUT_', RolloutReason: 'ROLLOUT_', RolloutCommand: 'ROLLOUT_', ReplayMode: 'REPLAY_' };
  const here = { REMORA_OK: remora.Status.OK };
  for (const [name, value] of Object.entries(remora)) {
    if (typeof value === 'number' && !name.startsWith('ABI_')) here[`REMORA_${name}`] = value;
    if (typeof value !== 'object') continue;
    const prefix = prefixes[name] ?? `${name.replace(/(Flag|Kind|Reason)$/, (end) => (name === end ? end : ''))
      .replace(/(?<=.)([A-Z])/g, '_$1').toUpperCase()}_`;
    for (const [key, number] of Object.entries(value)) {
      if (name !== 'Status' || key !== 'OK') here[`REMORA_${prefix}${key}`] = number;
    }
  }
  assert.deepStrictEqual(here, baseline.constants);
});

test('import and require give the same', async () => {
  const imported = await import('remora');
  assert.deepStrictEqual(Object.keys(imported).filter((name) => name !== 'default').sort(), Object.keys(remora).sort());
  assert.strictEqual(imported.State, remora.State);
});

test('types name every constant and every method', () => {
  const types = ['index', 'constants'].map((name) => fs.readFileSync(require.resolve(`../lib/${name}.d.ts`), 'utf8')).join('');
  for (const name of Object.keys(remora)) assert.match(types, new RegExp(`\\b${name}\\b`), name);
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const ofLibrary = { abi_version: 'abiVersion', version_text: 'version', status_text: 'statusText', struct_size: 'structSize', open: 'open' };
  const declared = [...types.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => snake(name));
  for (const name of Object.keys(functions)) assert.ok(declared.includes(name) || ofLibrary[name], `${name} is left out`);
});

test('keys that are taken are those of the types', () => {
  const folder = path.join(__dirname, '../lib/values');
  const types = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('');
  const keysOf = (name) => {
    const [, parent, body] = new RegExp(`export interface ${name} (?:extends (\\w+) )?\\{\\n(.*?)^\\}`, 'ms').exec(types);
    return [...(parent ? keysOf(parent) : []), ...[...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key]) => key)];
  };
  for (const [kind, name] of [['task', 'Task'], ['outcome', 'Outcome'], ['stage', 'Stage'], ['replay', 'ReplayRequest']]) {
    assert.deepStrictEqual([...KEYS[kind]].sort(), keysOf(name).sort(), name);
  }
  assert.deepStrictEqual(KEYS.open.filter((key) => key !== 'library').sort(), keysOf('OpenOptions').sort());
});
