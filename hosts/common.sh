# What the scripts share that run programs in several host languages. Sourced; `root` is the repository, `library` the library's file.

cache=${REMORA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/remora}

has() { command -v "$1" >/dev/null; }

# A tool is missing: said aloud, and a failure in CI.
missing() {
  echo "skipped: no $1"
  [[ ${CI:-} != true ]] || exit 1
}

# Puts a copy of the Node package, with its addon where that can be built, into node_modules of folder $1, and the programs $2... beside it.
prepare_node() {
  local folder=$1
  shift
  has node && [[ -d $cache/node/node_modules/koffi ]] || return
  rm -rf "$folder"
  mkdir -p "$folder/node_modules"
  cp -r "$root/hosts/node" "$folder/node_modules/remora"
  rm -rf "$folder/node_modules/remora/node_modules" "$folder/node_modules/remora/build"
  ln -s "$cache/node/node_modules" "$folder/node_modules/remora/node_modules"
  cp "$@" "$folder/"
  ! has "${CC:-cc}" || REMORA_INCLUDE=$root/include node "$folder/node_modules/remora/native/build.js"
}

# Builds the C extension of the Python package into a copy of it, in folder $2, for the interpreter $1.
prepare_python() {
  local include extension
  rm -rf "$2"
  cp -r "$root/hosts/python/src" "$2"
  include=$("$1" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
  extension=$("$1" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
  [[ -f $include/Python.h ]] && has "${CC:-cc}" || return
  "${CC:-cc}" -std=c11 -O2 -fPIC -shared "-I$include" "-I$root/include" "$2/remora/_native.c" -o "$2/remora/_native$extension"
}
