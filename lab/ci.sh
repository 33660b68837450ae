#!/usr/bin/env bash
# What continuous integration runs of the lab: our decoding held against tshark's on every capture, the package installed
# from its tarball, a live capture through a pipe; then the runtime: conformance, interop, every peer, memory; at last the
# founding incidents on their real systems. Recording anew is not part of it: see README.md here.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v tshark >/dev/null || ! command -v tcpdump >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends tshark tcpdump
fi

npm run --silent build
node lab/differential/run.mjs
node lab/mutations/run.mjs --copies 2
node lab/fuzz/run.mjs --minutes 3 --seed "$(date +%j)"
bash lab/package-check.sh
bash lab/live/run.sh
node lab/annotate/run.mjs
node lab/incidents/timeline.mjs --check
bash lab/browser/install.sh
node lab/browser/report.mjs

# The runtime. On two cores: five minutes of installing when nothing is cached, three of running.
bash lab/conformance/install.sh
node lab/conformance/h2spec.mjs
node lab/conformance/h2specd.mjs
node lab/conformance/negative.mjs
bash lab/interop/install.sh
node lab/interop/run.mjs
bash lab/peers/install.sh
node lab/peers/run.mjs
node lab/leaks/run.mjs

# The incidents: quarter of an hour of installing when nothing is cached, twenty-five minutes of playing. What is missing fails here.
CI=true node lab/incidents/run.mjs all
