#!/usr/bin/env bash
#
# Holds split modules to their originals for longer than the build does: random modules with all control
# constructs, whose functions are cut at 60 to 300 bytes of bytecode, interpreted and compiled; and then the real
# modules of this project with random inputs, its runtimes of script languages with random scripts.
#
#   fuzz/run.sh [--java HOME] [--modules N] [--inputs N] [--seed FROM]
#
#   --java HOME    the JDK to run on; default: the one at hand
#   --modules N    how many modules; default 20,000, which take about half an hour on one processor
#   --inputs N     how many inputs each real module gets, and a twentieth as many scripts each runtime; default 2,000
#   --seed FROM    the first module's seed; default: the time, so that no two runs try the same
#
# A module that differs is printed with its seed; the same seed makes the same module again, and cuts it alike.
# Exit: 0 none differs; 1 one does, or the runner failed; 2 wrong usage.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
modules=20000
inputs=2000
seed=$(date +%s)000

while (($#)); do
    case $1 in
        --java) export JAVA_HOME=${2:?the home of a JDK is missing}; shift ;;
        --modules) modules=${2:?a number is missing}; shift ;;
        --inputs) inputs=${2:?a number is missing}; shift ;;
        --seed) seed=${2:?a number is missing}; shift ;;
        -h | --help) sed -n '3,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit ;;
        *) echo "run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
    esac
    shift
done
[[ $modules =~ ^[0-9]+$ && $inputs =~ ^[0-9]+$ && $seed =~ ^[0-9]+$ ]] ||
    { echo "run.sh: --modules, --inputs and --seed are numbers" >&2; exit 2; }

echo "$modules modules and $inputs inputs from seed $seed on"
cd "$project"
./mvnw -B -ntp -q -pl wasm-spring-boot-autoconfigure -am test '-Dtest=SplitDifferentialTests,RealModulesSplitTests' \
    -Djunit.jupiter.execution.timeout.mode=disabled -Dsurefire.failIfNoSpecifiedTests=false "-Dsplit.fuzz.modules=$modules" "-Dsplit.fuzz.inputs=$inputs" \
    "-Dsplit.fuzz.seed=$seed" || exit 1
echo "none differs"
