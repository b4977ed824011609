#!/usr/bin/env bash
#
# Runs the long form of the suites that only show something after many calls or under load, and writes
# what it measured into docs/soak.md. Takes about ten minutes, and all processors.
#
#   soak/run.sh [--scripts] [--java HOME] [--modules DIRECTORY]
#
#   --scripts            compiles, calls and forgets 100,000 scripts, and does nothing else
#   --java HOME          the JDK to run on; default: the one at hand
#   --modules DIRECTORY  more modules to load, all .wasm files below it; default: those of this repository
#
# What was logged meanwhile lies in wasm-spring-boot-autoconfigure/target/soak.log.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

main() {
    local modules= scripts=
    while (($#)); do
        case $1 in
            --java) export JAVA_HOME=${2:?the home of a JDK is missing}; shift ;;
            --scripts) scripts=1 ;;
            --modules) modules=$(cd "${2:?the directory is missing}" && pwd); shift ;;
            -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            *) echo "run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
        esac
        shift
    done
    cd "$project"
    if [[ -n $scripts ]]; then
        ./mvnw -B -ntp -q -pl wasm-runtime-javascript,wasm-runtime-python,wasm-runtime-ruby,wasm-runtime-php,wasm-spring-boot-autoconfigure test \
            -Dtest=ScriptSoakTests -Dsurefire.failIfNoSpecifiedTests=false -Dsoak.scripts.report="$project/docs/soak.md" \
            -Dmaven.test.redirectTestOutputToFile=true -Djunit.jupiter.execution.timeout.mode=disabled
        echo "written: docs/soak.md"
        return
    fi
    if [[ -z $modules ]]; then
        modules=$project/wasm-spring-boot-autoconfigure/target/soak-modules
        rm -rf "$modules"
        mkdir -p "$modules"
        cp sample-app/src/main/resources/wasm/*.wasm benchmarks/src/main/resources/guests/*.wasm "$modules"
    fi
    ./mvnw -B -ntp -q -pl wasm-spring-boot-autoconfigure -am test -Dtest=SoakTests -Dsurefire.failIfNoSpecifiedTests=false \
        -Dsoak.report="$project/docs/soak.md" -Dsoak.modules="$modules" \
        -Djunit.jupiter.execution.timeout.mode=disabled -Dmaven.test.redirectTestOutputToFile=true \
        -Dsoak.log="$project/wasm-spring-boot-autoconfigure/target/soak.log" \
        -Dlogback.configurationFile="$project/soak/logback.xml"
    echo "written: docs/soak.md"
}

main "$@"
