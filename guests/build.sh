#!/usr/bin/env bash
#
# Builds the modules of all languages, each with the build.sh in its folder, in a folder of the build: the same sources
# give the same bytes wherever that is.
#
#   guests/build.sh [--check] [--commands DIR] [LANGUAGE...]
#
#   LANGUAGE        one or more of the folders beside this script; default: all
#   --check         overwrite nothing, but compare with the committed modules: exit 1 if any differs
#   --commands DIR  where the modules that are commands go as well
#
# A compiler that is not the one on the PATH is named by a variable: CLANG, RUSTC and CARGO, ZIG, MAVEN. NODE_MODULES is a folder
# with the packages of assemblyscript/package.json; DEBIAN13 the root of a Debian 13 in which Go and Swift are looked
# for when they are not here (debootstrap trixie DIR, and apt-get install in it what their build.sh say).
#
# Exit codes: 0 done, 1 out of step (--check) or build failed, 2 usage, 3 no toolchain for any of the languages.

set -euo pipefail

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
modules=$guests/../sample-app/src/main/resources/wasm

declare -A names=([c]=iban [cpp]=table [rust]=diff [go]=salary [swift]=imagesize [zig]=cron [assemblyscript]=card
    [java]=duedate [kotlin]=letter)

# What the committed modules were built with. Another version may give other bytes.
declare -A versions=([c]='clang version 14.0.6' [cpp]='clang version 14.0.6' [rust]='rustc 1.63.0' [go]='go1.24.4'
    [swift]='Swift version 6.0.3' [zig]='0.16.0' [assemblyscript]='Version 0.28.20' [java]='0.10.2' [kotlin]='0.10.2')

main() {
    local check=false commands= languages=() language done=0 differ=0
    while (($#)); do
        case $1 in
            --check) check=true ;;
            --commands) commands=${2:?a folder is missing}; shift ;;
            -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            *) [[ -n ${names[$1]:-} ]] || { echo "build.sh: unknown: $1 (see --help)" >&2; exit 2; }
                languages+=("$1") ;;
        esac
        shift
    done
    ((${#languages[@]})) || languages=(c cpp rust go swift zig assemblyscript java kotlin)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    for language in "${languages[@]}"; do
        local status=0
        build "$language" || status=$?
        if ((status == 3)); then
            echo "skipped: $language"
            continue
        elif ((status)); then
            echo "cannot build $language" >&2
            exit 1
        fi
        done=$((done + 1))
        install_module "$language" || differ=1
    done
    ((done)) || exit 3
    return "$differ"
}

# In a subshell, so that what it exports is forgotten.
build() (
    language=$1
    folder=$work/$language
    mkdir "$folder"
    tar -C "$guests/$language" --exclude=./build --exclude=./target --exclude=./node_modules --exclude=./.zig-cache \
        --exclude=./.build -cf - . | tar -C "$folder" -xf -
    case $language in
        rust) # Debian's, unless another one is named: that of rustup may hide it
            export RUSTC=${RUSTC:-/usr/bin/rustc} CARGO=${CARGO:-/usr/bin/cargo}
            [[ -x $RUSTC ]] || exit 3 ;;
        assemblyscript) ln -s "${NODE_MODULES:-$guests/$language/node_modules}" "$folder/node_modules" ;;
        zig) export ZIG_GLOBAL_CACHE_DIR=$folder/cache ;;
        java | kotlin)
            export MAVEN=${MAVEN:-$guests/../mvnw}
            # Bytes depend on the version of the JDK's compiler
            for home in "${JAVA_HOME_17:-}" /usr/lib/jvm/*17*; do
                if [[ -n $home && -x $home/bin/javac ]]; then
                    export JAVA_HOME=$home
                    break
                fi
            done ;;
    esac
    if [[ $language == go || $language == swift ]] && ! command -v "${language/%swift/swiftc}" >/dev/null; then
        in_debian13 "$language"
    elif [[ $language == java || $language == kotlin ]]; then
        with_maven "$folder"
    else
        "$folder/build.sh"
    fi
)

# What cannot be downloaded is no fault of the sources.
with_maven() {
    local log=$1/maven.log status=0
    "$1/build.sh" >"$log" 2>&1 || status=$?
    ((status == 0)) || cat "$log" >&2
    if ((status)) && grep -qE 'Could not transfer artifact|in offline mode|Unknown host' "$log"; then
        return 3
    fi
    return "$status"
}

in_debian13() {
    [[ -n ${DEBIAN13:-} ]] || { echo "$1 is not on the PATH, and DEBIAN13 is not set" >&2; return 3; }
    local inside status=0
    mkdir -p "$DEBIAN13/tmp"
    inside=$(mktemp -d -p "$DEBIAN13/tmp")
    cp -r "$work/$1" "$inside/"
    # Compilers find their own files by way of /proc, which is mounted for them alone
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" env HOME=/root PATH=/usr/bin:/bin "$1"' \
        "$DEBIAN13" "${inside#"$DEBIAN13"}/$1/build.sh" || status=$?
    ((status)) || cp -r "$inside/$1/build" "$work/$1/"
    rm -rf "$inside"
    return "$status"
}

# install_module <language>: puts the module where the sample has it, or compares.
install_module() {
    local name=${names[$1]} built=$work/$1/build
    [[ -z $commands ]] || install -D -m 644 "$built/$name-command.wasm" "$commands/$name-command.wasm"
    if ! $check; then
        install -m 644 "$built/$name.wasm" "$modules/$name.wasm"
        echo "built: $name.wasm, $(stat -c %s "$modules/$name.wasm") bytes ($1)"
    elif cmp -s "$built/$name.wasm" "$modules/$name.wasm"; then
        echo "up to date: $name.wasm ($1)"
    else
        echo "OUT OF STEP: $name.wasm is not what its source gives with this compiler; it was built with ${versions[$1]} ($1)"
        return 1
    fi
}

main "$@"
