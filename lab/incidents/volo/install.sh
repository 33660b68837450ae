#!/usr/bin/env bash
# volo-grpc before and after the fault, and grpc-go with each of its three reactions.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="$here/../../.work"
"$here/../../lib/packages.sh" tcpdump protobuf-compiler
for program in volo volo-fixed; do
  CARGO_TARGET_DIR="$work/target-volo" cargo build -q --locked --manifest-path "$here/../../record/rust/$program/Cargo.toml"
done
"$here/../../record/go/orders/build.sh" 1.33.2 1.58.3 1.62.2 1.63.2 1.85.0
