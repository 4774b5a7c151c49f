#!/usr/bin/env bash
# Tests the Node package: types, then every test and transcript through koffi alone, and again with the addon where it can be built.
# Uses no network: script/setup has put the packages of package-lock.json into the cache.
#   hosts/node/test.sh LIBRARY
# Exit status 77: skipped, for want of a tool; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY"}")
modules=${REMORA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/remora}/node/node_modules
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"
command -v node >/dev/null || { missing node; exit 77; }
[[ -d $modules/koffi ]] || { missing "koffi in $modules: run script/setup"; exit 77; }

work=$root/build/hosts/node
rm -rf "$work"
mkdir -p "$work/node_modules"
cp -r "$root/hosts/node" "$work/node_modules/remora"
ln -s "$modules" "$work/node_modules/remora/node_modules"
cd "$work/node_modules/remora"

echo "== types"
node "$modules/typescript/bin/tsc" --strict --noEmit --module node16 --moduleResolution node16 --target es2022 --types node \
  --typeRoots "$modules/@types" test/types.ts

export REMORA_LIBRARY=$library REMORA_ROOT=$root
echo "== koffi"
REMORA_TEST_NATIVE=0 REMORA_NODE_KOFFI=1 node --test test/*.test.js

if ! command -v "${CC:-cc}" >/dev/null; then
  missing "C compiler: the addon is not tested"
else
  echo "== addon"
  REMORA_INCLUDE=$root/include node native/build.js
  REMORA_TEST_NATIVE=1 node --test test/*.test.js
fi
