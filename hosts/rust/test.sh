#!/usr/bin/env bash
# Tests the Rust crate: format, lints, documentation, then every test. Uses no network: script/setup has had cargo fetch the crates of Cargo.lock.
#   hosts/rust/test.sh LIBRARY
# Exit status 77: skipped, for want of a tool; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY"}")
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"
command -v cargo >/dev/null || { missing cargo; exit 77; }

cd "$root/hosts/rust"
export CARGO_TARGET_DIR=$root/build/hosts/rust
cargo fetch --quiet --locked --offline 2>/dev/null || { missing "crates of Cargo.lock in cargo's cache: run script/setup"; exit 77; }

echo "== format"
if cargo fmt --version >/dev/null 2>&1; then cargo fmt --check; else missing rustfmt; fi

echo "== lints"
if cargo clippy --version >/dev/null 2>&1; then
  cargo clippy --quiet --locked --offline --all-targets -- -D warnings
else
  missing clippy
fi

echo "== documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --offline --no-deps

echo "== tests"
REMORA_LIBRARY=$library cargo test --quiet --locked --offline
