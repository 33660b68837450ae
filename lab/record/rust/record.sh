#!/usr/bin/env bash
# Recordings with Rust programs (volo-grpc 0.9.1, tonic 0.14): record.sh [NAME...]
source "$(dirname "${BASH_SOURCE[0]}")/../go/programs.sh"
RUST_LAB="$LAB_ROOT/record/rust"

# rust PROGRAM - build one of the Rust programs.
rust() { CARGO_TARGET_DIR="$LAB_WORK/target-$1" cargo build -q --locked --manifest-path "$RUST_LAB/$1/Cargo.toml"; }
VOLO="$LAB_WORK/target-volo/debug/lab-volo"
TONIC="$LAB_WORK/target-tonic/debug/lab-tonic"

# --- volo-grpc 0.9.1, which ends every request with trailers, against each line of grpc-go ---

# volo VERSION ADDRESS CALLS GAP_MS - an innocent grpc-go client works beside it on its own connection.
volo() {
  server "$1" "$2"
  begin "${2##*:}"
  client 1.64.1 "$2" "get id=9 repeat=3 gap=300ms" &
  run "$VOLO" "$2" "$3" "$4"
  wait $!
}

volo-request-trailers-grpc-go-1.33() { volo 1.33.2 127.0.0.1:15301 3 300; }
volo-request-trailers-grpc-go-1.58() { volo 1.58.3 127.0.0.1:15302 3 300; }
volo-request-trailers-grpc-go-1.64() { CAPTURE_FORMAT=pcapng volo 1.64.1 '[::1]:15303' 3 300; }
volo-request-trailers-grpc-go-1.85() { CAPTURE_IF=any volo 1.85.0 127.0.0.1:15304 3 300; }

# h2 (tonic, Volo) takes request trailers as HTTP/2 allows.
volo-request-trailers-accepted() {
  start 15306 "$VOLO" serve 127.0.0.1:15306
  begin 15306
  run "$VOLO" 127.0.0.1:15306 4 100
}

tonic-request-trailers-accepted() {
  start 15307 "$TONIC" serve 127.0.0.1:15307
  begin 15307
  frames 127.0.0.1:15307 "headers 1 /grpc.health.v1.Health/Check" "data 1" "trailers 1 grpc-status=0" "wait 200ms" \
    "headers 3 /grpc.health.v1.Health/Check" "end 3" "wait 300ms"
}

# --- tonic on both sides ---

tonic-healthy() {
  start 15310 "$TONIC" serve '[::1]:15310'
  CAPTURE_FORMAT=pcapng begin 15310
  run "$TONIC" call '[::1]:15310' check check watch:1800 check
}

# h2 answers pings for ever: no interval policy.
tonic-idle-pings() {
  start 15311 "$TONIC" serve 127.0.0.1:15311
  begin 15311
  run "$TONIC" call 127.0.0.1:15311 keepalive:700 check wait:7000 check
}

tonic-graceful() {
  start 15312 "$TONIC" serve 127.0.0.1:15312 2
  CAPTURE_GZIP=1 begin 15312
  run "$TONIC" call 127.0.0.1:15312 check wait:2500
}

# The watch never ends, so the server waits for it; then the process is killed with the stream still open.
tonic-graceful-never-ends() {
  start 15313 "$TONIC" serve 127.0.0.1:15313 2
  local victim=$LAST
  begin 15313
  run "$TONIC" call 127.0.0.1:15313 check watch:9000 &
  sleep 4
  kill_server "$victim"
  wait $!
}

tonic-cancel() {
  start 15314 "$TONIC" serve 127.0.0.1:15314
  begin 15314
  run "$TONIC" call 127.0.0.1:15314 check watch:700 check watch:300 check
}

# h2 allows 20 streams that are reset before the server has accepted them.
tonic-reset-flood() {
  start 15315 "$TONIC" serve 127.0.0.1:15315
  begin 15315
  frames 127.0.0.1:15315 "headers 1 /grpc.health.v1.Health/Check" "end 1" "wait 200ms" "flood 3 60 /grpc.health.v1.Health/Watch" "wait 500ms"
}

# A tonic client of a grpc-go server with the default policy.
tonic-idle-pings-grpc-go() {
  server 1.64.1 127.0.0.1:15316
  begin 15316
  run "$TONIC" call 127.0.0.1:15316 keepalive:1500 check wait:9000
}

tonic-grpc-go-healthy() {
  server 1.85.0 127.0.0.1:15317
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 15317
  run "$TONIC" call 127.0.0.1:15317 check watch:500 check check
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  rust volo
  rust tonic
  mapfile -t all < <(grep -oE '^(volo|tonic)-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
