#!/usr/bin/env bash
# Prepares the programs of this folder in each language that is at hand, and runs them: see README.md. `script/bench hosts` calls it.
#   hosts/bench/run.sh LIBRARY FOLDER      FOLDER has the programs that CMake built
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY FOLDER"}")
built=$(realpath "${2:?"usage: $0 LIBRARY FOLDER"}")
here=$root/hosts/bench
work=$root/build/hosts/bench
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"

python=${REMORA_PYTHON:-python3}
has "$python" || { missing python3; exit 77; }
mkdir -p "$work"
programs=("C=$built/bench_c" "C++=$built/bench_cpp")

if can_rust; then
  rust=$(build_rust cost_at_the_border)
  programs+=("Rust=$rust")
else
  missing "$no_rust" >&2
fi
if can_go; then
  ! has "${CC:-cc}" || { build_go 1 "$root/hosts/go/internal/border" "$work/go_cgo" && programs+=("Go, cgo=$work/go_cgo"); }
  build_go 0 "$root/hosts/go/internal/border" "$work/go_purego"
  programs+=("Go, purego=$work/go_purego")
else
  missing "$no_go" >&2
fi
if can_node; then
  prepare_node "$work/node" "$here/bench.mjs"
  node="node --expose-gc --max-semi-space-size=128 $work/node/bench.mjs"
  programs+=("Node, koffi=REMORA_NODE_KOFFI=1 $node")
  [[ ! -f $work/node/node_modules/remora/build/remora.node ]] || programs+=("Node, addon=$node")
else
  missing "$no_node" >&2
fi
programs+=("Python, ctypes=REMORA_PYTHON_CTYPES=1 PYTHONPATH=$root/hosts/python/src $python $here/bench.py")
if can_extend_python "$python"; then
  prepare_python "$python" "$work/python"
  programs+=("Python, extension=PYTHONPATH=$work/python $python $here/bench.py")
else
  missing "C compiler or Python.h: the extension is not measured" >&2
fi

REMORA_LIBRARY=$library PYTHONPATH=$root/hosts/python/src PYTHONDONTWRITEBYTECODE=1 "$python" "$here/run.py" "$library" "${programs[@]}"
