#!/usr/bin/env bash
#
# Rebuilds the runtime of Ruby from Debian's source packages of mruby and Oniguruma: the same bytes in whatever folder.
#
#   build.sh            as root; installs the toolchain when it is not there, see runtimes/toolchain.sh
#   OUT=<folder>        where the module and its description go; default: the resources of this Maven module
#   KEEP=1              goes on from the objects of the last build

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../../../runtimes/toolchain.sh"

version=3.3.0-1
orig=debian/pool/main/m/mruby/mruby_3.3.0.orig.tar.gz
sha256=53088367e3d7657eb722ddfacb938f74aed1f8538b3717fe0b6eb8f58402af65
oniguruma_version=6.9.9-1
oniguruma_orig=debian/pool/main/libo/libonig/libonig_6.9.9.orig.tar.gz
oniguruma_sha256=001aa1202e78448f4c0bf1a48c76e556876b36f16d92ce3207eccfd61d99f2a0

toolchain_with rake gcc libc6-dev
if [[ -z "${KEEP:-}" ]]; then
    workspace ruby
    unpack "$(fetch "$orig" "$sha256")"
    mkdir -p "$work/oniguruma"
    tar -xf "$(fetch "$oniguruma_orig" "$oniguruma_sha256")" -C "$work/oniguruma" --strip-components=1
    cp "$here/mruby.patch" "$work/"
    run 'patch -s -p1 -d src <mruby.patch'
else
    inside=/build/ruby${WASM_RUNTIMES_SUFFIX:-} work=$toolchain/build/ruby${WASM_RUNTIMES_SUFFIX:-}
fi
cp -rp "$here"/{*.c,*.rb,gem} "$runtimes"/*.h "$work/"
run '
export WORK=$PWD ONIGURUMA=$PWD/oniguruma
export MRUBY_DEFINES="-DMRB_INT64 -DMRB_UTF8_STRING -DMRB_CALL_LEVEL_MAX=10000 -DMRB_STR_LENGTH_MAX=0 -DMRB_ARY_LENGTH_MAX=0 -DMRB_HEAP_PAGE_SIZE=128 -DMRB_NESTED_MAX='"${NESTED:-120}"'"
printf "#define HAVE_ALLOCA 1\n#define HAVE_ALLOCA_H 1\n#define HAVE_STDINT_H 1\n#define HAVE_SYS_TIME_H 1\n#define HAVE_SYS_TYPES_H 1\n#define HAVE_UNISTD_H 1\n#define SIZEOF_INT 4\n#define SIZEOF_LONG 4\n#define SIZEOF_LONG_LONG 8\n#define SIZEOF_VOIDP 4\n" >oniguruma/src/config.h
(cd src && MRUBY_CONFIG=$WORK/wasi.rb rake -j"$JOBS" >../mruby.log 2>&1)
flags="--target=wasm32-wasi -Os -w -fno-ident -ffile-prefix-map=$PWD=. -mllvm -wasm-enable-sjlj"
for f in regparse regcomp regexec regenc regerror regext regsyntax regversion st unicode unicode_unfold_key unicode_fold1_key unicode_fold2_key unicode_fold3_key ascii utf8 onig_init; do
  clang-19 $flags -DHAVE_CONFIG_H -DONIG_DISABLE_DIRECT_THREADING -Ioniguruma/src -c oniguruma/src/$f.c -o onig-$f.o
done
clang-19 $flags $MRUBY_DEFINES -I. -Isrc/include -Isrc/build/wasi/include -c reactor.c -o reactor.o
clang-19 --target=wasm32-wasi -mexec-model=reactor reactor.o onig-*.o src/build/wasi/lib/libmruby.a -o ruby.raw.wasm -lsetjmp -lwasi-emulated-signal \
  -lwasi-emulated-process-clocks -lwasi-emulated-mman -Wl,-z,stack-size=1310720 -Wl,--stack-first
wasm-opt --enable-exception-handling --enable-reference-types --enable-bulk-memory --enable-multivalue --enable-sign-ext --enable-mutable-globals \
  --enable-nontrapping-float-to-int --translate-to-exnref -Oz --strip-debug --strip-producers ruby.raw.wasm -o ruby.wasm
'
install_module ruby "$work/ruby.wasm" 'extensions=rb' 'version=3.3.0 (mruby)' 'source.package=mruby' "source.version=$version" \
    "source.sha256=$sha256" "source.regexp=libonig $oniguruma_version" "source.regexp.sha256=$oniguruma_sha256" 'licence=MIT, BSD-2-Clause'
