#!/usr/bin/env bash
#
# Builds everything, measures, and writes the results into docs/benchmarks.md and docs/reference/languages.md.
#
#   benchmarks/run.sh [many [--functions N | --scripts] | split [FOLDER] | code [--minutes N] | streams] [--quick] [--languages] [--scripts] [--java HOME]
#
#   many         measures an application with 5,000 functions on little memory, and nothing else; the
#                first time it compiles all of them, into benchmarks/target/many
#   --functions N  another number of them
#   many --scripts  measures applications with 1,000 and 5,000 scripts instead; some minutes
#   split        measures functions whose large functions are split beside the same left whole, and nothing
#                else; about ten minutes
#   FOLDER       where modules of interpreters are that run the program that their argument is, and are measured too:
#                quickjs.wasm, sqlite.wasm, lua.wasm, mruby.wasm
#   streams      measures functions on Kafka, and nothing else; takes about twenty minutes
#   code         measures code of models beside a process for each run, and nothing else; two minutes
#   --minutes N  looks whether heap or metaspace grows over so many minutes instead
#   --scripts    measures scripts, and nothing else; takes about twenty minutes
#   --quick      a run of about two minutes that shows that everything works; its results go to
#                benchmarks/target/benchmarks.md and languages.md
#   --languages  only what goes into docs/reference/languages.md, in some minutes
#   --java HOME  the JDK to measure on; default: JAVA_HOME_25, else a JDK 25 below /usr/lib/jvm, else
#                the one at hand. Everything is measured on the same one; GraalWasm needs 25.
#
# Not needed, but what they are for is skipped without them: wrk (HTTP), rustc (a process a call), mcs (scripts in C#).

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$project/benchmarks/target"

main() {
    local assemblies= quick=() only=() java= many= split= folder= streams= functions=5000 code= minutes=() program=BenchmarkRun
    while (($#)); do
        case $1 in
            many) many=1 ;;
            split)
                split=1
                if [[ -n ${2:-} && $2 != --* ]]; then folder=$(cd "$2" && pwd); shift; fi
                ;;
            streams) streams=1 ;;
            code) code=1 ;;
            --minutes) minutes=("${2:?for how many minutes is missing}"); shift ;;
            --functions) functions=${2:?how many functions is missing}; shift ;;
            --quick) quick=(--quick) ;;
            --languages) only=(--languages) ;;
            --scripts) program=ScriptBenchmarks ;;
            --java) java=${2:?the home of a JDK is missing}; shift ;;
            -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            *) echo "run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
        esac
        shift
    done
    java=${java:-$(find_jdk)}
    echo "JDK: $("$java/bin/java" -version 2>&1 | sed -n 2p)"

    if [[ -n $streams ]]; then
        measure_streams "$java"
        return
    fi
    (cd "$project" && ./mvnw -B -ntp -q -Pbenchmarks -pl benchmarks -am -Dmaven.test.skip=true package)

    local document="$project/docs/benchmarks.md" languages="$project/docs/reference/languages.md"
    if ((${#quick[@]})); then
        cp "$document" "$target/benchmarks.md"
        document="$target/benchmarks.md"
        cp "$languages" "$target/languages.md"
        languages="$target/languages.md"
    fi
    if [[ -n $many && $program == ScriptBenchmarks ]]; then
        "$java/bin/java" -cp "$target/classes:$(cat "$target/classpath")" dev.wasmspring.benchmarks.ManyScripts \
            "$document" "$target/many"
        echo "written: $document"
        return
    fi
    if [[ -n $many ]]; then
        "$java/bin/java" -cp "$target/classes:$(cat "$target/classpath")" dev.wasmspring.benchmarks.ManyFunctions \
            "$document" "$functions" "$target/many"
        echo "written: $document"
        return
    fi
    if [[ -n $split ]]; then
        "$java/bin/java" -cp "$target/classes:$(cat "$target/classpath")" dev.wasmspring.benchmarks.SplitFunctions \
            "$document" "$project/sample-app/src/main/resources/wasm" "$project" ${folder:+"$folder"}
        echo "written: $document"
        return
    fi
    if [[ -n $code ]]; then
        "$java/bin/java" -Xmx512m -Dbenchmarks.sample="$project/sample-app/src/main/resources/wasm" \
            -cp "$target/classes:$(cat "$target/classpath")" dev.wasmspring.benchmarks.ModelCode "$document" ${minutes[@]+"${minutes[@]}"}
        echo "written: $document"
        return
    fi
    build_program
    build_assemblies
    "$java/bin/java" ${assemblies:+"-Dbenchmarks.assemblies=$assemblies"} -Dbenchmarks.program="$target/greeting" \
        -Dbenchmarks.languages="$languages" -Dbenchmarks.sample="$project/sample-app/src/main/resources/wasm" \
        -Dbenchmarks.sources="$project/wasm-spring-boot-autoconfigure/src/main/java" -cp "$target/classes:$(cat "$target/classpath")" \
        "dev.wasmspring.benchmarks.$program" "$document" ${quick[@]+"${quick[@]}"} ${only[@]+"${only[@]}"}
    ((${#only[@]})) || echo "written: $document"
    [[ $program != BenchmarkRun ]] || echo "written: $languages"
}

# measure_streams <home of a JDK>
measure_streams() {
    local streams="$project/benchmarks/stream/target"
    (cd "$project" && ./mvnw -B -ntp -q -Pbenchmarks -pl benchmarks/stream -am -Dmaven.test.skip=true package)
    "$1/bin/java" -Xmx1g -cp "$streams/classes:$(cat "$streams/classpath")" \
        dev.wasmspring.benchmarks.stream.StreamBenchmark 60000 3 "$streams/rounds" "$project/docs/benchmarks.md"
    echo "written: $project/docs/benchmarks.md"
}

find_jdk() {
    local home
    for home in "${JAVA_HOME_25:-}" /usr/lib/jvm/*25*; do
        if [[ -n $home && -x $home/bin/javac ]]; then
            echo "$home"
            return
        fi
    done
    if [[ -n ${JAVA_HOME:-} ]]; then
        echo "$JAVA_HOME"
    else
        dirname "$(dirname "$(readlink -f "$(command -v java)")")"
    fi
}

# The program that is started for each call; Debian's compiler before any other on the PATH.
build_program() {
    local rustc
    for rustc in /usr/bin/rustc rustc; do
        if command -v "$rustc" >/dev/null; then
            "$rustc" --edition 2021 -C opt-level=s -C strip=symbols "$project/benchmarks/guests/greeting/command.rs" \
                -o "$target/greeting" && return
        fi
    done
    rm -f "$target/greeting"
}

# The functions in C#; sets assemblies to where they are.
build_assemblies() {
    local scripts="$project/benchmarks/src/main/resources/scripts" name
    command -v mcs >/dev/null || return 0
    mkdir -p "$target/assemblies"
    for name in trivial order; do
        mcs -target:library -out:"$target/assemblies/$name.dll" "$scripts/$name.cs"
    done
    assemblies="$target/assemblies"
}

main "$@"
