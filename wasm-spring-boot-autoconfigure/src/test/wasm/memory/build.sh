#!/bin/sh
# Builds the guests of the memory's tests: the .wat files and compute.c beside this script.
#
#   ./build.sh           writes ../../resources/memory/*.wasm
#   ./build.sh --check   writes nothing; fails when one differs
#
# Exit: 0 done, 1 out of step or a source that does not build, 3 a tool is absent.
# The bytes are those of Debian 12: apt-get install wabt clang-14 lld-14
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
guests=$here/../../resources/memory

for tool in wat2wasm clang-14 wasm-ld-14; do
	if ! command -v "$tool" >/dev/null 2>&1; then
		echo "build.sh: $tool is not on the PATH; install it with: apt-get install wabt clang-14 lld-14" >&2
		exit 3
	fi
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

for source in "$here"/*.wat; do
	wat2wasm --enable-threads --enable-multi-memory "$source" -o "$out/$(basename "$source" .wat).wasm"
done
# In two steps: a clang that is asked to optimise while it links would run wasm-opt where that is installed
clang-14 --target=wasm32 -O2 -fno-builtin -mbulk-memory -ffreestanding -c "$here/compute.c" -o "$out/compute.o"
wasm-ld-14 --no-entry --strip-debug "$out/compute.o" -o "$out/compute.wasm"
rm "$out/compute.o"

if [ "${1-}" = --check ]; then
	status=0
	for built in "$out"/*.wasm; do
		name=$(basename "$built")
		cmp -s "$built" "$guests/$name" || { echo "out of step: $name" >&2; status=1; }
	done
	exit $status
fi

mkdir -p "$guests"
cp "$out"/*.wasm "$guests"
