#!/usr/bin/env bash
#
# Rebuilds all runtimes of scripts from Debian's sources, as root; see toolchain.sh.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for script in wasm-runtime-*/src/main/wasm/build.sh; do
    "$script"
done
