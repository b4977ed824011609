#!/usr/bin/env bash
#
# Rebuilds the runtime of Python from Debian's source package of CPython and its package of the time zones.
#
#   build.sh            as root; installs the toolchain when it is not there, see runtimes/toolchain.sh
#   OUT=<folder>        where the module and its description go; default: the resources of this Maven module
#   KEEP=1              goes on from the objects of the last build

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../../../runtimes/toolchain.sh"

version=3.13.5-2+deb13u5
orig=debian/pool/main/p/python3.13/python3.13_3.13.5.orig.tar.xz
sha256=93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640
# Of the package tzdata: the rules of the time zones as text
zones_version=2026f-0+deb13u1
zones_sha256=adf7e5b6f7b7768d418d9e03fab049da56a905207c78b71ff6a51b8925fac550

toolchain_with libc-bin tzdata
if [[ -z "${KEEP:-}" ]]; then
    workspace python
    unpack "$(fetch "$orig" "$sha256")"
    cp "$here/cpython.patch" "$work/"
    run 'patch -s -p1 -d src <cpython.patch'
else
    inside=/build/python${WASM_RUNTIMES_SUFFIX:-} work=$toolchain/build/python${WASM_RUNTIMES_SUFFIX:-}
fi
sha256sum --quiet --check - <<<"$zones_sha256  $toolchain/usr/share/zoneinfo/tzdata.zi" >&2 ||
    say "The time zones are not those of $zones_version, which the committed module was built with"
cp "$here"/*.{c,py} "$runtimes"/*.h "$work/"
run '
map="-ffile-prefix-map=$PWD=."
mkdir -p wasi && cd wasi
export CC="clang-19 --target=wasm32-wasi" CPP="clang-cpp-19 --target=wasm32-wasi" AR=llvm-ar-19 RANLIB=llvm-ranlib-19
export CONFIG_SITE=$PWD/../src/Tools/wasm/config.site-wasm32-wasi PKG_CONFIG=false OPT="-DNDEBUG -Oz -w $map"
[ -e Makefile ] || ../src/configure --host=wasm32-unknown-wasi --build=x86_64-linux-gnu --with-build-python=/usr/bin/python3 \
  --disable-test-modules --with-ensurepip=no --without-pymalloc --prefix=/usr >configure.log 2>&1
make -j"$JOBS" libpython3.13.a Modules/_decimal/libmpdec/libmpdec.a Modules/expat/libexpat.a Modules/_hacl/libHacl_Hash_SHA2.a >make.log 2>&1
cd ..
# The built-in modules that a sandbox has no use for are left out
grep -vE "\"(_codecs_(cn|hk|iso2022|jp|kr|tw)|_multibytecodec|_lsprof|select|_socket|faulthandler|_tracemalloc)\"" wasi/Modules/config.c >inittab.c
rm -rf zones
zic -b slim -d "$PWD/zones" /usr/share/zoneinfo/tzdata.zi
python3 freeze.py src/Lib zones prelude.py .
flags="--target=wasm32-wasi -Oz -w -fno-ident $map -I. -Isrc/Include -Iwasi -Isrc/Include/internal"
clang-19 $flags -c reactor.c -o reactor.o
clang-19 $flags -DPy_BUILD_CORE -c inittab.c -o inittab.o
clang-19 --target=wasm32-wasi -mexec-model=reactor reactor.o inittab.o wasi/libpython3.13.a wasi/Modules/_decimal/libmpdec/libmpdec.a \
  wasi/Modules/_hacl/libHacl_Hash_SHA2.a wasi/Modules/expat/libexpat.a -o python.raw.wasm -ldl -lm -lwasi-emulated-signal \
  -lwasi-emulated-getpid -lwasi-emulated-process-clocks -Wl,-z,stack-size=4194304 -Wl,--stack-first
wasm-opt --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int -Oz --strip-debug --strip-producers \
  python.raw.wasm -o python.wasm
'
install_module python "$work/python.wasm" 'extensions=py' 'version=3.13.5 (CPython)' 'source.package=python3.13' \
    "source.version=$version" "source.sha256=$sha256" "source.zones=tzdata $zones_version" "source.zones.sha256=$zones_sha256" 'licence=PSF-2.0'
