#!/usr/bin/env bash
# etcd from Debian, a current etcd to embed, its Go client, and grpc-go before and after the change of a log line.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
bin="$here/../../.work/bin"
mkdir -p "$bin"
"$here/../../lib/packages.sh" tcpdump etcd-server
for program in server client; do
  (cd "$here/../../record/go/etcd" && go build -o "$bin/etcd-$program-3.6" "./$program")
done
"$here/../../record/go/orders/build.sh" 1.53.0 1.54.0 1.85.0
