#!/usr/bin/env bash
# Recordings of Kitex over gRPC: kitex.sh [NAME...]
# 0.11.3 has no graceful exit for gRPC; 0.12.3 and 0.15.0 have.
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

# kitex_server VERSION ADDRESS FLAG...
kitex_server() {
  local version="$1" address="$2"
  shift 2
  start "${address##*:}" "$BIN/kitex-server-$version" -listen "$address" "$@"
}

# kitex_client VERSION ADDRESS FLAG-OR-STEP...
kitex_client() {
  local version="$1" address="$2"
  shift 2
  run "$BIN/kitex-client-$version" -target "$address" "$@"
}

# exit_with_calls VERSION ADDRESS SECONDS FLAG... - SIGTERM while calls of that length run.
exit_with_calls() {
  local version="$1" address="$2" seconds="$3"
  shift 3
  kitex_server "$version" "$address" "$@"
  local server=$LAST
  begin "${address##*:}"
  kitex_client "$version" "$address" "get id=1" "bg get sleep=${seconds}s id=2" "bg get sleep=${seconds}s id=3" "wait 200ms" "get id=4" &
  sleep 1.2
  kill -TERM "$server"
  wait $!
}

# Without graceful exit: calls that outlast the wait end with a bare FIN.
kitex-exit-0.11() { exit_with_calls 0.11.3 127.0.0.1:15401 8 -exit-wait 2s; }
kitex-exit-0.11-calls-finish() { exit_with_calls 0.11.3 127.0.0.1:15414 2; }
kitex-graceful-exit-0.12() { CAPTURE_FORMAT=pcapng exit_with_calls 0.12.3 127.0.0.1:15402 3; }
kitex-graceful-exit-0.15() { exit_with_calls 0.15.0 '[::1]:15403' 3; }
# Calls longer than the time the server waits.
kitex-exit-wait-expired() { exit_with_calls 0.15.0 127.0.0.1:15404 8 -exit-wait 2s; }

kitex-kill() {
  kitex_server 0.15.0 127.0.0.1:15405
  local server=$LAST
  CAPTURE_IF=any begin 15405
  kitex_client 0.11.3 127.0.0.1:15405 -pool 3 "get id=1" "bg get sleep=8s id=2" "bg get sleep=8s id=3" "bg get sleep=8s id=4" "wait 2s" &
  sleep 1
  kill_server "$server"
  wait $!
}

# One connection a call: each "draining" line of the old log is one of these.
kitex-short-connections() {
  kitex_server 0.11.3 127.0.0.1:15406
  begin 15406
  kitex_client 0.11.3 127.0.0.1:15406 -short "get id=1" "get id=2" "get id=3" "get id=4" "get id=5" "get id=6" "get id=7" "get id=8"
}

# Kitex does not double its interval after too_many_pings: the next connection makes the same mistake at the same pace.
kitex-idle-pings() {
  kitex_server 0.11.3 127.0.0.1:15407
  begin 15407
  kitex_client 0.11.3 127.0.0.1:15407 -keepalive 10s -permit-idle "get id=1" "wait 42s" "get id=2" "wait 43s"
}

kitex-idle-pings-grpc-go() {
  server 1.64.1 '[::1]:15408'
  CAPTURE_GZIP=1 begin 15408
  kitex_client 0.15.0 '[::1]:15408' -keepalive 10s -permit-idle "get id=1" "wait 44s"
}

kitex-idle-pings-permitted() {
  kitex_server 0.15.0 127.0.0.1:15409 -permit-idle
  begin 15409
  kitex_client 0.15.0 127.0.0.1:15409 -keepalive 10s -permit-idle "get id=1" "wait 63s" "get id=2"
}

kitex-interval-pings() {
  kitex_server 0.15.0 127.0.0.1:15410
  begin 15410
  kitex_client 0.15.0 127.0.0.1:15410 -keepalive 10s "bg get sleep=60s" "wait 44s"
}

kitex-max-idle() {
  kitex_server 0.15.0 127.0.0.1:15411 -max-idle 2s
  begin 15411
  kitex_client 0.15.0 127.0.0.1:15411 "get id=1" "wait 4s" "get id=2"
}

kitex-grpc-go-client() {
  kitex_server 0.15.0 127.0.0.1:15412
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 15412
  client 1.64.1 127.0.0.1:15412 "get id=1" "watch for=1s every=250ms" "get id=2" "watch for=10s every=200ms cancel=500ms" "get id=3"
}

kitex-request-trailers() {
  kitex_server 0.15.0 127.0.0.1:15413
  begin 15413
  frames 127.0.0.1:15413 "headers 1 /shop.Orders/Get" "end 1 sleep=2s id=1" "wait 300ms" \
    "headers 3 /shop.Orders/Get, data 3 id=2, trailers 3 grpc-status=0" "wait 3s"
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  for version in 0.11.3 0.12.3 0.15.0; do
    [[ -x "$BIN/kitex-client-$version" ]] || "$GO_LAB/kitex/build.sh" "$version"
  done
  mapfile -t all < <(grep -oE '^kitex-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
