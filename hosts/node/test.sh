#!/usr/bin/env bash
# Tests the Node package: types, then every test. Uses no network: script/setup has put the packages of package-lock.json into the cache.
#   hosts/node/test.sh LIBRARY
# Exit status 77: skipped, for want of a tool; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY"}")
modules=${REMORA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/remora}/node/node_modules

missing() {
  echo "skipped: no $1"
  [[ ${CI:-} != true ]] || exit 1
  exit 77
}
command -v node >/dev/null || missing node
[[ -d $modules/koffi ]] || missing "koffi in $modules: run script/setup"

work=$root/build/hosts/node
rm -rf "$work"
mkdir -p "$work/node_modules"
cp -r "$root/hosts/node" "$work/node_modules/remora"
ln -s "$modules" "$work/node_modules/remora/node_modules"
cd "$work/node_modules/remora"

echo "== types"
node "$modules/typescript/bin/tsc" --strict --noEmit --module node16 --moduleResolution node16 --target es2022 --types node \
  --typeRoots "$modules/@types" test/types.ts

echo "== tests"
REMORA_LIBRARY=$library REMORA_ROOT=$root node --test test/*.test.js
