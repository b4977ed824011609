#!/usr/bin/env bash
# Builds build/table.wasm, a module of exported functions, and build/table-command.wasm, a command. CLANG names another
# compiler. Debian 12: apt-get install clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 libc++-14-dev-wasm32
# libc++abi-14-dev-wasm32
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

CLANG=${CLANG:-clang++-14}
command -v "$CLANG" >/dev/null || { echo "build.sh: needs $CLANG" >&2; exit 3; }
echo '#include <string>' | "$CLANG" --target=wasm32-wasi -x c++ -fsyntax-only - 2>/dev/null ||
    { echo "build.sh: needs the C++ library for WebAssembly, libc++-14-dev-wasm32" >&2; exit 3; }
mkdir -p build
# Compiled and linked in two steps: clang would run an installed wasm-opt if it saw -O while linking
compile=("$CLANG" --target=wasm32-wasi -std=c++17 -Os -fno-exceptions -Wall -Wextra -Werror
    -ffile-prefix-map="$PWD"=. -c table.cpp)
"${compile[@]}" -o build/table.o
"${compile[@]}" -DGUEST_COMMAND -o build/table-command.o
"$CLANG" --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-debug build/table.o -o build/table.wasm
"$CLANG" --target=wasm32-wasi -Wl,--strip-debug build/table-command.o -o build/table-command.wasm
rm build/*.o
