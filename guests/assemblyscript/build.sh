#!/usr/bin/env bash
# Builds build/card.wasm, a module of exported functions, and build/card-command.wasm, a command. Needs Node.js from 20
# on, and npm install before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

command -v npm >/dev/null || { echo "build.sh: needs npm" >&2; exit 3; }
[[ -e node_modules/.bin/asc ]] || { echo "build.sh: needs the compiler: npm install" >&2; exit 3; }
npm run --silent build
