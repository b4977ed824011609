#!/bin/sh
# Builds the hostile modules: the .wat files beside this script, and what generate.py writes.
#
#   ./build.sh           writes ../../resources/hostile/*.wasm
#   ./build.sh --check   writes nothing; fails when one differs, is missing or has no source
#
# Exit: 0 done, 1 out of step or a source that does not build, 3 a tool is absent.
# The bytes are those of Debian 12: apt-get install wabt python3-minimal
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
modules=$here/../../resources/hostile

for tool in wat2wasm python3; do
	if ! command -v "$tool" >/dev/null 2>&1; then
		echo "build.sh: $tool is not on the PATH; install it with: apt-get install wabt python3-minimal" >&2
		exit 3
	fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

python3 "$here/generate.py" "$out"
for source in "$here"/*.wat; do
	name=$(basename "$source" .wat)
	module=$out/$name.wasm
	[ ! -e "$module" ] || continue
	case $name in
	atomic_wait_forever) wat2wasm --enable-threads "$source" -o "$module" ;;
	loop_tail_call_indirect) wat2wasm --enable-tail-call "$source" -o "$module" ;;
	*) wat2wasm "$source" -o "$module" ;;
	esac
done

if [ "${1-}" = --check ]; then
	status=0
	for built in "$out"/*.wasm; do
		name=$(basename "$built")
		cmp -s "$built" "$modules/$name" || { echo "out of step: $name" >&2; status=1; }
	done
	for module in "$modules"/*.wasm; do
		name=$(basename "$module")
		[ -e "$out/$name" ] || { echo "no source: $name" >&2; status=1; }
	done
	exit $status
fi

mkdir -p "$modules"
cp "$out"/*.wasm "$modules"
