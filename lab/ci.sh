#!/usr/bin/env bash
# What continuous integration runs of the lab: our decoding held against tshark's on every capture, the package installed
# from its tarball, and a live capture through a pipe. Recording anew is not part of it: see README.md here.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v tshark >/dev/null || ! command -v tcpdump >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends tshark tcpdump
fi

npm run --silent build
node lab/differential/run.mjs
bash lab/package-check.sh
bash lab/live/run.sh
