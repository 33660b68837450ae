#!/usr/bin/env bash
# Fetches the jars of every stack into lab/.work/java/PROFILE.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
for profile in grpc-1.41 grpc-1.75 vertx-4.3 vertx-4.5 netty-4.1; do
  into="$here/../../.work/java/$profile"
  [[ -d "$into" ]] || mvn -q -f "$here/pom.xml" -P "$profile" dependency:copy-dependencies -DoutputDirectory="$into" -DincludeScope=runtime
done
