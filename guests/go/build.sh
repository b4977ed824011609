#!/usr/bin/env bash
# Builds build/salary.wasm, a module of exported functions, and build/salary-command.wasm, a command.
# Needs Go 1.24 or newer; on Debian 13: apt-get install golang-go
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

command -v go >/dev/null || { echo "build.sh: needs Go 1.24 or newer" >&2; exit 3; }
[[ $(printf 'go1.24\n%s\n' "$(go env GOVERSION)" | sort -V | head -1) == go1.24 ]] ||
    { echo "build.sh: needs Go 1.24 or newer, this is $(go env GOVERSION)" >&2; exit 3; }
export GOOS=wasip1 GOARCH=wasm GOFLAGS="-trimpath -buildvcs=false"
go build -buildmode=c-shared -ldflags="-s -w -buildid=" -o build/salary.wasm .
go build -ldflags="-s -w -buildid=" -o build/salary-command.wasm .
