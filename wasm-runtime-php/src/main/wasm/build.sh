#!/usr/bin/env bash
#
# Rebuilds the runtime of PHP from Debian's source package of PHP: the same bytes in whatever folder.
#
#   build.sh            as root; installs the toolchain when it is not there, see runtimes/toolchain.sh
#   OUT=<folder>        where the module and its description go; default: the resources of this Maven module
#   KEEP=1              goes on from the objects of the last build

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../../../runtimes/toolchain.sh"

version=8.4.24-1~deb13u1
orig=debian/pool/main/p/php8.4/php8.4_8.4.24.orig.tar.xz
sha256=e127be09a8506f4327c5cfa78a614b00d210714484ec215ce0011b4a03c00731

toolchain_with
if [[ -z "${KEEP:-}" ]]; then
    workspace php
    unpack "$(fetch "$orig" "$sha256")"
    cp "$here/php.patch" "$work/"
    run 'patch -s -p1 -d src <php.patch'
else
    inside=/build/php${WASM_RUNTIMES_SUFFIX:-} work=$toolchain/build/php${WASM_RUNTIMES_SUFFIX:-}
fi
cp -rp "$here"/{*.c,*.php,stub} "$runtimes"/*.h "$work/"
run '
map="-ffile-prefix-map=$PWD=. -fno-ident"
emulated="-lwasi-emulated-signal -lwasi-emulated-mman -lwasi-emulated-getpid -lwasi-emulated-process-clocks"
# Integers of 64 bits, as PHP has them on every server of today
flags="-Oz -g0 -w $map -DZEND_ENABLE_ZVAL_LONG64=1 -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_MMAN -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS -I$PWD/stub -include $PWD/stub/fix.h"
mkdir -p wasi && cd wasi
if [ ! -e Makefile ]; then
  # What wasi-libc declares and no sandbox has, and what configure cannot try when it builds for another machine
  for f in mmap fork vfork getaddrinfo gethostname chroot utimes dlopen mprotect getrusage gethostbyname_r sigsetjmp fopencookie; do export ac_cv_func_$f=no; done
  for f in utime poll symlink flock gettimeofday; do export ac_cv_func_$f=yes; done
  # Otherwise it is the kernel of the machine that builds it, and each machine builds other bytes
  export PHP_UNAME="WASI sandbox 1 1 wasm32"
  export ac_cv_header_sys_un_h=no ac_cv_lib_dl_dlopen=no php_cv_cc_mmx=no php_cv_have_stack_limit=yes
  ../src/configure --host=wasm32-unknown-none --build=x86_64-linux-gnu CC="clang-19 --target=wasm32-wasi" AR=llvm-ar-19 RANLIB=llvm-ranlib-19 LD=wasm-ld-19 \
    CFLAGS="$flags" LIBS="$emulated" PKG_CONFIG=false --disable-all --disable-cgi --disable-cli --disable-phpdbg --enable-embed=static \
    --disable-fiber-asm --disable-zend-signals --without-pcre-jit --disable-opcache --enable-ctype --enable-mbstring --disable-mbregex \
    --enable-tokenizer --enable-filter --enable-bcmath --enable-calendar --prefix=/usr >configure.log 2>&1
fi
make -j"$JOBS" libphp.la >make.log 2>&1
cd ..
includes="-I. -Isrc -Isrc/main -Isrc/Zend -Isrc/TSRM -Iwasi -Iwasi/main -Iwasi/Zend -Iwasi/TSRM"
clang-19 --target=wasm32-wasi $flags $includes -c reactor.c -o reactor.o
clang-19 --target=wasm32-wasi $flags -c posix.c -o posix.o
clang-19 --target=wasm32-wasi -Oz -w $map -mllvm -wasm-enable-sjlj -c unwind.c -o unwind.o
clang-19 --target=wasm32-wasi -mexec-model=reactor reactor.o posix.o unwind.o wasi/libs/libphp.a -o php.raw.wasm -ldl -lsetjmp $emulated \
  -Wl,-z,stack-size=4194304 -Wl,--stack-first -Wl,--wrap=close
wasm-opt --enable-exception-handling --enable-reference-types --enable-multivalue --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
  --enable-nontrapping-float-to-int --translate-to-exnref -Oz --strip-debug --strip-producers php.raw.wasm -o php.wasm
'
install_module php "$work/php.wasm" 'extensions=php' 'version=8.4.24 (PHP)' 'source.package=php8.4' \
    "source.version=$version" "source.sha256=$sha256" 'licence=PHP-3.01'
