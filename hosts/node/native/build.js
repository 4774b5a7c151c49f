// Builds the optional addon, build/remora.node, with the system's C compiler: `npm run build`. Nothing needs it; it makes the hot calls
// cheaper. Exits with 1, saying what is missing, when it cannot be built.
//
// CC                    the compiler (default: cc)
// REMORA_INCLUDE        folder with remora/remora_loader.h (default: the repository's include folder, then the system's)
// REMORA_NODE_INCLUDE   folder with node_api.h (default: beside this node, then the system's, then those that npm or koffi keep)
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const here = path.join(__dirname, '..');

function koffiFolder() {
  try {
    return path.dirname(require.resolve('koffi/package.json'));
  } catch {
    return undefined;
  }
}

/** The first folder that has the file; exits when none has. */
function folderWith(file, given, folders) {
  const tried = given ? [given] : folders.filter(Boolean);
  const found = tried.find((folder) => fs.existsSync(path.join(folder, file)));
  if (!found) {
    console.error(`no ${file} in ${tried.join(', ')}`);
    process.exit(1);
  }
  return found;
}

const koffi = koffiFolder();
const nodeHeaders = folderWith('node_api.h', process.env.REMORA_NODE_INCLUDE, [
  path.join(path.dirname(fs.realpathSync(process.execPath)), '..', 'include', 'node'),
  '/usr/include/node',
  '/usr/local/include/node',
  path.join(os.homedir(), '.cache', 'node-gyp', process.versions.node, 'include', 'node'),
  koffi && path.join(koffi, 'vendor', 'node-api-headers', 'include'),
]);
const remoraHeaders = folderWith('remora/remora_loader.h', process.env.REMORA_INCLUDE,
  [path.join(here, '..', '..', 'include'), '/usr/local/include', '/usr/include']);

const built = path.join(here, 'build', 'remora.node');
fs.mkdirSync(path.dirname(built), { recursive: true });
const shared = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
const { status, error } = spawnSync(process.env.CC || 'cc', ['-std=c11', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra',
  ...shared, `-I${nodeHeaders}`, `-I${remoraHeaders}`, path.join(__dirname, 'remora.c'), '-o', built], { stdio: 'inherit' });
if (error || status !== 0) {
  console.error(error ? `the compiler could not be started: ${error.message}` : 'the compiler failed');
  process.exit(1);
}
console.log(built);
