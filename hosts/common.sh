# What the scripts share that run programs in several host languages. Sourced; `root` is the repository, `library` the library's file.

cache=${REMORA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/remora}

has() { command -v "$1" >/dev/null; }

# A tool is missing: said aloud, and a failure in CI.
missing() {
  echo "skipped: no $1"
  [[ ${CI:-} != true ]] || exit 1
}

# Whether a language has all that its programs need; what is missing otherwise.
no_node="node, or koffi in $cache/node: run script/setup"
can_node() { has node && [[ -d $cache/node/node_modules/koffi ]]; }
no_rust="cargo, or crates in its cache: run script/setup"
can_rust() { has cargo && cargo fetch --quiet --locked --offline --manifest-path "$root/hosts/rust/Cargo.toml" 2>/dev/null; }
no_go="go, or modules in its cache: run script/setup"
can_go() { has go && (cd "$root/hosts/go" && in_go go mod download 2>/dev/null); }

in_go() { env GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOPROXY=off GOWORK=off "GOCACHE=$root/build/hosts/go" "$@"; }

# Puts a copy of the Node package, with its addon where a compiler is at hand, into node_modules of folder $1, and the programs $2... beside it.
prepare_node() {
  local folder=$1
  shift
  rm -rf "$folder"
  mkdir -p "$folder/node_modules"
  cp -r "$root/hosts/node" "$folder/node_modules/remora"
  rm -rf "$folder/node_modules/remora/node_modules" "$folder/node_modules/remora/build"
  ln -s "$cache/node/node_modules" "$folder/node_modules/remora/node_modules"
  cp "$@" "$folder/"
  ! has "${CC:-cc}" || REMORA_INCLUDE=$root/include node "$folder/node_modules/remora/native/build.js" >/dev/null
}

# Whether the C extension of the Python package can be built for the interpreter $1.
can_extend_python() {
  [[ -f $("$1" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h ]] && has "${CC:-cc}"
}

# Builds it into a copy of the package, in folder $2.
prepare_python() {
  local include extension
  rm -rf "$2"
  cp -r "$root/hosts/python/src" "$2"
  include=$("$1" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
  extension=$("$1" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
  "${CC:-cc}" -std=c11 -O2 -fPIC -shared "-I$include" "-I$root/include" "$2/remora/_native.c" -o "$2/remora/_native$extension"
}

# Builds example $1 of the Rust crate and prints its path.
build_rust() {
  CARGO_TARGET_DIR=$root/build/hosts/rust cargo build --quiet --release --locked --offline --manifest-path "$root/hosts/rust/Cargo.toml" \
    --example "$1" || return  # set -e does not reach into $(...)
  echo "$root/build/hosts/rust/release/examples/$1"
}

# Builds the Go program in folder $2 to file $3; $1 is 1 through cgo, 0 without.
build_go() { (cd "$2" && CGO_ENABLED=$1 in_go go build -o "$3" .); }
