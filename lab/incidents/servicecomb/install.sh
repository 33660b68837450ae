#!/usr/bin/env bash
# Java Chassis from Maven Central, before and after its fix; the two programs; Node's client.
set -euo pipefail
cd "$(dirname "$0")"
work="$(cd ../.. && pwd)/.work"
record="$(cd ../../record && pwd)"
before="$work/java/servicecomb-before"
after="$work/java/servicecomb-after"
if [[ ! -d "$after" ]]; then
  rm -rf "$before" "$after.part"
  mvn -q dependency:copy-dependencies -DoutputDirectory="$before" -DincludeScope=runtime
  # Central has no later version in full, but the module that was mended: foundation-vertx writes the answers.
  cp -r "$before" "$after.part"
  rm "$after.part/foundation-vertx-3.2.0.jar"
  mvn -q dependency:copy -Dartifact=org.apache.servicecomb:foundation-vertx:3.2.5 -DoutputDirectory="$after.part"
  mv "$after.part" "$after"
fi
javac -parameters -d "$work/java/servicecomb-classes" -cp "$before/*" shop/*.java
[[ -d "$record/node/node_modules/grpc-js-1.14.3" ]] || (cd "$record/node" && npm ci --no-audit --no-fund)
