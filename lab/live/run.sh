#!/usr/bin/env bash
# A live capture explained through a pipe: tcpdump -w - | calmwire explain -, while a client sends request trailers to a
# server that resets the stream for it. Loopback only; ends by itself within some seconds.
set -euo pipefail
cd "$(dirname "$0")/../.."

port=15999
report="$(mktemp)"
log="$(mktemp)"
trap 'rm -f "$report" "$log"' EXIT

# The pipe: tcpdump ends after ten seconds at the latest, and then the report is printed.
(timeout -s INT 10 tcpdump -i lo -U --immediate-mode -w - "tcp port $port" 2>"$log" | node dist/bin/calmwire.js explain - --format json >"$report") &
pipe=$!
for _ in $(seq 50); do grep -q 'listening on' "$log" && break; sleep 0.1; done

node lab/live/calls.mjs "$port"
sleep 1
pkill -INT -f "tcpdump -i lo -U --immediate-mode -w - tcp port $port" || true
wait "$pipe"

node -e '
const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const ids = report.findings.map((finding) => finding.id);
if (!ids.includes("stream/request-trailers")) {
  console.error("live: the finding is missing; there are:", ids.join(", ") || "none");
  process.exit(1);
}
console.log(`live: 1 passed, 0 failed (${report.input.packets} packets through the pipe)`);
' "$report"
