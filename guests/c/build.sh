#!/usr/bin/env bash
# Builds build/iban.wasm, a module of exported functions, and build/iban-command.wasm, a command. CLANG names another
# compiler. Debian 12: apt-get install clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

CLANG=${CLANG:-clang-14}
command -v "$CLANG" >/dev/null || { echo "build.sh: needs $CLANG" >&2; exit 3; }
mkdir -p build
# Compiled and linked in two steps: clang would run an installed wasm-opt if it saw -O while linking
compile=("$CLANG" --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -Werror -ffile-prefix-map="$PWD"=. -c iban.c)
"${compile[@]}" -o build/iban.o
"${compile[@]}" -DGUEST_COMMAND -o build/iban-command.o
"$CLANG" --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-debug build/iban.o -o build/iban.wasm
"$CLANG" --target=wasm32-wasi -Wl,--strip-debug build/iban-command.o -o build/iban-command.wasm
rm build/*.o
