#!/usr/bin/env bash
# Tests the Python package: types, then every test through ctypes, and through the C extension where it can be built, from a wheel
# that carries the library. Uses no network.
#   hosts/python/test.sh LIBRARY
# REMORA_PYTHON  the interpreter (default: python3). Exit status 77: skipped, for want of a tool; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY"}")
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"
can() { "$1" -c "import $2" 2>/dev/null; }

python=${REMORA_PYTHON:-python3}
command -v "$python" >/dev/null || { missing python3; exit 77; }
# Of several interpreters, the system's may be the one with what wheels are built by.
if [[ -z ${REMORA_PYTHON:-} ]] && ! can "$python" setuptools,wheel && can /usr/bin/python3 setuptools,wheel; then
  python=/usr/bin/python3
fi

work=$root/build/hosts/python
rm -rf "$work"
mkdir -p "$work"
cp -r "$root/hosts/python/." "$work/source"
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=error::ResourceWarning

# Runs all tests with the package in folder $1; $2 is 1 for calls through the extension.
run_tests() {
  (cd "$root/hosts/python/tests" &&
    PYTHONPATH=$1 REMORA_LIBRARY=$library REMORA_TEST_NATIVE=$2 "$python" -m unittest discover -p 'test_*.py')
}

if [[ -n ${REMORA_MYPY:=$(command -v mypy || true)} ]]; then
  echo "== types"
  (cd "$root/hosts/python" && "$REMORA_MYPY" --strict --cache-dir "$work/mypy" src/remora ../../examples/python)
elif can /usr/bin/python3 mypy; then
  echo "== types"
  (cd "$root/hosts/python" && /usr/bin/python3 -m mypy --strict --cache-dir "$work/mypy" src/remora)
else
  missing mypy
fi

echo "== ctypes"
run_tests "$root/hosts/python/src" 0

if ! can "$python" setuptools,wheel; then
  missing "setuptools and wheel: the C extension is not tested"
elif ! command -v "${CC:-cc}" >/dev/null || ! [[ -f $("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h ]]; then
  missing "C compiler or Python.h: the C extension is not tested"
else
  echo "== wheel with C extension and library"
  (cd "$work/source" && REMORA_INCLUDE=$root/include REMORA_BUNDLE=$library "$python" -c \
    'from setuptools import build_meta; build_meta.build_wheel("../wheel")' >"$work/wheel.log" 2>&1) ||
    { cat "$work/wheel.log"; exit 1; }
  "$python" -m zipfile -e "$work"/wheel/remora-*.whl "$work/installed"
  echo "the wheel carries:" && env -u REMORA_LIBRARY PYTHONPATH="$work/installed" "$python" -c \
    'import remora; library = remora.load(native=True); print(library); assert "installed/remora/lib/" in library.path'
  run_tests "$work/installed" 1
fi
