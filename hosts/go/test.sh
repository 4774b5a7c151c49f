#!/usr/bin/env bash
# Tests the Go module: format, go vet, then every test with cgo and without, and all of it under the race detector. Uses no network:
# script/setup has put the modules of go.sum into the module cache.
#   hosts/go/test.sh LIBRARY
# Exit status 77: skipped, for want of a tool; in CI that is a failure.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=$(realpath "${1:?"usage: $0 LIBRARY"}")
# shellcheck source=hosts/common.sh
source "$root/hosts/common.sh"
command -v go >/dev/null || { missing go; exit 77; }
# The toolchain that is here is the one that is tested: none is downloaded.
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOPROXY=off GOWORK=off GOCACHE=$root/build/hosts/go
cd "$root/hosts/go"
[[ $(go env GOVERSION) =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 19)) || { missing "go 1.19 or later"; exit 77; }
go mod download 2>/dev/null || { missing "modules of hosts/go/go.sum in the module cache: run script/setup"; exit 77; }
for variable in "${!REMORA_@}"; do unset "$variable"; done
export REMORA_LIBRARY=$library REMORA_ROOT=$root

# Runs all tests, called through way $1, with the further arguments of go test.
run_tests() {
  local way=$1
  shift
  echo "== tests through $way $*"
  REMORA_TEST_WAY=$way go test -count=1 "$@" ./...
}

echo "== format"
unformatted=$(gofmt -l . ../../examples/go)
[[ -z $unformatted ]] || { echo "gofmt would change: $unformatted"; exit 1; }

echo "== vet"
export CGO_ENABLED=0
go vet ./...
(cd ../../examples/go/quickstart && go vet ./...)
GOOS=windows go vet . ./internal/raw
run_tests purego

if ! command -v "$(go env CC)" >/dev/null; then
  missing "C compiler: cgo and the race detector are not tested"
  exit
fi
export CGO_ENABLED=1
go vet ./...
run_tests cgo
run_tests cgo -race -short
run_tests purego -race -short -tags remora_purego
