#!/usr/bin/env bash
# Recordings where something between client and server acts: relays with an idle timeout, and a link between two network
# namespaces (1500-byte MTU, no segmentation offload): network.sh [NAME...]
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

# --- a relay that closes idle connections; the capture shows the client's side of it ---

# idle_race PORT - every connection is idle as long as the relay allows; the client is stopped shortly before that time,
# as a collector's pause would, and goes on as soon as the FINs have arrived: its next requests are due by then, and it
# writes them before it reads.
idle_race() {
  begin "$1"
  "$BIN/orders-client-1.58.3" -target "127.0.0.1:$1" -connections 3 "get id=1" "wait 3s" "get id=2" "wait 1s" "get id=3" \
    >"$LAB_WORK/run/$NAME.client.log" 2>&1 &
  local client=$! tries
  sleep 2.9
  kill -STOP "$client"
  for ((tries = 0; tries < 200; tries++)); do
    [[ "$(ss -Htn state close-wait "dport = :$1" | wc -l)" != 3 ]] || break
    sleep 0.002
  done
  kill -CONT "$client"
  wait "$client"
}

h2c-go-idle-race-socat() {
  server 1.64.1 127.0.0.1:15501
  start 15502 socat -T 3 TCP-LISTEN:15502,bind=127.0.0.1,fork,reuseaddr TCP:127.0.0.1:15501
  orders 1.58.3
  idle_race 15502
}

haproxy_relay() {
  cat >"$NAME.cfg" <<END
defaults
  mode tcp
  timeout connect 2s
  timeout client 3s
  timeout server 3s
listen relay
  bind 127.0.0.1:$1
  server orders 127.0.0.1:$2
END
  start "$1" haproxy -db -f "$NAME.cfg"
}

h2c-go-idle-race-haproxy() {
  server 1.64.1 127.0.0.1:15503
  haproxy_relay 15504 15503
  orders 1.58.3
  idle_race 15504
}

# The same relay while the client has time to notice: it connects again, nothing is lost.
h2c-go-idle-close-haproxy() {
  server 1.64.1 127.0.0.1:15505
  haproxy_relay 15506 15505
  CAPTURE_FORMAT=pcapng begin 15506
  client 1.58.3 127.0.0.1:15506 "get id=1" "wait 4s" "get id=2" "wait 4s" "get id=3"
}

# The relay cuts a quiet call: its FIN comes with a stream open.
h2c-go-quiet-call-haproxy() {
  server 1.64.1 127.0.0.1:15507
  haproxy_relay 15508 15507
  begin 15508
  client 1.64.1 127.0.0.1:15508 "get id=1" "get sleep=6s id=2" "get id=3"
}

# --- two namespaces ---

# link - namespaces $NAME's client and server, joined by a veth pair; 10.77.0.1 and 10.77.0.2.
link() {
  local tag="$1"
  CLIENT_NETNS="labc$tag"
  SERVER_NETNS="labs$tag"
  ip netns del "$CLIENT_NETNS" 2>/dev/null
  ip netns del "$SERVER_NETNS" 2>/dev/null
  ip netns add "$CLIENT_NETNS"
  ip netns add "$SERVER_NETNS"
  ip link add "vc$tag" netns "$CLIENT_NETNS" type veth peer name "vs$tag" netns "$SERVER_NETNS"
  ip -n "$CLIENT_NETNS" link set "vc$tag" gso_max_segs 1
  ip -n "$SERVER_NETNS" link set "vs$tag" gso_max_segs 1
  ip -n "$CLIENT_NETNS" addr add 10.77.0.1/24 dev "vc$tag"
  ip -n "$SERVER_NETNS" addr add 10.77.0.2/24 dev "vs$tag"
  ip -n "$CLIENT_NETNS" link set "vc$tag" up
  ip -n "$SERVER_NETNS" link set "vs$tag" up
  trap 'stop_programs "${STARTED[@]}"; ip netns del "$CLIENT_NETNS"; ip netns del "$SERVER_NETNS"' EXIT
}

grpc-go-veth() {
  link a
  server 1.64.1 10.77.0.2:15511
  CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vca begin 15511
  client 1.64.1 10.77.0.2:15511 "get bytes=20000" "upload count=4 bytes=6000" "watch every=200ms for=1s" "get id=404 status=5"
}

grpc-go-veth-kill() {
  link b
  server 1.58.3 10.77.0.2:15512
  local victim=$LAST
  CAPTURE_NETNS="$SERVER_NETNS" CAPTURE_IF=any begin 15512
  client 1.58.3 10.77.0.2:15512 "get bytes=9000" "bg watch every=200ms for=9s bytes=2000" "wait 2s" &
  sleep 1.3
  kill_server "$victim"
  wait $!
}

# The way back disappears without a word. grpc-go sets TCP_USER_TIMEOUT to its keepalive timeout: its kernel drops the
# connection without a packet.
grpc-go-veth-half-open() {
  link c
  server 1.64.1 10.77.0.2:15513 -permit-idle -min-time 5s
  CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vcc begin 15513
  client 1.64.1 10.77.0.2:15513 -keepalive 10s -keepalive-timeout 4s "get id=1" "bg watch every=3s for=60s" "wait 26s" &
  sleep 8
  ip -n "$SERVER_NETNS" route add blackhole 10.77.0.1/32
  wait $!
}

# The same with a client that ends it by its own timer: its FIN waits for ever behind the PING that nobody acknowledges.
tonic-veth-half-open() {
  link d
  server 1.64.1 10.77.0.2:15514 -permit-idle -min-time 1s
  CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=any begin 15514
  run "$LAB_WORK/target-tonic/debug/lab-tonic" call 10.77.0.2:15514 keepalive:2000 check watch:12000 &
  sleep 5
  ip -n "$SERVER_NETNS" route add blackhole 10.77.0.1/32
  wait $!
  sleep 5
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  orders 1.58.3
  orders 1.64.1
  CARGO_TARGET_DIR="$LAB_WORK/target-tonic" cargo build -q --locked --manifest-path "$LAB_ROOT/record/rust/tonic/Cargo.toml"
  mapfile -t all < <(grep -oE '^(h2c-go|grpc-go|tonic)-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
