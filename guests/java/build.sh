#!/usr/bin/env bash
# Builds build/duedate.wasm, a module of exported functions, and build/duedate-command.wasm, a command.
# Needs Maven, which MAVEN names, and a JDK 17 to 23: TeaVM 0.10 does not read the classes of newer ones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

MAVEN=${MAVEN:-mvn}
command -v java >/dev/null && command -v "$MAVEN" >/dev/null || { echo "build.sh: needs a JDK and Maven" >&2; exit 3; }
version=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')
((version >= 17 && version <= 23)) || { echo "build.sh: needs a JDK 17 to 23, this is $version" >&2; exit 3; }
$MAVEN -q -B -ntp package ${MAVEN_ARGUMENTS:-}
mkdir -p build
java Functions.java target/wasm/functions.wasm build/duedate.wasm
cp target/wasm/command.wasm build/duedate-command.wasm
