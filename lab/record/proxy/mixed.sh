#!/usr/bin/env bash
# Captures of several programs at once, and copies of real captures that a tool damaged or rewrote: mixed.sh [NAME...]
# Run it after the other record.sh scripts, as the rewritten ones are made from their files.
source "$(dirname "$0")/programs.sh"

NEW=grpc-js-1.14.7
IDLE_PINGS=(grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=5000 grpc.keepalive_permit_without_calls=1)
ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)

# Four servers, one of them cuts a pinging client.
mixed-one-failing() {
  start 17501 "${PY_SERVER[@]}" 127.0.0.1:17501
  start 17502 "${JS_SERVER[@]}" "$NEW" '[::1]:17502'
  start 17503 "${GO_SERVER[@]}" 127.0.0.1:17503
  start 17504 nghttpd --no-tls -d "$RECORD/proxy" 17504
  CAPTURE_IF=any begin 17501 17502 17503 17504
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17501 "${IDLE_PINGS[@]}" -- unary wait:5500
  background "${JS_CLIENT[@]}" "$NEW" '[::1]:17502' "${IDLE_PINGS[@]}" -- unary wait:5200 unary
  background "${PY_CLIENT[@]}" 127.0.0.1:17503 -- "${ALL_KINDS[@]}" wait:1000 unary
  run h2load -n 20 -c 1 -m 5 http://127.0.0.1:17504/nginx.conf | grep requests:
  background "${OTHER[@]}" health 127.0.0.1:17503 5
  sleep 6.5
}

# A killed server beside a draining one and a client that cancels.
mixed-killed-among-healthy() {
  start 17505 "${PY_SERVER[@]}" 127.0.0.1:17505
  local killed=$last
  start 17506 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17506
  local drained=$last
  CAPTURE_FORMAT=pcapng begin 17505 17506
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17505 -- unary stream:count=50,delayMs=150
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17506 -- unary stream:count=100,delayMs=40,cancel=400 stream:count=8,delayMs=200
  sleep 1.6
  kill -TERM "$drained"
  sleep 0.3
  kill -KILL "$killed"
  sleep 1.5
}

# Over a veth pair of 1500 octets into a network namespace, with nanosecond time stamps.
mixed-veth-1500-nano() {
  ip netns add calmlab
  ip link add calmlab0 type veth peer name calmlab1
  ip link set calmlab1 netns calmlab
  ip addr add 10.251.0.1/24 dev calmlab0
  ip link set calmlab0 up
  ip netns exec calmlab ip addr add 10.251.0.2/24 dev calmlab1
  ip netns exec calmlab ip link set calmlab1 up
  ethtool -K calmlab0 tso off gso off gro off >/dev/null 2>&1
  ip netns exec calmlab ethtool -K calmlab1 tso off gso off gro off >/dev/null 2>&1
  ip netns exec calmlab "${GO_SERVER[@]}" 10.251.0.2:443 >/dev/null 2>&1 &
  running+=($!)
  sleep 0.5
  local raw="$LAB_WORK/run/$scenario.pcap"
  tcpdump -Z root -n -U --nano -i calmlab0 -w "$raw" tcp port 443 2>/dev/null &
  local capture=$!
  sleep 0.7
  run "${JS_CLIENT[@]}" "$NEW" 10.251.0.2:443 -- "${ALL_KINDS[@]}" '3*unary:size=20000'
  sleep 1
  kill -INT "$capture"
  wait "$capture"
  gzip -9 -n -c "$raw" >"$LAB_CAPTURES/$scenario.pcap.gz"
  stop_programs "${running[@]}"
  ip netns del calmlab
}

# The capture begins when the connection is long open.
mixed-starts-mid-connection() {
  start 17507 "${PY_SERVER[@]}" 127.0.0.1:17507
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17507 -- unary unary stream:count=12,delayMs=200 unary unary:status=5
  sleep 1.5
  begin 17507
  sleep 2.5
}

# Only the first 120 octets of each packet.
mixed-short-snaplen() {
  start 17508 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:17508
  CAPTURE_SNAP=120 begin 17508
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17508 -- unary '3*unary:size=5000' stream:count=3,size=900,delayMs=20
}

# Rewritten copies.
copy_of() { # NAME: the uncompressed original
  local path
  path="$(capture_path "$1")"
  case "$path" in *.gz) gunzip -c "$path" ;; *) cat "$path" ;; esac
}
mixed-vlan() {
  copy_of python-idle-pings >"$LAB_WORK/run/$scenario.in"
  tcprewrite --enet-vlan=add --enet-vlan-tag=42 --enet-vlan-cfi=0 --enet-vlan-pri=0 \
    -i "$LAB_WORK/run/$scenario.in" -o "$LAB_CAPTURES/$scenario.pcap"
}
mixed-packets-lost() {
  copy_of grpc-js-1.14.7-go-server >"$LAB_WORK/run/$scenario.in"
  # Frames of the server that carry answers, and one request.
  editcap -F pcap "$LAB_WORK/run/$scenario.in" "$LAB_CAPTURES/$scenario.pcap" 14-16 30 40-41
}
mixed-packets-lost-killed() {
  copy_of grpc-js-server-killed-three-clients >"$LAB_WORK/run/$scenario.in"
  editcap -F pcapng "$LAB_WORK/run/$scenario.in" "$LAB_CAPTURES/$scenario.pcapng" 60-75
}
mixed-truncated-file() {
  copy_of java-1.41-healthy-python-client | head -c 15000 >"$LAB_CAPTURES/$scenario.pcap"
}
# Two captures in one file, merged by time.
mixed-merged() {
  mergecap -F pcapng -a -w "$LAB_CAPTURES/$scenario.pcapng" \
    "$(capture_path vertx-4.5-closed-check)" "$(capture_path connect-node-healthy-grpc)"
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^mixed-'))
record_scenarios "$@"
