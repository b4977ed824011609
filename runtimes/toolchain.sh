# The toolchain of the runtimes: Debian 13 in a folder of the build, which chroot enters. Sourced by the
# build.sh of each runtime; needs root, debootstrap and Debian's mirrors, and nothing else of the machine.
#
#   WASM_RUNTIMES_BUILD   the folder of the build; default: target beside this file
#   WASM_RUNTIMES_MIRROR  the mirror of Debian; default: the one that apt uses here

set -euo pipefail
export LC_ALL=C

runtimes=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${WASM_RUNTIMES_BUILD:-$runtimes/target}
mirror=${WASM_RUNTIMES_MIRROR:-$(apt-get indextargets --format '$(SITE)' | sed 's|/debian.*||' | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')}
toolchain=$build/toolchain

# The versions that the committed modules were built with. Debian's updates may replace them; another
# one may give other bytes, and is said.
expected=(
    clang-19=1:19.1.7-3+b1
    lld-19=1:19.1.7-3+b1
    llvm-19=1:19.1.7-3+b1
    libclang-rt-19-dev-wasm32=1:19.1.7-3
    wasi-libc=0.0~git20241209.574b88d-2
    binaryen=120-4
)

say() { printf '== %s\n' "$*" >&2; }

fail() { printf '%s\n' "$*" >&2; exit 1; }

# toolchain_with <packages>: the toolchain, and these packages in it.
toolchain_with() {
    [[ $EUID == 0 ]] || fail 'Building a runtime needs root, for debootstrap and chroot'
    if [[ ! -e $toolchain/.complete ]]; then
        command -v debootstrap >/dev/null || { say 'Installing debootstrap'; apt-get install -qy debootstrap; }
        say "Installing Debian 13 into $toolchain"
        mkdir -p "$toolchain"
        debootstrap --variant=minbase --include=ca-certificates trixie "$toolchain" "$mirror/debian" >"$build/debootstrap.log" ||
            fail "See $build/debootstrap.log"
        cat >"$toolchain/etc/apt/sources.list" <<LIST
deb $mirror/debian trixie main
deb $mirror/debian trixie-updates main
deb $mirror/debian-security trixie-security main
LIST
        touch "$toolchain/.complete"
    fi
    local missing=() package
    for package in "${expected[@]%%=*}" make xz-utils patch python3 "$@"; do
        chroot "$toolchain" dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if ((${#missing[@]})); then
        say "Installing into the toolchain: ${missing[*]}"
        chroot "$toolchain" apt-get update -q >"$build/apt.log"
        DEBIAN_FRONTEND=noninteractive chroot "$toolchain" apt-get install -qy --no-install-recommends "${missing[@]}" \
            >>"$build/apt.log" 2>&1 || fail "See $build/apt.log"
    fi
    local installed
    for package in "${expected[@]}"; do
        installed=$(chroot "$toolchain" dpkg-query -W -f '${Version}' "${package%%=*}")
        [[ $installed == "${package#*=}" ]] ||
            say "${package%%=*} is $installed; the committed modules were built with ${package#*=}"
    done
}

# fetch <path on the mirror> <SHA-256>: a file of Debian's, checked; prints where it is.
fetch() {
    local file=$build/sources/${1##*/}
    mkdir -p "$build/sources"
    if [[ ! -e $file ]]; then
        say "Fetching $1"
        curl -fsS --retry 3 -o "$file.part" "$mirror/$1" || fail "$mirror/$1 cannot be had"
        mv "$file.part" "$file"
    fi
    sha256sum --quiet --check - <<<"$2  $file" >&2 || fail "$file is not the file that was built from"
    echo "$file"
}

# workspace <name>: an empty folder in the toolchain; sets work (its path here) and inside (its path there).
workspace() {
    inside=/build/$1${WASM_RUNTIMES_SUFFIX:-}
    work=$toolchain$inside
    rm -rf "$work"
    mkdir -p "$work"
}

# unpack <tarball>: into the folder src of the workspace.
unpack() {
    mkdir -p "$work/src"
    tar -xf "$1" -C "$work/src" --strip-components=1
}

# run <script>: runs a shell script in the workspace, in the toolchain.
run() {
    chroot "$toolchain" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TZ=UTC \
        SOURCE_DATE_EPOCH=1767225600 PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 \
        JOBS="${JOBS:-$(nproc)}" bash -euc "cd $inside; $1"
}

# install_module <language> <module> <properties that name the source>: the module and its description.
install_module() {
    local language=$1 module=$2 out=${OUT:-$here/../resources/META-INF/wasm-runtimes}
    shift 2
    mkdir -p "$out"
    cp "$module" "$out/$language.wasm"
    {
        printf '# Written by build.sh\n'
        printf 'language=%s\n' "$language"
        printf '%s\n' "$@"
        printf 'abi=1\n'
        printf 'module.size=%s\n' "$(stat -c %s "$out/$language.wasm")"
        printf 'module.sha256=%s\n' "$(sha256sum <"$out/$language.wasm" | cut -d' ' -f1)"
    } >"$out/$language.properties"
    say "$out/$language.wasm: $(stat -c %s "$out/$language.wasm") bytes, SHA-256 $(sha256sum <"$out/$language.wasm" | cut -d' ' -f1)"
}
