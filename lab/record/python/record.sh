#!/usr/bin/env bash
# Recordings with Python grpcio (C-core): record.sh [NAME...]
source "$(dirname "$0")/../proxy/programs.sh"

# An idle Python channel looks at its sockets only this often (5000 by default): pings and their answers wait for it.
export GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS=50
OLD_CLIENT=("$LAB_WORK/py-1.54/bin/python" "$RECORD/python/client.py")

ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)
IDLE_PINGS=(grpc.keepalive_time_ms=700 grpc.keepalive_permit_without_calls=1 grpc.http2.max_pings_without_data=0)
PERMISSIVE=(grpc.http2.min_recv_ping_interval_without_data_ms=100 grpc.keepalive_permit_without_calls=1 grpc.http2.max_ping_strikes=0)

# Incident 1, C-core on both sides.
python-idle-pings() {
  start 17301 "${PY_SERVER[@]}" 127.0.0.1:17301
  begin 17301
  run "${PY_CLIENT[@]}" 127.0.0.1:17301 "${IDLE_PINGS[@]}" -- unary wait:4500 unary wait:9000
}

# grpcio 1.54 numbers its pings from 0, so its first payload looks like that of grpc-go.
python-1.54-idle-pings() {
  start 17318 "${PY_SERVER[@]}" 127.0.0.1:17318
  begin 17318
  run "${OLD_CLIENT[@]}" 127.0.0.1:17318 "${IDLE_PINGS[@]}" -- unary wait:4500
}

# With the 5 s rhythm of an idle Python channel a keepalive of 700 ms becomes one ping in 5 s.
python-idle-pings-default-poll() {
  start 17319 "${PY_SERVER[@]}" 127.0.0.1:17319
  begin 17319
  GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS=5000 run "${PY_CLIENT[@]}" 127.0.0.1:17319 "${IDLE_PINGS[@]}" -- unary wait:26000
}

python-idle-pings-permitted() {
  start 17302 "${PY_SERVER[@]}" '[::1]:17302' "${PERMISSIVE[@]}"
  begin 17302
  run "${PY_CLIENT[@]}" '[::1]:17302' "${IDLE_PINGS[@]}" -- unary wait:7000 unary
}

# The same pings while a stream is open: below the 5 minutes of the default policy.
python-interval-pings() {
  start 17303 "${PY_SERVER[@]}" 127.0.0.1:17303
  CAPTURE_IF=any begin 17303
  run "${PY_CLIENT[@]}" 127.0.0.1:17303 "${IDLE_PINGS[@]}" -- '&stream:count=1,delayMs=9000' '&unary:delayMs=8000' wait:5500
}

# Each answer clears the strikes, so frequent calls keep the connection alive.
python-pings-between-calls() {
  start 17304 "${PY_SERVER[@]}" 127.0.0.1:17304
  begin 17304
  run "${PY_CLIENT[@]}" 127.0.0.1:17304 "${IDLE_PINGS[@]}" -- unary wait:1600 unary wait:1600 unary wait:1600 unary wait:1600 unary
}

python-healthy-kinds() {
  start 17305 "${PY_SERVER[@]}" 127.0.0.1:17305
  CAPTURE_FORMAT=pcapng begin 17305
  run "${PY_CLIENT[@]}" 127.0.0.1:17305 -- "${ALL_KINDS[@]}"
}

# Large streams: both C-cores send BDP probes, nobody is cut.
python-bdp-probes() {
  start 17306 "${PY_SERVER[@]}" 127.0.0.1:17306
  CAPTURE_GZIP=1 begin 17306
  run "${PY_CLIENT[@]}" 127.0.0.1:17306 -- unary stream:count=40,size=30000,delayMs=40 upload:count=60,pad=20000,gap=20 unary
}

python-app-errors() {
  start 17307 "${PY_SERVER[@]}" 127.0.0.1:17307
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 17307
  run "${PY_CLIENT[@]}" 127.0.0.1:17307 -- unary unary:status=5 stream:status=13 missing unary
}

python-deadline() {
  start 17308 "${PY_SERVER[@]}" 127.0.0.1:17308
  begin 17308
  run "${PY_CLIENT[@]}" 127.0.0.1:17308 -- unary '2*unary:deadline=500,delayMs=1500' unary
}

python-message-too-large() {
  start 17309 "${PY_SERVER[@]}" 127.0.0.1:17309 grpc.max_receive_message_length=4000
  begin 17309
  run "${PY_CLIENT[@]}" 127.0.0.1:17309 -- unary unary:pad=20000 unary
}

python-response-too-large() {
  start 17310 "${PY_SERVER[@]}" 127.0.0.1:17310
  begin 17310
  run "${PY_CLIENT[@]}" 127.0.0.1:17310 grpc.max_receive_message_length=4000 -- unary unary:size=9000 unary
}

python-server-stop() {
  start 17311 "${PY_SERVER[@]}" 127.0.0.1:17311 graceS=5
  local server=$last
  begin 17311
  background "${PY_CLIENT[@]}" 127.0.0.1:17311 -- unary stream:count=8,delayMs=300 wait:500
  sleep 1.5
  kill -TERM "$server"
  sleep 2.5
}

# The grace is shorter than the call.
python-server-stop-grace-expired() {
  start 17312 "${PY_SERVER[@]}" 127.0.0.1:17312 graceS=0.6
  local server=$last
  begin 17312
  background "${PY_CLIENT[@]}" 127.0.0.1:17312 -- unary stream:count=30,delayMs=200 wait:300
  sleep 1.5
  kill -TERM "$server"
  sleep 2
}

python-server-killed() {
  start 17313 "${PY_SERVER[@]}" 127.0.0.1:17313
  local server=$last
  CAPTURE_FORMAT=pcapng begin 17313
  background "${PY_CLIENT[@]}" 127.0.0.1:17313 -- unary '2*&unary:delayMs=6000' stream:count=40,delayMs=200 wait:300
  sleep 1.8
  kill -KILL "$server"
  sleep 1.5
}

# The process hangs for a while (SIGSTOP) and answers the ping late. This C-core does not give up meanwhile.
python-late-ping-answer() {
  start 17314 "${PY_SERVER[@]}" 127.0.0.1:17314
  local server=$last
  begin 17314
  background "${PY_CLIENT[@]}" 127.0.0.1:17314 grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=5000 grpc.http2.max_pings_without_data=0 grpc.http2.bdp_probe=0 -- unary stream:count=20,delayMs=300 unary
  sleep 1.2
  kill -STOP "$server"
  sleep 3
  kill -CONT "$server"
  sleep 5
}

python-max-age() {
  start 17315 "${PY_SERVER[@]}" 127.0.0.1:17315 grpc.max_connection_age_ms=1500 grpc.max_connection_age_grace_ms=5000
  CAPTURE_IF=any begin 17315
  run "${PY_CLIENT[@]}" 127.0.0.1:17315 -- unary stream:count=10,delayMs=300 unary
}

python-refused-max-streams() {
  start 17316 "${PY_SERVER[@]}" 127.0.0.1:17316 grpc.max_concurrent_streams=3
  begin 17316
  run "${PY_CLIENT[@]}" 127.0.0.1:17316 -- unary '12*unary:delayMs=150'
}

# One connection a call, closed by the client.
python-short-lived() {
  start 17317 "${PY_SERVER[@]}" 127.0.0.1:17317
  begin 17317
  local call
  for call in 1 2 3 4 5 6; do run "${PY_CLIENT[@]}" 127.0.0.1:17317 -- unary; done
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^python-'))
record_scenarios "$@"
