#!/usr/bin/env bash
#
# Rebuilds the runtime of JavaScript from Debian's source package of QuickJS: the same bytes in whatever folder.
#
#   build.sh            as root; installs the toolchain when it is not there, see runtimes/toolchain.sh
#   OUT=<folder>        where the module and its description go; default: the resources of this Maven module

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../../../runtimes/toolchain.sh"

version=2025.04.26-1
orig=debian/pool/main/q/quickjs/quickjs_2025.04.26.orig.tar.xz
sha256=ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe

toolchain_with
workspace javascript
unpack "$(fetch "$orig" "$sha256")"
cp "$here"/*.{c,js,patch} "$runtimes"/*.h "$work/"
run '
patch -s -p1 -d src <quickjs.patch
flags="--target=wasm32-wasi -mcpu=generic -O2 -w -fwrapv -fno-ident -ffile-prefix-map=$PWD=. -I. -Isrc
  -D_GNU_SOURCE -DEMSCRIPTEN -DCONFIG_VERSION=\"2025-04-26\" -D_WASI_EMULATED_SIGNAL '"${FLAGS:-}"'"
for f in src/{quickjs,libregexp,libunicode,cutils,dtoa}.c reactor.c; do
  clang-19 $flags -c "$f" -o "$(basename "$f" .c).o"
done
# No -O here: with it clang would run whatever wasm-opt is installed
clang-19 --target=wasm32-wasi -mexec-model=reactor *.o -o javascript.wasm -lwasi-emulated-signal \
  -Wl,-z,stack-size=1310720 -Wl,--stack-first -Wl,--strip-all
'
install_module javascript "$work/javascript.wasm" 'extensions=js,mjs' 'version=ES2023 (QuickJS 2025-04-26)' \
    'source.package=quickjs' "source.version=$version" "source.sha256=$sha256" 'licence=MIT'
