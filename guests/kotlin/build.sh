#!/usr/bin/env bash
# Builds build/letter.wasm, a module of exported functions, and build/letter-command.wasm, a command.
# Needs a JDK from 17 on and Maven, which MAVEN names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

MAVEN=${MAVEN:-mvn}
command -v java >/dev/null && command -v "$MAVEN" >/dev/null || { echo "build.sh: needs a JDK and Maven" >&2; exit 3; }
$MAVEN -q -B -ntp package ${MAVEN_ARGUMENTS:-}
mkdir -p build
java Functions.java target/wasm/functions.wasm build/letter.wasm
cp target/wasm/command.wasm build/letter-command.wasm
