#!/usr/bin/env bash
#
# Runs test suites of other projects against the engine, and writes what came of them into
# docs/reference/conformance.md. The suites are not part of this repository.
#
#   conformance/run.sh [--java HOME] [--rewriter CLASS] [--no-report] CHECKOUT [CHECKOUT]
#
#   CHECKOUT          a checkout of WebAssembly/wasi-testsuite, of its branch prod/testsuite-base, which has the
#                     modules; or one of WebAssembly/testsuite, which is translated by wast2json (wabt). Which of
#                     the two it is, is seen; both can be given
#   --java HOME       the JDK to run on; default: the one at hand
#   --rewriter CLASS  a UnaryOperator<byte[]> among the test classes, which rewrites each module before it runs
#   --no-report       leave the document as it is
#
# Exit: 0 every test was run, whether it passed or not (see the summary); 1 the runner failed; 2 wrong usage;
# 3 wast2json is missing.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "run.sh: $2" >&2
    exit "$1"
}

# The commit of a checkout, if it is one.
version() {
    git -C "$1" log -1 --date=short --format='%h of %ad' 2>/dev/null || true
}

main() {
    local report=$project/docs/reference/conformance.md rewriter= options=() wasi= core=
    while (($#)); do
        case $1 in
            --java) export JAVA_HOME=${2:?the home of a JDK is missing}; shift ;;
            --rewriter) rewriter=${2:?the class is missing}; shift ;;
            --no-report) report= ;;
            -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            -*) fail 2 "unknown option $1 (see --help)" ;;
            *)
                [[ -d $1 ]] || fail 2 "there is no directory $1; give a checkout of WebAssembly/wasi-testsuite or WebAssembly/testsuite"
                if [[ -d $1/tests && -d $1/test-runner ]] || compgen -G "$1/tests/*/testsuite" >/dev/null; then
                    wasi=$(cd "$1" && pwd)
                elif compgen -G "$1/*.wast" >/dev/null; then
                    core=$(cd "$1" && pwd)
                else
                    fail 2 "$1 is a checkout of neither WebAssembly/wasi-testsuite (tests/*/testsuite) nor WebAssembly/testsuite (*.wast)"
                fi
                ;;
        esac
        shift
    done
    [[ -n $wasi || -n $core ]] || fail 2 "the path of a checkout is missing (see --help)"
    if [[ -n $wasi ]]; then
        compgen -G "$wasi/tests/*/testsuite/*.wasm" >/dev/null || compgen -G "$wasi/tests/*/testsuite/*/*.wasm" >/dev/null ||
            fail 2 "$wasi has no modules; check out its branch prod/testsuite-base"
        options+=("-Dconformance.wasi=$wasi" "-Dconformance.wasi.version=$(version "$wasi")")
    fi
    if [[ -n $core ]]; then
        command -v wast2json >/dev/null ||
            fail 3 "wast2json is not on the PATH; install it with: apt-get install wabt"
        options+=("-Dconformance.core=$core" "-Dconformance.core.version=$(version "$core")")
    fi
    [[ -z $report ]] || options+=("-Dconformance.report=$report")
    [[ -z $rewriter ]] || options+=("-Dconformance.rewriter=$rewriter")
    cd "$project"
    ./mvnw -B -ntp -q -pl wasm-spring-boot-autoconfigure -am test -Dtest=ConformanceTests \
        -Djunit.jupiter.execution.timeout.mode=disabled -Dsurefire.failIfNoSpecifiedTests=false "${options[@]}" || exit 1
    [[ -z $report ]] || echo "written: ${report#"$project"/}"
}

main "$@"
