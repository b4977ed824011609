#!/usr/bin/env bash
#
# Rebuilds the modules of the sample from the sources beside this script, on Debian 12 and with
# Debian's packages alone. The same sources give the same bytes in whatever folder this runs.
#
#   guests/build.sh [--install] [--check] [OUTDIR]
#
#   OUTDIR     where the modules go; default: src/main/resources/wasm of the sample
#   --check    overwrite nothing, but compare with the modules in OUTDIR: exit 1 if any differs
#   --install  install missing packages first (as root)
#
# Exit codes: 0 done, 1 out of step (--check) or build failed, 2 usage, 3 no toolchain.

set -euo pipefail

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
names=(discount invoice markdown vat)

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
    wasi-libc=0.0~git20220510.9886d3d-2
    libclang-rt-14-dev-wasm32=1:14.0.6-12
)

# Debian's source package md4c 0.4.8-1.
md4c_path=pool/main/m/md4c/md4c_0.4.8.orig.tar.gz
md4c_sha256=4a457df853425b6bb6e3457aa1d1a13bccec587a04c38c622b1013a0da41439f

# Only Debian's tools: another rustc or clang on the PATH is not asked.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

main() {
    local install=false check=false out="$guests/../src/main/resources/wasm"
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
    build_rust discount
    build_rust invoice
    build_vat
    build_markdown

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

# Built from a copy, so that no lock file and no target folder are left among the sources. There is
# no lock file because there is nothing to choose: Debian packages one version of every crate.
build_rust() {
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

# Compiled and linked in two steps, as clang would run an installed wasm-opt when it sees -O while
# linking. --strip-debug drops what is left of DWARF, but keeps the names of the functions.
compile() {
    clang-14 --target=wasm32-wasi -std=c11 -Os -Wall -Wextra -ffile-prefix-map="$work"=. -ffile-prefix-map="$guests"=. \
        -c "$@"
}

build_vat() {
    compile -Werror -ffreestanding "$guests/vat/vat.c" -o "$work/vat.o"
    wasm-ld-14 --no-entry --strip-debug "$work/vat.o" -o "$work/wasm/vat.wasm"
}

build_markdown() {
    fetch_md4c
    local source objects=()
    for source in md4c md4c-html entity; do
        compile -Wno-unused-parameter -DMD4C_USE_UTF8 "$work/md4c/src/$source.c" -o "$work/$source.o"
        objects+=("$work/$source.o")
    done
    compile -Werror -I "$work/md4c/src" "$guests/markdown/markdown.c" -o "$work/markdown.o"
    # A library with _initialize instead of a main. The stack comes first in memory, so that
    # overrunning it is a trap and does not overwrite data.
    clang-14 --target=wasm32-wasi -mexec-model=reactor -Wl,--strip-debug -Wl,--wrap=md_parse \
        -Wl,--stack-first -Wl,-z,stack-size=262144 \
        "$work/markdown.o" "${objects[@]}" -o "$work/wasm/markdown.wasm"
}

# From the mirror that this machine is set up with, whichever that is.
fetch_md4c() {
    local mirror
    # shellcheck disable=SC2016 # apt fills in the field
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' | sed -n 1p)
    [[ -n $mirror ]] || fail 3 "apt knows no Debian 12 mirror; run apt-get update first"
    # apt-helper checks the hash. It may drop its privileges, hence the folder open to all.
    chmod 711 "$work"
    mkdir -m 777 "$work/download"
    /usr/lib/apt/apt-helper download-file "${mirror%/}/$md4c_path" "$work/download/md4c.tar.gz" \
        "SHA256:$md4c_sha256" >"$work/download.log" 2>&1 || {
        cat "$work/download.log" >&2
        fail 3 "cannot get the source of md4c from ${mirror%/}"
    }
    mkdir "$work/md4c"
    tar -xzf "$work/download/md4c.tar.gz" -C "$work/md4c" --strip-components=1
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
