#!/usr/bin/env bash
#
# Runs the commands of deploy/Dockerfile in a folder, and measures how long it takes until the sample is ready to answer,
# with and without what they prepare. Prints a table for docs/how-to/scale-out.md.
#
#   sample-stream/scale/start.sh [--java HOME] [ROUNDS]     default: the JDK at hand, 5 rounds

set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sample="$project/sample-stream"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if [[ ${1:-} == --java ]]; then
    java="$2/bin/java"
    shift 2
fi
version=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.specification\.version = //p')

(cd "$project" && ./mvnw -B -ntp -q -pl sample-stream -am -DskipTests package)
cd "$sample"
"$java" -Xmx512m -cp "target/test-classes:target/classes:$(cat target/classpath)" \
    dev.wasmspring.sample.stream.StartRun "$(command -v "$java")" "$version" \
    target/sample-stream-0.1.0-SNAPSHOT.jar target/start "${1:-5}"
