#!/usr/bin/env bash
# Builds build/diff.wasm, a module of exported functions, and build/diff-command.wasm, a command. RUSTC and CARGO name
# other compilers than those on the PATH. Debian 12: apt-get install cargo libstd-rust-dev-wasm32 lld-14
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

RUSTC=${RUSTC:-rustc} CARGO=${CARGO:-cargo}
command -v "$RUSTC" "$CARGO" >/dev/null || { echo "build.sh: needs cargo" >&2; exit 3; }
# The target had another name before Rust 1.78
for target in wasm32-wasip1 wasm32-wasi; do
    [[ ! -d $("$RUSTC" --print target-libdir --target "$target" 2>/dev/null) ]] || break
    [[ $target != wasm32-wasi ]] || { echo "build.sh: needs the target: rustup target add wasm32-wasip1" >&2; exit 3; }
done
flags=$'--remap-path-prefix='"$PWD"$'=.\x1f--remap-path-prefix='"$HOME"$'=.'
# rustup has a linker of its own, Debian takes that of LLVM
linker=$(ls "$("$RUSTC" --print sysroot)"/lib/rustlib/*/bin/rust-lld 2>/dev/null || compgen -c wasm-ld | sort | head -1)
flags+=$'\x1f-C\x1flinker='"$linker"$'\x1f-C\x1flinker-flavor=wasm-ld'
RUSTC=$RUSTC CARGO_ENCODED_RUSTFLAGS=$flags "$CARGO" build --quiet --offline --release --target "$target" --target-dir target
mkdir -p build
cp "target/$target/release/diff.wasm" build/
cp "target/$target/release/diff-command.wasm" build/
