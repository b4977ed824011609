#!/usr/bin/env bash
# Builds build/imagesize.wasm, a module of exported functions, and build/imagesize-command.wasm, a command.
# Debian 13: apt-get install swiftlang clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

command -v swiftc clang-19 wasm-ld-19 >/dev/null || { echo "build.sh: needs swiftc, clang-19 and lld-19" >&2; exit 3; }
rm -rf build && mkdir build
objects=build/objects && mkdir $objects
# Swift 6.0 calls destructors with another convention on WebAssembly than it makes them with: the branch for Swift's
# own is taken in a copy of its header.
shims=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")/lib/swift/shims/EmbeddedShims.h
sed 's/__has_feature(swiftasynccc)/1/' "$shims" >$objects/EmbeddedShims.h
cat >$objects/overlay.yaml <<YAML
{"version":0,"roots":[{"type":"file","name":"$shims","external-contents":"$PWD/$objects/EmbeddedShims.h"}]}
YAML
swift=(swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -swift-version 6 -wmo
    -parse-as-library -O -Xcc -fdeclspec -I Platform -Xfrontend -disable-stack-protector
    -vfsoverlay $objects/overlay.yaml -module-cache-path $objects/cache -file-prefix-map "$PWD"=.)
"${swift[@]}" -module-name ImageSize -c Guest.swift ImageSize.swift Functions.swift -o $objects/functions.o
"${swift[@]}" -module-name ImageSize -c Guest.swift ImageSize.swift Command.swift -o $objects/command.o
clang-19 --target=wasm32-wasi -Os -c Platform/platform.c -o $objects/platform.o
link=(clang-19 --target=wasm32-wasi -Wl,--strip-debug $objects/platform.o)
"${link[@]}" -mexec-model=reactor $objects/functions.o -o build/imagesize.wasm
"${link[@]}" $objects/command.o -o build/imagesize-command.wasm
rm -rf $objects
