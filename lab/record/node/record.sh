#!/usr/bin/env bash
# Recordings with grpc-js, connect-node and node:http2: record.sh [NAME...]
source "$(dirname "$0")/../proxy/programs.sh"

NEW=grpc-js-1.14.7
LATE=grpc-js-1.14.2 # half-closes late
OLD=grpc-js-1.7.3
IDLE_PINGS=(grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=5000 grpc.keepalive_permit_without_calls=1)
ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)

# Incident 1: idle pings, counted by a C-core server with its default policy; the next connection pings half as often.
grpc-js-idle-pings-python-server() {
  start 17101 "${PY_SERVER[@]}" 127.0.0.1:17101
  begin 17101
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17101 "${IDLE_PINGS[@]}" -- unary wait:6000 unary wait:9000
}

# The capture ends after the third ping: not cut yet.
grpc-js-idle-pings-not-yet-cut() {
  start 17102 "${PY_SERVER[@]}" 127.0.0.1:17102
  begin 17102
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17102 "${IDLE_PINGS[@]}" -- unary wait:6000
  sleep 2.7
}

# A grpc-js server has no ping policy: never cut.
grpc-js-idle-pings-js-server() {
  start 17103 "${JS_SERVER[@]}" "$NEW" '[::1]:17103'
  CAPTURE_IF=any begin 17103
  run "${JS_CLIENT[@]}" "$NEW" '[::1]:17103' "${IDLE_PINGS[@]}" -- unary wait:8500 unary
}

# Pings while a stream is open, faster than the server's 5 minutes.
grpc-js-interval-pings-python-server() {
  start 17104 "${PY_SERVER[@]}" 127.0.0.1:17104
  begin 17104
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17104 "${IDLE_PINGS[@]}" -- '&stream:count=1,delayMs=8000' unary wait:6000
}

grpc-js-healthy-kinds() {
  start 50051 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:50051
  begin 50051
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:50051 -- "${ALL_KINDS[@]}"
}

grpc-js-1.7-healthy-python-server() {
  start 17106 "${PY_SERVER[@]}" '[::1]:17106'
  CAPTURE_FORMAT=pcapng begin 17106
  run "${JS_CLIENT[@]}" "$OLD" '[::1]:17106' -- "${ALL_KINDS[@]}"
}

grpc-js-app-errors() {
  start 17107 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17107
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 17107
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17107 -- unary unary:status=5 unary:status=7 unary:status=13 stream:status=9 missing unary
}

grpc-js-deadline() {
  start 17108 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17108
  begin 17108
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17108 -- unary '3*unary:deadline=400,delayMs=1500' unary
}

grpc-js-client-cancel() {
  start 17109 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17109
  begin 17109
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17109 -- unary stream:count=100,delayMs=40,cancel=300 unary:delayMs=800,cancel=200 unary
}

# The age is over while a stream runs; it ends within the grace, the next call takes a new connection.
grpc-js-max-age() {
  start 17110 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17110 grpc.max_connection_age_ms=1500 grpc.max_connection_age_grace_ms=6000
  CAPTURE_FORMAT=pcapng begin 17110
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17110 -- unary stream:count=8,delayMs=300 unary
}

grpc-js-max-age-grace-expired() {
  start 17111 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17111 grpc.max_connection_age_ms=1200 grpc.max_connection_age_grace_ms=800
  begin 17111
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17111 -- unary stream:count=30,delayMs=200
}

grpc-js-try-shutdown() {
  start 17112 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17112
  local server=$last
  begin 17112
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17112 -- unary stream:count=6,delayMs=300
  sleep 1.5
  kill -TERM "$server"
  sleep 2
}

# One connection with open calls; the process dies.
grpc-js-server-killed() {
  start 17113 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17113
  local server=$last
  begin 17113
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17113 -- unary '2*&unary:delayMs=5000' stream:count=50,delayMs=200
  sleep 1.6
  kill -KILL "$server"
  sleep 1
}

# Three clients of one server; the process dies.
grpc-js-server-killed-three-clients() {
  start 17114 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17114
  local server=$last client
  CAPTURE_IF=any begin 17114
  for client in 1 2 3; do
    background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17114 -- "unary:size=${client}0" '&unary:delayMs=5000' stream:count=50,delayMs=150
  done
  sleep 2.5
  kill -KILL "$server"
  sleep 1
}

grpc-js-1.14.2-late-half-close-go-server() {
  start 17115 "${GO_SERVER[@]}" 127.0.0.1:17115
  begin 17115
  run "${JS_CLIENT[@]}" "$LATE" 127.0.0.1:17115 -- '10*unary:size=1000' unary unary
}

grpc-js-1.14.7-go-server() {
  start 17116 "${GO_SERVER[@]}" 127.0.0.1:17116
  begin 17116
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17116 -- '10*unary:size=1000' unary unary "${ALL_KINDS[@]}"
}

grpc-js-1.14.2-late-half-close-python-server() {
  start 17117 "${PY_SERVER[@]}" 127.0.0.1:17117
  begin 17117
  run "${JS_CLIENT[@]}" "$LATE" 127.0.0.1:17117 -- '10*unary:size=1000' unary unary
}

grpc-js-large-responses() {
  start 17118 "${GO_SERVER[@]}" 127.0.0.1:17118
  CAPTURE_GZIP=1 begin 17118
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17118 -- '50*unary:size=250000'
}

grpc-js-message-too-large() {
  start 17119 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17119 grpc.max_receive_message_length=1000
  begin 17119
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17119 -- unary unary:pad=5000 unary
}

grpc-js-response-too-large() {
  start 17120 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17120
  begin 17120
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17120 grpc.max_receive_message_length=20000 -- unary unary:size=60000 unary
}

grpc-js-max-concurrent-streams() {
  start 17121 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17121 grpc.max_concurrent_streams=4
  begin 17121
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17121 -- unary '20*unary:delayMs=150'
}

grpc-js-idle-timeout() {
  start 17122 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17122 grpc.max_connection_idle_ms=1000
  begin 17122
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17122 -- unary wait:2200 unary wait:2200 unary
}

connect-node-healthy-grpc() {
  start 17130 "${CONNECT[@]}" server 127.0.0.1:17130
  begin 17130
  run "${CONNECT[@]}" client 127.0.0.1:17130 grpc -- "${ALL_KINDS[@]}" unary:status=5
}

connect-node-healthy-connect() {
  start 17131 "${CONNECT[@]}" server 127.0.0.1:17131
  begin 17131
  run "${CONNECT[@]}" client 127.0.0.1:17131 connect -- "${ALL_KINDS[@]}" unary:status=5
}

connect-node-idle-pings() {
  start 17132 "${CONNECT[@]}" server 127.0.0.1:17132
  CAPTURE_IF=any begin 17132
  run "${CONNECT[@]}" client 127.0.0.1:17132 grpc pingIntervalMs=800 pingIdleConnection=1 -- unary wait:6500 unary
}

connect-node-idle-pings-python-server() {
  start 17133 "${PY_SERVER[@]}" 127.0.0.1:17133
  begin 17133
  run "${CONNECT[@]}" client 127.0.0.1:17133 grpc pingIntervalMs=800 pingIdleConnection=1 -- unary wait:5000 unary wait:7500
}

# connect-node ends its own deadline with RST_STREAM code 2.
connect-node-deadline() {
  start 17134 "${PY_SERVER[@]}" 127.0.0.1:17134
  begin 17134
  run "${CONNECT[@]}" client 127.0.0.1:17134 grpc -- unary unary:deadline=400,delayMs=1500 unary
}

connect-node-cancel() {
  start 17135 "${CONNECT[@]}" server 127.0.0.1:17135
  begin 17135
  run "${CONNECT[@]}" client 127.0.0.1:17135 grpc -- unary stream:count=100,delayMs=40,cancel=300 unary
}

connect-node-late-half-close-go-server() {
  start 17136 "${GO_SERVER[@]}" 127.0.0.1:17136
  begin 17136
  run "${CONNECT[@]}" client 127.0.0.1:17136 grpc -- '10*unary:size=1000' unary unary
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^(grpc-js|connect)-'))
record_scenarios "$@"
