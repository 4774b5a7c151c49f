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
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"

python=${REMORA_PYTHON:-python3}
has "$python" || { missing python3; exit 77; }
mkdir -p "$work"
workers=("c=$built/together_worker_c" "c++=$built/together_worker_cpp" "python=$python $here/worker.py")

if can_node; then
  prepare_node "$work/node" "$here/worker.mjs"
  workers+=("node=node $work/node/worker.mjs")
else
  missing "$no_node"
fi
if can_rust; then
  rust=$(build_rust together_worker)
  workers+=("rust=$rust")
else
  missing "$no_rust"
fi
if can_go; then
  build_go 0 "$root/hosts/go/internal/together" "$work/worker_go"
  workers+=("go=$work/worker_go")
else
  missing "$no_go"
fi

REMORA_LIBRARY=$library PYTHONPATH=$root/hosts/python/src PYTHONDONTWRITEBYTECODE=1 \
  "$python" "$here/together_test.py" "${workers[@]}"
