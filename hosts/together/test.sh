#!/usr/bin/env bash
# Runs together_test.py with a worker in each language that is at hand.
#   hosts/together/test.sh LIBRARY FOLDER      FOLDER has the workers that CMake built
# A language without its tools is named and left out; in CI that is a failure. Exit status 77: no Python to run the test with.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY FOLDER"}")
built=$(realpath "${2:?"usage: $0 LIBRARY FOLDER"}")
here=$root/hosts/together
work=$root/build/hosts/together
cache=${REMORA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/remora}

missing() {
  echo "skipped: no $1"
  [[ ${CI:-} != true ]] || exit 1
}
has() { command -v "$1" >/dev/null; }

python=${REMORA_PYTHON:-python3}
has "$python" || { missing python3; exit 77; }
mkdir -p "$work"
workers=("c=$built/together_worker_c" "c++=$built/together_worker_cpp" "python=$python $here/worker.py")

# A copy of the package, with its addon where that can be built, and the worker beside it.
if ! has node || [[ ! -d $cache/node/node_modules/koffi ]]; then
  missing "node, or koffi in $cache/node: run script/setup"
else
  rm -rf "$work/node"
  mkdir -p "$work/node/node_modules"
  cp -r "$root/hosts/node" "$work/node/node_modules/remora"
  ln -s "$cache/node/node_modules" "$work/node/node_modules/remora/node_modules"
  cp "$here/worker.mjs" "$work/node/"
  ! has "${CC:-cc}" || REMORA_INCLUDE=$root/include node "$work/node/node_modules/remora/native/build.js"
  workers+=("node=node $work/node/worker.mjs")
fi

REMORA_LIBRARY=$library PYTHONPATH=$root/hosts/python/src PYTHONDONTWRITEBYTECODE=1 \
  "$python" "$here/together_test.py" "${workers[@]}"
