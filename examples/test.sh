#!/usr/bin/env bash
# Runs the examples that every language has, and holds what they say and the README's snippets against each other: examples_test.py.
#   examples/test.sh LIBRARY FOLDER      FOLDER has the examples that CMake built
# REMORA_EXAMPLES_OF  the languages (default: all). One without its tools is named and left out; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY FOLDER"}")
built=$(realpath "${2:?"usage: $0 LIBRARY FOLDER"}")
here=$root/examples
work=$root/build/hosts/examples
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"

python=${REMORA_PYTHON:-python3}
has "$python" || { missing python3; exit 77; }
mkdir -p "$work"
export REMORA_LIBRARY=$library PYTHONPATH=$root/hosts/python/src PYTHONDONTWRITEBYTECODE=1

programs=()
for language in ${REMORA_EXAMPLES_OF:-c cpp rust go node python}; do
  case $language in
    c | cpp) programs+=("$language=$built/$language/{}") ;;
    rust)
      can_rust || { missing "$no_rust"; continue; }
      minimal=$(build_rust minimal)
      build_rust quickstart >/dev/null
      programs+=("rust=$(dirname "$minimal")/{}")
      ;;
    go)
      can_go || { missing "$no_go"; continue; }
      for example in minimal quickstart; do build_go 0 "$here/go/$example" "$work/go_$example"; done
      programs+=("go=$work/go_{}")
      ;;
    node)
      can_node || { missing "$no_node"; continue; }
      prepare_node "$work/node" "$here/node/minimal.mjs" "$here/node/quickstart.mjs"
      programs+=("node=node $work/node/{}.mjs")
      ;;
    python) programs+=("python=$python $here/python/{}.py") ;;
  esac
done
"$python" "$here/examples_test.py" "${programs[@]}"
