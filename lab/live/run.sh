#!/usr/bin/env bash
# A live capture explained through a pipe: tcpdump -w - | calmwire explain -, while a client sends request trailers to a
# server that resets the stream for it. Loopback only; ends by itself within some seconds.
set -euo pipefail
cd "$(dirname "$0")/../.."

port=15999
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/pipe"

node dist/bin/calmwire.js explain - --format json <"$folder/pipe" >"$folder/report" &
explain=$!
# If nothing else ends it, a minute does.
timeout 60 tcpdump -i lo -U -w - "tcp port $port" >"$folder/pipe" 2>"$folder/log" &
capture=$!
for _ in $(seq 200); do grep -q 'listening on' "$folder/log" && break; sleep 0.1; done

node lab/live/calls.mjs "$port"
# The kernel hands over what it has once a second; without that, the last packets may wait for the next one for ever.
sleep 3
kill "$capture"
wait "$capture"
wait "$explain"

node -e '
const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const ids = report.findings.map((finding) => finding.id);
if (!ids.includes("stream/request-trailers")) {
  console.error("live: the finding is missing; there are:", ids.join(", ") || "none");
  process.exit(1);
}
console.log(`live: 1 passed, 0 failed (${report.input.packets} packets through the pipe)`);
' "$folder/report"
