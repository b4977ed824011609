#!/usr/bin/env bash
#
# Rebuilds the runtime of .NET from Debian's source package of Mono and the class libraries that Debian built from it.
#
#   build.sh            as root; installs the toolchain when it is not there, see runtimes/toolchain.sh
#   OUT=<folder>        where the module and its description go; default: the resources of this Maven module
#   KEEP=1              goes on from the objects of the last build

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../../../runtimes/toolchain.sh"

version=6.12.0.199+dfsg-6
orig=debian/pool/main/m/mono/mono_6.12.0.199+dfsg.orig.tar.xz
sha256=cd811222a744e2c1b376582b59c0150789199ee1840b8ba36e8bf0dd21ed5395
# Of the packages of the class libraries, in this order
libraries=(mscorlib System System.Core System.Numerics)
libraries_sha256=56b53deb1dfc48b0604c416ddfe1c62652cd8960f78d253d4b83ddb9ac9e34af

toolchain_with mono-mcs libmono-corlib4.5-dll libmono-system4.0-cil libmono-system-core4.0-cil libmono-system-numerics4.0-cil
if [[ -z "${KEEP:-}" ]]; then
    workspace dotnet
    unpack "$(fetch "$orig" "$sha256")"
    cp "$here/mono.patch" "$work/"
    run 'patch -s -p1 -d src <mono.patch'
else
    inside=/build/dotnet${WASM_RUNTIMES_SUFFIX:-} work=$toolchain/build/dotnet${WASM_RUNTIMES_SUFFIX:-}
fi
for library in "${libraries[@]}"; do
    cp "$toolchain$(chroot "$toolchain" readlink -f "/usr/lib/mono/4.5/$library.dll")" "$work/$library.dll"
done
[[ $(for library in "${libraries[@]}"; do cat "$work/$library.dll"; done | sha256sum | cut -d' ' -f1) == "$libraries_sha256" ]] ||
    say "The class libraries are not those of $version, which the committed module was built with"
cp -rp "$here"/{*.c,*.h,*.cs,stub} "$runtimes"/*.h "$work/"
# The compiler of C#, which is a program for Mono, does not start without it
mountpoint -q "$toolchain/proc" || { mount -t proc proc "$toolchain/proc"; trap 'umount "$toolchain/proc"' EXIT; }
run '
map="-ffile-prefix-map=$PWD=. -fno-ident"
emulated="-lwasi-emulated-signal -lwasi-emulated-mman -lwasi-emulated-getpid -lwasi-emulated-process-clocks -lwasi-emulated-pthread"
flags="-w -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_MMAN -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_PTHREAD"
flags="-O2 -g0 $flags -I$PWD/stub -include $PWD/stub/fix.h -fno-strict-aliasing $map"
mkdir -p wasi && cd wasi
if [ ! -e Makefile ]; then
  # What wasi-libc declares and no sandbox has, and what configure cannot try when it builds for another machine
  for f in fork vfork dlopen; do export ac_cv_func_$f=no; done
  for f in mkstemp mkstemps mmap; do export ac_cv_func_$f=yes; done
  export ac_cv_header_termios_h=yes
  ../src/configure --host=wasm32-unknown-none --build=x86_64-linux-gnu CC="clang-19 --target=wasm32-wasi" CXX="clang++-19 --target=wasm32-wasi" \
    AR=llvm-ar-19 RANLIB=llvm-ranlib-19 NM=llvm-nm-19 LD=wasm-ld-19 CFLAGS="$flags" CXXFLAGS="$flags" LIBS="$emulated" \
    --disable-boehm --disable-btls --disable-executables --disable-icall-tables --disable-libraries --disable-mcs-build --disable-nls \
    --disable-support-build --disable-crash-reporting --disable-dtrace --without-libgdiplus --enable-llvm-runtime=no \
    --enable-minimal=ssa,com,jit,reflection_emit_save,portability,assembly_remapping,attach,verifier,security,sgen_marksweep_par,sgen_marksweep_fixed,sgen_marksweep_fixed_par,sgen_copying,logging,shared_handles,profiler,soft_debug,perfcounters \
    --disable-visibility-hidden --with-sigaltstack=no --with-tls=pthread >configure.log 2>&1
fi
for folder in eglib arch utils sgen zlib metadata; do make -j"$JOBS" -C mono/$folder >make-$folder.log 2>&1; done
make -j"$JOBS" -C mono/mini libmini.la libmono-ee-interp.la libmonosgen-2.0.la >make-mini.log 2>&1
cd ..
mcs -langversion:7 -unsafe -target:library -optimize+ -deterministic -nowarn:0649 -out:Scripts.dll -r:System.Numerics.dll Runtime.cs WarmUp.cs
flags="$flags -DHAVE_CONFIG_H -D_REENTRANT -D_GNU_SOURCE -I. -Isrc -Iwasi -Isrc/mono -Iwasi/mono -Isrc/mono/eglib -Iwasi/mono/eglib"
for f in reactor posix native sha1; do clang-19 --target=wasm32-wasi $flags -c $f.c -o $f.o; done
clang-19 --target=wasm32-wasi -mexec-model=reactor reactor.o posix.o native.o sha1.o wasi/mono/mini/.libs/libmono-ee-interp.a wasi/mono/mini/.libs/libmonosgen-2.0.a \
  wasi/mono/metadata/.libs/libmono-icall-table.a wasi/mono/mini/.libs/libmono-ee-interp.a -o dotnet.raw.wasm $emulated -Wl,-z,stack-size=4194304 -Wl,--stack-first
wasm-opt --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int -O2 --strip-debug --strip-producers \
  dotnet.raw.wasm -o dotnet.wasm
'
install_module dotnet "$work/dotnet.wasm" 'extensions=dll' 'version=6.12.0.199 (Mono)' 'source.package=mono' \
    "source.version=$version" "source.sha256=$sha256" "source.libraries=${libraries[*]}" "source.libraries.sha256=$libraries_sha256" 'licence=MIT'
