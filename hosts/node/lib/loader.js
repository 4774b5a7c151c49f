// Finds the library, loads it through koffi (and the addon, where there is one), and checks that this package can use it.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { ABI_MAJOR, ABI_MINOR, Status } = require('./constants.js');
const { LAYOUTS, make } = require('./codec.js');
const { RemoraError } = require('./errors.js');
const functions = require('./functions.js');
const { Mailbox, byAddon, byKoffi } = require('./mailbox.js');

const NAMES = { win32: ['remora.dll'], darwin: ['libremora.1.dylib', 'libremora.dylib'] }[process.platform] ?? [
  'libremora.so.1',
  'libremora.so',
];

/** Whether the environment comes from somebody who may do less than this process. */
function hasMoreRightsThanItsCaller() {
  return !!process.geteuid && (process.getuid() !== process.geteuid() || process.getgid() !== process.getegid());
}

/** What to try, each with where it comes from. What is given but cannot be loaded is an error: no other copy runs unnoticed. */
function candidates(given, packageFolder = path.join(__dirname, '..')) {
  if (given) return { names: [[given, 'given by the host']], advice: 'Correct the path that the host passes' };
  const variable = hasMoreRightsThanItsCaller() ? '' : process.env.REMORA_LIBRARY;
  if (variable) return { names: [[variable, 'from REMORA_LIBRARY']], advice: 'Correct or unset REMORA_LIBRARY' };
  const beside = ['prebuilt', '.'].flatMap((folder) => NAMES.map((name) => path.join(packageFolder, folder, name)));
  return {
    names: [
      ...beside.filter((file) => fs.existsSync(file)).map((file) => [file, 'beside the package']),
      ...NAMES.map((name) => [name, "in the system's search"]),
    ],
    advice: "Pass the library's path, set REMORA_LIBRARY to it, or install it where the system searches",
  };
}

function openLibrary(koffi, given) {
  const { names, advice } = candidates(given);
  const tried = [];
  for (const [name, origin] of names) {
    try {
      return { library: koffi.load(name), name };
    } catch (reason) {
      tried.push(`${name} (${origin}): ${reason.message}`);
    }
  }
  throw new RemoraError(`Remora could not be loaded. Tried ${tried.join('; ')}. ${advice}.`, Status.NOT_FOUND);
}

function find(library, signature, explain) {
  try {
    return library.func(signature);
  } catch {
    throw new RemoraError(explain, Status.FORMAT);
  }
}

function checkVersion(library, name) {
  const version = find(library, 'int32_t remora_abi_version()',
    `${name} is not a Remora library: it has no function remora_abi_version. Check the path.`)();
  if (version >> 16 !== ABI_MAJOR || (version & 0xffff) < ABI_MINOR) {
    throw new RemoraError(
      `${name} has ABI version ${version >> 16}.${version & 0xffff}, but this package needs ${ABI_MAJOR}.${ABI_MINOR} or a ` +
        `later ${ABI_MAJOR}.x. Install a Remora with that ABI, or the package that belongs to this one.`, Status.VERSION);
  }
}

/** All functions by their short names. Pointers are memory of the caller's (a Uint8Array) or null. */
function resolve(koffi, library, name) {
  const resolved = {};
  const logFunction = koffi.pointer(koffi.proto('void (void *user, int32_t level, void *text, uint64_t size)'));
  for (const [short, parameters] of Object.entries(functions)) {
    const types = parameters.map((type) => typeFor(type, logFunction));
    try {
      resolved[short] = library.func(`remora_${short}`, 'int32_t', types);
    } catch {
      throw new RemoraError(`${name} lacks the function remora_${short}, which every library of its ABI version has. ` +
        'Install it anew.', Status.FORMAT);
    }
  }
  resolved.logFunction = logFunction;
  return resolved;
}

function typeFor(type, logFunction) {
  if (type === 'remora_log_function') return logFunction;
  if (type.endsWith('*')) return 'void *';
  return type === 'remora_id' ? 'uint32_t' : type;
}

/** A struct that the library knows to be shorter than this package does: the two do not belong together. */
function checkSizes(raw, name) {
  for (const { name: struct, size } of Object.values(LAYOUTS)) {
    const known = make('remora_safety_query'); // any memory of four bytes
    if (raw.struct_size(Buffer.from(`${struct}\0`), known) !== Status.OK) continue; // stands inside another
    if (known.u32[0] < size) {
      throw new RemoraError(`${name} has a ${struct} of ${known.u32[0]} bytes, this package one of ${size}. ` +
        'Install library and package of one version.', Status.FORMAT);
    }
  }
}

/** Where the addon is, when one was built or comes with the package. */
function findAddon(packageFolder = path.join(__dirname, '..')) {
  const places = [path.join('build', 'remora.node'), path.join('prebuilt', `${process.platform}-${process.arch}`, 'remora.node')];
  return places.map((place) => path.join(packageFolder, place)).find((file) => fs.existsSync(file));
}

/** The hot functions by the addon: asked for (true), left out (false), or taken where they can be had (undefined). */
function hotFunctions(name, buffer, native = process.env.REMORA_NODE_KOFFI ? false : undefined, addon = findAddon()) {
  if (native === false || (!addon && !native)) return undefined;
  try {
    if (!addon) throw new Error('it was not built');
    return require(addon).load(name, buffer);
  } catch (reason) {
    if (!native) return undefined;
    throw new RemoraError(`The addon of this package cannot be used: ${reason.message}. Install a C compiler and run ` +
      '`npm run build` in the package, or leave out native: true.', Status.UNSUPPORTED);
  }
}

/** The functions of the library that is found, where it was found, and whether the addon makes the hot calls. */
function loadFunctions(given, native) {
  const koffi = require('koffi');
  const { library, name } = openLibrary(koffi, given);
  checkVersion(library, name);
  const raw = resolve(koffi, library, name);
  checkSizes(raw, name);
  const box = new Mailbox();
  const addon = hotFunctions(name, box.buffer, native);
  return { raw, koffi, path: name, native: addon !== undefined, box, hot: addon ? byAddon(box, addon) : byKoffi(box, raw) };
}

module.exports = { loadFunctions, candidates, findAddon, hotFunctions };
