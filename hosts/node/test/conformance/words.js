// The words of a transcript, and how an answer is held against what is expected: see tests/conformance/README.md.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('../support.js');

const FOLDER = path.join(ROOT, 'tests/conformance');
const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const { constants } = readJson(path.join(ROOT, 'abi/baseline/v1.json'));
const SECOND = 1000000000n;

/** Constants, times and the variables that a transcript keeps. */
class Words {
  variables = new Map();

  /** The value with all words, at any depth, replaced by what they stand for. */
  resolve(value) {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
  }

  #variable(name) {
    if (!this.variables.has(name)) throw new Error(`nothing was kept as $${name}`);
    return this.variables.get(name);
  }

  #text(given) {
    if (/^\$\w+$/.test(given)) return this.#variable(given.slice(1));
    const text = given.replace(/\$\{(\w+)\}/g, (_all, name) => String(this.#variable(name)));
    if (text.startsWith('REMORA_')) return text.split('|').reduce((sum, name) => sum + constant(name), 0);
    if (text.startsWith('0x')) return BigInt(text);
    if (/^@-?\d+$/.test(text)) return (1800000000n + BigInt(text.slice(1))) * SECOND;
    const [, number, unit] = /^%(\d+)(s|ms)$/.exec(text) ?? [];
    return number ? Number(number) * (unit === 's' ? 1e9 : 1e6) : text;
  }
}

function constant(name) {
  if (constants[name] === undefined) throw new Error(`no constant is named ${name}`);
  return constants[name];
}

/** The part of an answer at a path like "events.0.kind". */
function atPath(answer, place) {
  const found = place.split('.').reduce((part, key) => part?.[key], answer);
  if (found === undefined) throw new Error(`no ${place} in ${show(answer)}`);
  return found;
}

const show = (value) => JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? String(item) : item));
const is = (expected, answer) => difference(expected, answer) === '';
const bits = (value) => BigInt(value);

const MATCHERS = {
  near: (e, a) => Math.abs(Number(a) - Number(e.near)) <= e.within,
  at_least: (e, a) => a >= e.at_least,
  at_most: (e, a) => a <= e.at_most,
  not: (e, a) => !is(e.not, a),
  has: (e, a) => (bits(a) & bits(e.has)) === bits(e.has),
  lacks: (e, a) => (bits(a) & bits(e.lacks)) === 0n,
  contains: (e, a) => a.includes(e.contains),
  one_of: (e, a) => e.one_of.some((choice) => is(choice, a)),
  length: (e, a) => (typeof a === 'string' ? Buffer.byteLength(a) : a.length) === e.length,
  some: (e, a) => a.some((item) => is(e.some, item)),
  each: (e, a) => a.every((item) => is(e.each, item)),
};

/** Empty when the answer is as expected; else where and how it differs. */
function difference(expected, answer, place = 'the answer') {
  const differs = `${place} is ${show(answer)}, expected ${show(expected)}`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(answer) || answer.length !== expected.length) return differs;
    return expected.map((item, i) => difference(item, answer[i], `${place}.${i}`)).find(Boolean) ?? '';
  }
  if (typeof expected !== 'object' || expected === null) return same(expected, answer) ? '' : differs;
  const matcher = Object.keys(MATCHERS).find((name) => name in expected);
  if (matcher) return MATCHERS[matcher](expected, answer) ? '' : differs;
  for (const [key, item] of Object.entries(expected)) {
    if (answer?.[key] === undefined) throw new Error(`${place} has no ${key}: ${show(answer)}`);
    const found = difference(item, answer[key], `${place}.${key}`);
    if (found) return found;
  }
  return '';
}

/** Numbers are equal whether they are BigInts or not; fractions nearly so, as values are kept as floats. */
function same(expected, answer) {
  const fraction = [expected, answer].some((each) => typeof each === 'number' && !Number.isInteger(each));
  if (fraction) return Math.abs(Number(expected) - Number(answer)) <= 1e-6;
  return typeof expected === 'string' ? expected === answer : typeof answer !== 'string' && expected == answer; // eslint-disable-line eqeqeq
}

module.exports = { FOLDER, Words, atPath, difference, readJson };
