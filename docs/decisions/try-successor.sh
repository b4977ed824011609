#!/usr/bin/env bash
# Tries the successor of the engine in a copy of this project: renames packages and coordinates there, and runs the
# tests. Nothing is changed here. See 0023-the-engine-stays.md.
#
# Usage: docs/decisions/try-successor.sh [VERSION] [ARGUMENTS FOR MAVEN]
#   VERSION    of run.endive, 1.2.0 unless given
#   ARGUMENTS  "test -pl wasm-spring-boot-autoconfigure -am" unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version="${1:-1.2.0}"
shift || true
arguments=("$@")
if [[ ${#arguments[@]} == 0 ]]; then
  arguments=(test -pl wasm-spring-boot-autoconfigure -am)
fi

copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"

cd "$copy"
mapfile -t files < <(grep -rlE 'com[./]dylibso[./]chicory' --include='*.java' --include='pom.xml' .)
sed -i -E 's|com\.dylibso\.chicory|run.endive|g; s|com/dylibso/chicory|run/endive|g' "${files[@]}"
# Their base exception changed its name with the project
sed -i -E 's/\bChicoryException\b/EndiveException/g; s/\bChicoryInterruptedException\b/EndiveInterruptedException/g' "${files[@]}"
sed -i "s|<chicory.version>.*</chicory.version>|<chicory.version>$version</chicory.version>|" pom.xml
printf '== %d files renamed for run.endive %s\n' "${#files[@]}" "$version"
./mvnw -B -ntp spring-javaformat:apply -q
./mvnw -B -ntp "${arguments[@]}"
