#!/usr/bin/env bash
# Recordings with grpc-java, Netty and Vert.x: record.sh [NAME...]
source "$(dirname "$0")/../proxy/programs.sh"

# See ../python/record.sh.
export GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS=50
ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)
JS=grpc-js-1.14.7
IDLE_PINGS=(grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=5000 grpc.keepalive_permit_without_calls=1)

java_server() { # PROFILE PORT OPTION...
  local JAVA
  java_program "$1" GrpcServer
  start "$2" "${JAVA[@]}" "${@:2}"
}

# Incident 1 with a grpc-java server: the third idle ping is the last.
java-idle-pings-grpc-js-client() {
  java_server grpc-1.75 17201
  begin 17201
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17201 "${IDLE_PINGS[@]}" -- unary wait:4500 unary wait:7500
}

java-1.41-idle-pings-python-client() {
  java_server grpc-1.41 17202
  CAPTURE_IF=any begin 17202
  run "${PY_CLIENT[@]}" '[::1]:17202' grpc.keepalive_time_ms=1000 grpc.keepalive_permit_without_calls=1 \
    grpc.http2.max_pings_without_data=0 -- unary wait:5000 unary wait:1000
}

# grpc-java on both sides: it raises its interval to at least 10 s.
java-idle-pings-java-client() {
  java_server grpc-1.75 17203
  java_program grpc-1.75 GrpcClient
  begin 17203
  run "${JAVA[@]}" 127.0.0.1 17203 keepaliveMs=10000 idle=1 -- unary wait:33000 unary
}

# The same client, permitted.
java-idle-pings-permitted() {
  java_server grpc-1.75 17204 permitTimeMs=500 permitIdle=1
  begin 17204
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17204 "${IDLE_PINGS[@]}" -- unary wait:7500 unary
}

java-interval-pings() {
  java_server grpc-1.75 17205
  begin 17205
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17205 "${IDLE_PINGS[@]}" -- '&stream:count=1,delayMs=8000' '&unary:delayMs=7000' unary wait:5500
}

java-healthy-kinds() {
  java_server grpc-1.75 17206
  java_program grpc-1.75 GrpcClient
  CAPTURE_FORMAT=pcapng begin 17206
  run "${JAVA[@]}" 127.0.0.1 17206 -- "${ALL_KINDS[@]}" unary:status=5 missing stream:count=60,delayMs=20,cancel=300 unary
}

java-1.41-healthy-python-client() {
  java_server grpc-1.41 17207
  begin 17207
  run "${PY_CLIENT[@]}" 127.0.0.1:17207 -- "${ALL_KINDS[@]}" unary:status=5 unary
}

java-graceful-shutdown() {
  java_server grpc-1.75 17208
  local server=$last
  java_program grpc-1.75 GrpcClient
  CAPTURE_IF=any begin 17208
  background "${JAVA[@]}" 127.0.0.1 17208 -- unary stream:count=10,delayMs=400 wait:500
  sleep 5
  kill -TERM "$server"
  sleep 3.5
}

java-max-age() {
  java_server grpc-1.75 17209 maxAgeMs=2000 graceMs=5000
  begin 17209
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17209 -- unary stream:count=10,delayMs=300 unary
}

java-max-age-grace-expired() {
  java_server grpc-1.41 17210 maxAgeMs=1500 graceMs=700
  begin 17210
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17210 -- unary '&unary:delayMs=9000' stream:count=40,delayMs=200
}

java-deadline() {
  java_server grpc-1.75 17211
  java_program grpc-1.75 GrpcClient
  begin 17211
  run "${JAVA[@]}" 127.0.0.1 17211 -- unary unary:deadline=500,delayMs=2000 unary
}

java-max-idle() {
  java_server grpc-1.75 17212 maxIdleMs=1200
  begin 17212
  run "${PY_CLIENT[@]}" '127.0.0.1:17212' -- unary wait:2500 unary
}

# Incident 5. One call of several times out; the server answers it late.
vertx() { # PROFILE MANNER PORT CLIENT_ARGUMENT...
  local JAVA
  java_program "$1" VertxServer
  start "$3" "${JAVA[@]}" "$3" "$2"
  java_program "$1" VertxClient
  begin "$3"
  run "${JAVA[@]}" "${@:3}"
}
LATE=(0:10 300:4000 400:4000 450:3500 500:1500:600 900:1)
vertx-4.3-late-write() { vertx vertx-4.3 bare 17220 "${LATE[@]}"; }
vertx-4.5-late-write() { CAPTURE_FORMAT=pcapng vertx vertx-4.5 bare 17221 "${LATE[@]}"; }
# end(buffer, handler) does not help: its header block still goes out with a void promise.
vertx-4.5-late-write-with-handler() { vertx vertx-4.5 handler 17222 upgrade=1 "${LATE[@]}"; }
vertx-4.3-closed-check() { vertx vertx-4.3 closed 17223 "${LATE[@]}"; }
vertx-4.5-closed-check() { CAPTURE_IF=any vertx vertx-4.5 closed 17224 "${LATE[@]}"; }
# The client times out, the server ends before it would answer: RST_STREAM and nothing else.
vertx-4.5-timeout-only() { vertx vertx-4.5 bare 17225 0:10 300:1200 500:9000:600 900:1; }
vertx-4.5-healthy-upgrade() { vertx vertx-4.5 bare 17226 upgrade=1 0:10 300:200 300:200 350:400 900:1; }

netty_late() { # MANNER PORT
  local JAVA
  java_program netty-4.1 NettyLateWrite
  start "$2" "${JAVA[@]}" "$2" "$1"
  begin "$2"
  run "${HTTP2[@]}" late-timeout "127.0.0.1:$2"
}
netty-late-write() { netty_late void 17230; }
netty-late-write-normal-promise() { netty_late normal 17231; }

# A plaintext client at a TLS port of the JDK: an alert comes back.
java-plaintext-client-tls-server() {
  local JAVA
  java_program netty-4.1 JsseServer
  start 17240 "${JAVA[@]}" 17240 "$LAB_WORK/tls/store.p12"
  begin 17240
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:17240 -- unary:deadline=2000
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^(java|vertx|netty)-'))
record_scenarios "$@"
