#!/usr/bin/env bash
#
# Two instances of the sample share the partitions of a topic. One is killed with SIGKILL when half of the results are
# there; then it is counted what is missing and what is there twice. Exits with 1 if anything is missing.
#
#   sample-stream/scale/run.sh [ORDERS]     default: 100000
#
# Everything runs on this machine: the broker, the instances, and who counts. Their logs are in sample-stream/target/scale.

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sample="$project/sample-stream"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

(cd "$project" && ./mvnw -B -ntp -q -pl sample-stream -am -DskipTests package)
mkdir -p "$sample/target/scale"
cd "$sample"
"$java" -Xmx1g -cp "target/test-classes:target/classes:$(cat target/classpath)" \
    dev.wasmspring.sample.stream.ScaleRun "${1:-100000}" target/scale
