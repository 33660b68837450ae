#!/usr/bin/env bash
# Kitex before gRPC's graceful exit, with it and a noisy log, without that log, and current; a relay with an idle timeout.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
"$here/../../lib/packages.sh" tcpdump socat
"$here/../../record/go/kitex/build.sh" 0.11.3 0.12.1 0.12.3 0.15.0
