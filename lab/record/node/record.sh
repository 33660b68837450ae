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
  start 17108 "${PY_SERVER[@]}" 127.0.0.1:17108
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
  CAPTURE_SNAP=70000 CAPTURE_GZIP=1 begin 17118
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

# Ten long streams hold all that the server allows; twenty calls wait for them in the client, and then for each other.
grpc-js-starved() {
  start 17123 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17123 grpc.max_concurrent_streams=10
  CAPTURE_GZIP=1 begin 17123
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17123 -- unary '10*&stream:count=5,delayMs=400' wait:200 '60*unary:delayMs=300'
}

# As many streams as the server allows, for four seconds, and nobody else.
grpc-js-full-house() {
  start 17124 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17124 grpc.max_concurrent_streams=10
  CAPTURE_GZIP=1 begin 17124
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17124 -- unary '10*stream:count=8,delayMs=500' unary
}

# Six hundred cancelled calls: Node's guard is at a thousand.
node-cancel-storm() {
  start 17145 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17145
  CAPTURE_GZIP=1 begin 17145
  run "${HTTP2[@]}" flood 127.0.0.1:17145 600
}

# Sixty of them are everyday life.
node-few-cancels() {
  start 17146 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17146
  CAPTURE_GZIP=1 begin 17146
  run "${HTTP2[@]}" flood 127.0.0.1:17146 60
}

# A deadline of 150 ms that no call meets, two hundred times.
grpc-js-deadline-storm() {
  start 17147 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17147
  CAPTURE_GZIP=1 begin 17147
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17147 -- unary '100*unary:deadline=150,delayMs=2000' '100*unary:deadline=150,delayMs=2000'
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

# A hanging server process: its kernel acknowledges, nobody answers the ping.
grpc-js-unanswered-ping() {
  start 17123 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17123
  local server=$last
  begin 17123
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17123 grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=1200 -- unary stream:count=30,delayMs=300
  sleep 1.2
  kill -STOP "$server"
  sleep 3.5
  kill -CONT "$server"
}

# Answers that real servers give only by chance, from a server that writes frames by script.
scripted() { # VARIANT PORT STEP...
  start "$2" "${SCRIPTED[@]}" "127.0.0.1:$2" "$1"
  begin "$2"
  run "${JS_CLIENT[@]}" "$NEW" "127.0.0.1:$2" grpc.enable_retries=0 -- "${@:3}"
}
node-reset-after-partial-data() { scripted reset-after-partial-data 17140 unary '3*unary'; }
node-reset-after-data() { scripted reset-after-data 17141 unary unary; }
node-reset-after-headers() { CAPTURE_IF=any scripted reset-after-headers 17142 unary unary; }
node-every-third-reset() { CAPTURE_FORMAT=pcapng scripted every-third-reset 17143 '9*unary'; }
node-early-answer() { scripted early-answer 17144 upload:count=6,gap=40; }
node-missing-trailers() { scripted missing-trailers 17145 unary unary; }
node-short-message() { scripted short-message 17146 unary; }
node-internal-error() { scripted internal-error 17147 unary unary; }
node-refused() { scripted refused 17148 '3*unary'; }
node-goaway-below() { scripted goaway-below 17149 '4*unary:deadline=1500'; }
node-no-server-preface() { scripted silent 17150 unary:deadline=1500; }
connect-node-reset-after-partial-data() {
  start 17151 "${SCRIPTED[@]}" 127.0.0.1:17151 reset-after-partial-data
  begin 17151
  run "${CONNECT[@]}" client 127.0.0.1:17151 grpc -- unary
}

# Cancelling about a thousand calls at once trips the guard of Node's own server.
node-reset-flood() {
  start 17152 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17152
  CAPTURE_SNAP=70000 CAPTURE_GZIP=1 begin 17152
  run "${HTTP2[@]}" flood 127.0.0.1:17152 1300
}

node-request-trailers-python-server() {
  start 17153 "${PY_SERVER[@]}" 127.0.0.1:17153
  begin 17153
  run "${HTTP2[@]}" request-trailers 127.0.0.1:17153
}
node-request-trailers-js-server() {
  start 17154 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17154
  begin 17154
  run "${HTTP2[@]}" request-trailers 127.0.0.1:17154
}

# The peer speaks something else.
node-http1-server() {
  start 8081 "${OTHER[@]}" http1-server 127.0.0.1:8081
  begin 8081
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:8081 -- unary:deadline=2000
}
python-http1-server() {
  start 17156 "${OTHER[@]}" http1-server 127.0.0.1:17156
  begin 17156
  run "${PY_CLIENT[@]}" 127.0.0.1:17156 -- unary:deadline=2000
}
node-http1-client-at-grpc-server() {
  start 17157 "${PY_SERVER[@]}" 127.0.0.1:17157
  begin 17157
  run curl -sS -m 2 http://127.0.0.1:17157/ok
}
TLS_FILES=("$LAB_WORK/tls/key.pem" "$LAB_WORK/tls/cert.pem")
node-tls-client-plaintext-server() {
  start 17158 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17158
  begin 17158
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17158 tls=1 -- unary:deadline=2000
}
node-tls-client-python-server() {
  start 17159 "${PY_SERVER[@]}" 127.0.0.1:17159
  begin 17159
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17159 tls=1 -- unary:deadline=2000
}
# A Node TLS port sends no alert to a plaintext preface.
node-plaintext-client-tls-server() {
  start 17160 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17160 tls="${TLS_FILES[0]},${TLS_FILES[1]}"
  begin 17160
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17160 -- unary:deadline=2000
}
# OpenSSL's own server does.
node-plaintext-client-openssl-server() {
  start 17161 openssl s_server -quiet -accept 127.0.0.1:17161 -key "${TLS_FILES[0]}" -cert "${TLS_FILES[1]}"
  begin 17161
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17161 -- unary:deadline=2000
}
node-tls-only() {
  start 443 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:443 tls="${TLS_FILES[0]},${TLS_FILES[1]}"
  CAPTURE_FORMAT=pcapng begin 443
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:443 tls=1 -- unary stream:count=4,delayMs=50
}
node-http1-only() {
  start 8082 "${OTHER[@]}" http1-server 127.0.0.1:8082
  begin 8082
  run "${OTHER[@]}" http1-client 127.0.0.1:8082
}
node-udp-only() {
  CAPTURE_FILTER='udp port 17163' begin
  run "${OTHER[@]}" udp 127.0.0.1:17163
}

# Health checks of a balancer: connect and close, beside calls.
node-tcp-health-checks() {
  start 17164 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17164
  begin 17164
  background "${OTHER[@]}" health 127.0.0.1:17164 8
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17164 -- stream:count=8,delayMs=150 unary
  sleep 0.3
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^(grpc-js|connect|node|python)-'))
record_scenarios "$@"
