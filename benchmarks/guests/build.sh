#!/usr/bin/env bash
#
# Rebuilds the guests of the benchmarks from the sources beside this script, on Debian 12 and with
# Debian's packages alone. The same sources give the same bytes in whatever folder this runs.
#
#   guests/build.sh [--install] [--check] [OUTDIR]
#
#   OUTDIR     where the modules go; default: src/main/resources/guests of the benchmarks
#   --check    overwrite nothing, but compare with the modules in OUTDIR: exit 1 if any differs
#   --install  install missing packages first (as root)
#
# Exit codes: 0 done, 1 out of step (--check) or build failed, 2 usage, 3 no toolchain.

set -euo pipefail

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
names=(compute empty greeting greeting-extism order table wide)

# The versions that the committed modules were built with. Another one may give other bytes.
packages=(
    rustc=1.63.0+dfsg1-2
    libstd-rust-dev-wasm32=1.63.0+dfsg1-2
    cargo=0.66.0+ds1-1
    librust-serde-dev=1.0.152-2
    librust-serde-derive-dev=1.0.152-1
    librust-serde-json-dev=1.0.87-1
    librust-itoa-dev=1.0.1-2
    librust-ryu-dev=1.0.2-1
    clang-14=1:14.0.6-12
    lld-14=1:14.0.6-12
    wabt=1.0.32-1
)

# Only Debian's tools: another rustc or clang on the PATH is not asked.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

main() {
    local install=false check=false out="$guests/../src/main/resources/guests"
    while (($#)); do
        case $1 in
            --install) install=true ;;
            --check) check=true ;;
            -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            -*) fail 2 "unknown option $1 (see --help)" ;;
            *) out=$1 ;;
        esac
        shift
    done

    require_toolchain "$install"

    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/wasm"
    write_linker
    wat2wasm "$guests/empty.wat" -o "$work/wasm/empty.wasm"
    wat2wasm "$guests/wide.wat" -o "$work/wasm/wide.wasm"
    "$guests/table.wat.sh" >"$work/table.wat"
    wat2wasm "$work/table.wat" -o "$work/wasm/table.wasm"
    build_compute
    build_rust wasm32-wasi command greeting
    build_rust wasm32-unknown-unknown extism greeting-extism
    build_crate order

    if $check; then
        compare "$out"
    else
        mkdir -p "$out"
        install -m 644 "$work"/wasm/*.wasm "$out"
        echo "built into $(cd "$out" && pwd):"
        (cd "$out" && sha256sum "${names[@]/%/.wasm}")
    fi
}

fail() {
    echo "build.sh: $2" >&2
    exit "$1"
}

require_toolchain() {
    command -v dpkg-query apt-get >/dev/null || fail 3 "this needs Debian 12, for example in a container"
    local package version found missing=()
    for package in "${packages[@]%%=*}"; do
        [[ -n $(version_of "$package") ]] || missing+=("$package")
    done
    if ((${#missing[@]})); then
        $1 || fail 3 "missing packages; run with --install, or: apt-get install --no-install-recommends ${missing[*]}"
        ((EUID == 0)) || fail 3 "only root can install: ${missing[*]}"
        if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive \
            apt-get install -qy --no-install-recommends "${missing[@]}"; } >&2; then
            fail 3 "cannot install: ${missing[*]}"
        fi
    fi

    echo "toolchain:"
    for package in "${packages[@]}"; do
        version=${package#*=}
        found=$(version_of "${package%%=*}")
        [[ $found == "$version" ]] || found+="  (the committed modules: $version)"
        printf '  %-26s %s\n' "${package%%=*}" "$found"
    done
}

# Nothing when the package is not installed.
version_of() {
    dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed //p'
}

# build_rust <target> <source> <module>
build_rust() {
    (cd "$guests/greeting" && rustc --edition 2021 --target "$1" -C opt-level=s -C lto=fat -C codegen-units=1 \
        -C panic=abort -C strip=debuginfo -C linker="$work/link" -C linker-flavor=wasm-ld \
        --remap-path-prefix="$guests/greeting"= "$2.rs" -o "$work/wasm/$3.wasm") || fail 1 "cannot build $3"
}

# Built from a copy, so that no lock file and no target folder are left among the sources. There is
# no lock file because there is nothing to choose: Debian packages one version of every crate.
build_crate() {
    mkdir -p "$work/src" "$work/home"
    cp -r "$guests/$1" "$work/src/$1"
    # Separated so that folders may have spaces in their names.
    local flags=$'-C\x1flinker='"$work/link"$'\x1f-C\x1flinker-flavor=wasm-ld'
    flags+=$'\x1f'"--remap-path-prefix=$work/src="$'\x1f--remap-path-prefix=/usr/share/cargo/registry=crates'
    # A clean environment: neither the user's cargo configuration nor RUSTFLAGS have a say.
    env -i PATH="$PATH" HOME="$work/home" CARGO_ENCODED_RUSTFLAGS="$flags" \
        cargo build --quiet --offline --release --target wasm32-wasi \
        --manifest-path "$work/src/$1/Cargo.toml" --target-dir "$work/target" \
        --config 'source.crates-io.replace-with="debian"' \
        --config 'source.debian.directory="/usr/share/cargo/registry"' ||
        fail 1 "cannot build $1"
    cp "$work/target/wasm32-wasi/release/$1.wasm" "$work/wasm/$1.wasm"
}

# This rustc exports main beside _start, and the host would take it for a second function. There is
# no option against that, so a linker of our own leaves the export out.
write_linker() {
    cat >"$work/link" <<'EOF'
#!/usr/bin/env bash
set -euo pipefail
arguments=()
while (($#)); do
    case "$1 ${2-}" in
        "--export main" | "--export __heap_base" | "--export __data_end") shift ;;
        "--export=main "* | "--export=__heap_base "* | "--export=__data_end "*) ;;
        *) arguments+=("$1") ;;
    esac
    shift
done
exec wasm-ld-14 "${arguments[@]}"
EOF
    chmod +x "$work/link"
}

build_compute() {
    clang-14 --target=wasm32 -std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -ffile-prefix-map="$guests"=. \
        -c "$guests/compute.c" -o "$work/compute.o"
    wasm-ld-14 --no-entry --strip-debug "$work/compute.o" -o "$work/wasm/compute.wasm" ||
        fail 1 "cannot build compute"
}

compare() {
    local name differ=0
    for name in "${names[@]}"; do
        if cmp -s "$work/wasm/$name.wasm" "$1/$name.wasm"; then
            echo "up to date: $name.wasm"
        else
            echo "OUT OF STEP: $name.wasm is not what its source gives"
            differ=1
        fi
    done
    return "$differ"
}

main "$@"
