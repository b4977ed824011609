#!/bin/sh
# Builds the test fixtures: every .wat beside this script, and the broken modules that no assembler makes.
#
#   ./build.sh           writes ../resources/fixtures/*.wasm
#   ./build.sh --check   writes nothing; fails when a fixture differs, is missing or has no source
#
# Exit: 0 done, 1 out of step or a source that does not assemble, 2 wrong usage, 3 wat2wasm or clang-14 is absent.
# The bytes are those of wat2wasm 1.0.32 and clang 14.0.6 (Debian 12: apt-get install wabt clang-14 lld-14).
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
fixtures=$here/../resources/fixtures

case ${1-} in
'' | --check) [ $# -le 1 ] || { echo "usage: build.sh [--check]" >&2; exit 2; } ;;
*) echo "usage: build.sh [--check]" >&2; exit 2 ;;
esac
if ! command -v wat2wasm >/dev/null 2>&1; then
	echo "build.sh: wat2wasm is not on the PATH; install it with: apt-get install wabt" >&2
	exit 3
fi
if ! command -v clang-14 >/dev/null 2>&1 || ! command -v wasm-ld-14 >/dev/null 2>&1; then
	echo "build.sh: clang-14 or wasm-ld-14 is not on the PATH; install them with: apt-get install clang-14 lld-14" >&2
	exit 3
fi
version=$(wat2wasm --version)
[ "$version" = 1.0.32 ] || echo "build.sh: wat2wasm is $version, the fixtures were made with 1.0.32" >&2

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# expand FILE NAME TEXT TIMES: the file with its placeholder (;NAME;) replaced by TEXT, so many times.
expand() {
	awk -v mark="(;$2;)" -v text="$3" -v times="$4" '
		(at = index($0, mark)) {
			printf "%s", substr($0, 1, at - 1)
			for (i = 0; i < times; i++) printf "%s ", text
			$0 = substr($0, at + length(mark))
		}
		{ print }' "$1"
}

# assemble FILE [OPTION]: what the source called $name assembles to.
assemble() {
	wat2wasm "$@" -o "$out/$name.wasm" || exit 1
}

for source in "$here"/*.wat; do
	name=$(basename "$source" .wat)
	case $name in
	large_table) expand "$source" entries '$f0 $f1 $f2 $f3' 2500 | assemble - ;;
	spin_interpreted) expand "$source" calls '(call $nothing)' 16000 | assemble - ;;
	huge_function) expand "$source" calls '(call $nothing)' 4000 | assemble - --debug-names ;;
	duplicate_export | invalid_body | reference_undeclared | segment_undeclared) assemble "$source" --no-check ;;
	shared_memory | memory_bounds | fence) assemble "$source" --enable-threads ;;
	memory64) assemble "$source" --enable-memory64 ;;
	two_memories) assemble "$source" --enable-multi-memory ;;
	uncaught | legacy_exceptions) assemble "$source" --enable-exceptions ;;
	*) assemble "$source" ;;
	esac
done

# With debug information of both versions that compilers write. In two steps: a clang that is asked to optimise while it
# links would run wasm-opt where that is installed.
for dwarf in 4 5; do
	(cd "$here" && clang-14 --target=wasm32 -nostdlib -O1 "-gdwarf-$dwarf" "-ffile-prefix-map=$here=." \
		-c lines.c -o "$out/lines.o" && wasm-ld-14 --no-entry "$out/lines.o" -o "$out/lines_dwarf$dwarf.wasm") || exit 1
done

# The first half of a good module.
head -c "$(($(wc -c <"$out/echo.wasm") / 2))" "$out/echo.wasm" >"$out/truncated.wasm"
# A component (WebAssembly component model, layer 1) with an empty custom section.
printf '\000asm\015\000\001\000\000\002\001x' >"$out/component.wasm"
# A script under the wrong name.
printf '#!/bin/sh\necho hello\n' >"$out/bad_magic.wasm"
# A core module of a version that does not exist.
printf '\000asm\002\000\000\000' >"$out/bad_version.wasm"
# A core module that declares a garbage-collected structure, which this assembler does not know.
printf '\000asm\001\000\000\000\001\005\001\137\001\177\001' >"$out/gc_types.wasm"
# A memory section without a memory, which this assembler does not write, and a function that answers 42.
printf '\000asm\001\000\000\000\001\005\001\140\000\001\177\003\002\001\000\005\001\000\007\007\001\003run\000\000\012\006\001\004\000\101\052\013' >"$out/empty_memory_section.wasm"
# No bytes at all.
: >"$out/empty.wasm"

if [ "${1-}" = --check ]; then
	status=0
	for built in "$out"/*.wasm; do
		name=$(basename "$built")
		cmp -s "$built" "$fixtures/$name" || { echo "out of step: $name" >&2; status=1; }
	done
	for fixture in "$fixtures"/*.wasm; do
		name=$(basename "$fixture")
		[ -e "$out/$name" ] || { echo "no source: $name" >&2; status=1; }
	done
	exit $status
fi

mkdir -p "$fixtures"
cp "$out"/*.wasm "$fixtures"
