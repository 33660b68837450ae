#!/usr/bin/env bash
# Recordings of flow control: readers that stop, windows too small for a path with a delay, credit that is lost or
# overdrawn, and what comes near each of these without being wrong: flow.sh [NAME...]
source "$(dirname "${BASH_SOURCE[0]}")/network.sh"
JS=grpc-js-1.14.7
AFTER=()
JS_CLIENT=(node "$LAB_ROOT/record/node/grpc-client.mjs")

# --- readers ---

# The client takes one message and no more until its deadline; other calls go on beside it.
flow-grpc-go-reader-stops() {
  server 1.64.1 127.0.0.1:15601
  CAPTURE_GZIP=1 begin 15601
  client 1.64.1 127.0.0.1:15601 -window 65535 "bg watch count=60 bytes=8000 read-every=30s deadline=9s" \
    "get id=1" "wait 3s" "get id=2" "wait 3s" "get id=3"
}

# A reader that pauses for six seconds, twice, and reads on: nothing is lost.
flow-grpc-go-reader-pauses() {
  server 1.64.1 127.0.0.1:15602
  CAPTURE_GZIP=1 begin 15602
  client 1.64.1 127.0.0.1:15602 -window 65535 "watch count=4 bytes=60000 read-every=6s" "get id=1"
}

# The same with grpc-js, whose windows are those of nghttp2.
flow-grpc-js-reader-stops() {
  start 15603 "$LAB_WORK/grpcgo" -listen 127.0.0.1:15603
  CAPTURE_GZIP=1 begin 15603
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:15603 -- unary '&stream:count=60,size=8000,stop=1,deadline=8000' wait:2000 unary wait:3000 unary
}

# The server's handler does not read what the client uploads.
flow-grpc-js-upload-not-read() {
  start 15609 node "$LAB_ROOT/record/node/grpc-server.mjs" "$JS" 127.0.0.1:15609
  CAPTURE_GZIP=1 begin 15609
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:15609 -- unary '&upload:count=40,pad=9000,stop=1,deadline=8000' wait:2000 unary wait:3000 unary
}

# A client that gives no credit at all: the first answer takes the connection's window, and nothing else gets through.
flow-connection-stalled() {
  server 1.64.1 127.0.0.1:15604
  CAPTURE_GZIP=1 begin 15604
  frames 127.0.0.1:15604 "headers 1 /shop.Orders/Get" "end 1 bytes=200000" "wait 300ms" "headers 3 /shop.Orders/Get" \
    "end 3 bytes=500" "wait 2s" "ping 6c61620000000001" "wait 2s" "ping 6c61620000000002" "wait 3s"
}

# The same client remembers after three seconds.
flow-connection-resumed() {
  server 1.64.1 127.0.0.1:15605
  CAPTURE_GZIP=1 begin 15605
  frames 127.0.0.1:15605 "headers 1 /shop.Orders/Get" "end 1 bytes=120000" "wait 3s" "credit all" "window 0 65535" \
    "window 1 65535" "wait 500ms" "headers 3 /shop.Orders/Get" "end 3 bytes=500" "wait 500ms"
}

# --- credit ---

# leak CREDIT STEP... - calls that are cancelled in the middle of their answers, between others that are read.
leak() {
  local credit="$1" steps=("credit $1") id
  for id in 1 5 9 13; do
    steps+=("headers $id /shop.Orders/Get, end $id bytes=3000, wait 100ms"
      "headers $((id + 2)) /shop.Orders/Watch, end $((id + 2)) every=60ms for=3s bytes=12000, wait 100ms, reset $((id + 2)) 8, wait 50ms")
  done
  frames "${@:2}" "${steps[@]}" "headers 17 /shop.Orders/Get, end 17 bytes=3000, wait 100ms" "${AFTER[@]}"
}

# What had arrived on cancelled calls is not given back.
flow-credit-leak() {
  server 1.64.1 127.0.0.1:15606
  CAPTURE_GZIP=1 begin 15606
  leak "all but 3 7 11 15" 127.0.0.1:15606
}

# The same until nothing is left.
flow-credit-leak-stalled() {
  server 1.64.1 127.0.0.1:15610
  CAPTURE_GZIP=1 begin 15610
  AFTER=("headers 19 /shop.Orders/Get, end 19 bytes=30000, wait 2s" "ping 6c61620000000001" "wait 2s" "ping 6c61620000000002" "wait 3s")
  leak "all but 3 7 11 15 19" 127.0.0.1:15610
}

# The same cancellations by a client that gives everything back.
flow-credit-returned() {
  server 1.64.1 127.0.0.1:15620
  CAPTURE_GZIP=1 begin 15620
  leak all 127.0.0.1:15620
}

# DATA beyond the windows that the server has given.
flow-overrun-grpc-go() {
  server 1.64.1 127.0.0.1:15607
  CAPTURE_GZIP=1 begin 15607
  frames 127.0.0.1:15607 "headers 1 /shop.Orders/Upload" "wait 100ms" "headers 3 /shop.Orders/Get" "bulk 3 100000" "wait 100ms"     "ping 6c61620000000001" "wait 500ms"
}

# nghttp2 gives credit while it reads, and so finds nothing wrong with the same octets.
flow-overrun-forgiven() {
  start 15621 node "$LAB_ROOT/record/node/grpc-server.mjs" "$JS" 127.0.0.1:15621
  CAPTURE_GZIP=1 begin 15621
  frames 127.0.0.1:15621 "headers 1 /lab.Echo/Upload" "wait 100ms" "headers 3 /lab.Echo/Unary" "bulk 3 100000" "wait 100ms"     "ping 6c61620000000001" "wait 500ms"
}

# Both windows to the last octet, and not beyond.
flow-window-to-the-brim() {
  server 1.64.1 127.0.0.1:15622
  CAPTURE_GZIP=1 begin 15622
  frames 127.0.0.1:15622 "credit all" "headers 1 /shop.Orders/Upload" "bulk 1 65526" "wait 200ms" "end 1" "wait 300ms"
}

# WINDOW_UPDATE beyond 2^31-1: nghttp2 ends the connection, grpc-go lets it pass.
flow-increment-grpc-js() {
  start 15623 node "$LAB_ROOT/record/node/grpc-server.mjs" "$JS" 127.0.0.1:15623
  CAPTURE_GZIP=1 begin 15623
  frames 127.0.0.1:15623 "headers 1 /lab.Echo/Unary" "end 1 size=20000,delayMs=3000" "wait 200ms" "window 0 0x7fffffff" "wait 100ms"     "ping 6c61620000000001" "wait 500ms"
}

flow-increment-grpc-go() {
  server 1.64.1 127.0.0.1:15608
  CAPTURE_GZIP=1 begin 15608
  frames 127.0.0.1:15608 "headers 1 /shop.Orders/Get" "end 1 bytes=100000" "wait 200ms" "window 1 0x7fffffff" "window 1 0x7fffffff"     "window 0 65535" "wait 100ms" "ping 6c61620000000001" "wait 500ms"
}

# --- closed streams ---

# DATA on a stream that the client has ended, while its answer is awaited.
flow-data-after-end() {
  server 1.64.1 127.0.0.1:15624
  CAPTURE_GZIP=1 begin 15624
  frames 127.0.0.1:15624 "headers 1 /shop.Orders/Get" "end 1 id=1 sleep=1s" "wait 100ms" "data 1 again" "wait 200ms" \
    "headers 3 /shop.Orders/Get" "end 3 id=3" "wait 300ms"
}

# Trailing DATA of an upload that the server has just ended: it crosses the answer.
flow-data-crosses-end() {
  server 1.64.1 127.0.0.1:15625
  CAPTURE_GZIP=1 begin 15625
  frames 127.0.0.1:15625 "headers 1 /shop.Orders/Get" "data 1 status=5" "data 1 more" "data 1 more" "wait 300ms" \
    "headers 3 /shop.Orders/Get" "end 3 id=3" "wait 300ms"
}

# The same on stream after stream; h2 ends the connection at the second.
flow-data-after-end-tonic() {
  start 15626 "$LAB_WORK/target-tonic/debug/lab-tonic" serve 127.0.0.1:15626
  CAPTURE_GZIP=1 begin 15626
  frames 127.0.0.1:15626 "provoke 1 1200 /grpc.health.v1.Health/Watch" "wait 1s"
}

# --- a path with 40 ms there and back ---

hardware_address() { ip -n "$1" -br link show "$2" | awk '{ print $3 }'; }

# slow_link TAG - namespaces for client and server with 40 ms between them, there and back: a third one in the middle carries
# each packet over after 20 ms. As in `link`, 10.77.0.1 and 10.77.0.2, and one packet is one segment.
slow_link() {
  local tag="$1"
  CLIENT_NETNS="labc$tag"
  SERVER_NETNS="labs$tag"
  MIDDLE_NETNS="labm$tag"
  for ns in "$CLIENT_NETNS" "$SERVER_NETNS" "$MIDDLE_NETNS"; do
    ip netns del "$ns" 2>/dev/null
    ip netns add "$ns"
  done
  ip link add "vc$tag" netns "$CLIENT_NETNS" type veth peer name "mc$tag" netns "$MIDDLE_NETNS"
  ip link add "vs$tag" netns "$SERVER_NETNS" type veth peer name "ms$tag" netns "$MIDDLE_NETNS"
  ip -n "$CLIENT_NETNS" link set "vc$tag" gso_max_segs 1
  ip -n "$SERVER_NETNS" link set "vs$tag" gso_max_segs 1
  ip -n "$CLIENT_NETNS" addr add 10.77.0.1/24 dev "vc$tag"
  ip -n "$SERVER_NETNS" addr add 10.77.0.2/24 dev "vs$tag"
  ip -n "$CLIENT_NETNS" link set "vc$tag" up
  ip -n "$SERVER_NETNS" link set "vs$tag" up
  ip -n "$MIDDLE_NETNS" link set "mc$tag" promisc on up
  ip -n "$MIDDLE_NETNS" link set "ms$tag" promisc on up
  [[ -x "$BIN/delay" ]] || (cd "$GO_LAB/delay" && go build -o "$BIN/delay" .)
  ip netns exec "$MIDDLE_NETNS" "$BIN/delay" 20ms "mc$tag" "ms$tag" &
  STARTED+=("$!")
  trap 'stop_programs "${STARTED[@]}"; for ns in "$CLIENT_NETNS" "$SERVER_NETNS" "$MIDDLE_NETNS"; do ip netns del "$ns"; done' EXIT
  # Otherwise the first packets would ask for hardware addresses.
  ip -n "$CLIENT_NETNS" neigh replace 10.77.0.2 dev "vc$tag" lladdr "$(hardware_address "$SERVER_NETNS" "vs$tag")"
  ip -n "$SERVER_NETNS" neigh replace 10.77.0.1 dev "vs$tag" lladdr "$(hardware_address "$CLIENT_NETNS" "vc$tag")"
}

# Answers of 250 KB through windows of 64 KB, seen beside the client.
flow-grpc-go-small-window() {
  slow_link e
  server 1.64.1 10.77.0.2:15611
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vce begin 15611
  client 1.64.1 10.77.0.2:15611 -window 65535 "get bytes=250000 repeat=5"
}

# The same beside the server.
flow-grpc-go-small-window-server-side() {
  slow_link f
  server 1.64.1 10.77.0.2:15612
  CAPTURE_GZIP=1 CAPTURE_NETNS="$SERVER_NETNS" CAPTURE_IF=vsf begin 15612
  client 1.64.1 10.77.0.2:15612 -window 65535 "get bytes=250000 repeat=5"
}

# Windows that grow with the path, as grpc-go's do unless they are set.
flow-grpc-go-growing-window() {
  slow_link g
  server 1.64.1 10.77.0.2:15613
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vcg begin 15613
  client 1.64.1 10.77.0.2:15613 "get bytes=250000 repeat=8"
}

# Windows that hold an answer.
flow-grpc-go-large-window() {
  slow_link h
  server 1.64.1 10.77.0.2:15614
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vch begin 15614
  client 1.64.1 10.77.0.2:15614 -window 1048576 "get bytes=250000 repeat=5"
}

# A reader that takes its time, on the same path: larger windows would not help it.
flow-grpc-go-slow-reader-far() {
  slow_link i
  server 1.64.1 10.77.0.2:15615
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vci begin 15615
  client 1.64.1 10.77.0.2:15615 -window 65535 "watch count=40 bytes=16000 read-every=120ms"
}

# grpc-js gives 64 KB a stream.
flow-grpc-js-small-window() {
  slow_link j
  start 15616 "$LAB_WORK/grpcgo" -listen 10.77.0.2:15616
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vcj begin 15616
  run "${JS_CLIENT[@]}" "$JS" 10.77.0.2:15616 -- unary unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000
}

# Uploads: here the server is the reader. grpc-go's windows grow, so only the first message waits.
flow-python-upload-far() {
  slow_link k
  start 15617 "$LAB_WORK/grpcgo" -listen 10.77.0.2:15617
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vck begin 15617
  run "$LAB_WORK/py/bin/python" "$LAB_ROOT/record/python/client.py" 10.77.0.2:15617 -- unary unary:pad=250000 unary:pad=250000 unary:pad=250000
}

# A proxy with 64 KB windows towards its backend.
flow-envoy-small-window() {
  slow_link l
  start 15618 "$LAB_WORK/grpcgo" -listen 10.77.0.2:15618
  local options='initial_stream_window_size: 65535, initial_connection_window_size: 65535'
  sed "s/LISTEN/15619/; s/address: 127.0.0.1, port_value: BACKEND/address: 10.77.0.2, port_value: 15618/; s/OPTIONS/$options/" \
    "$LAB_ROOT/record/proxy/envoy.yaml" >"$NAME.yaml"
  ip -n "$CLIENT_NETNS" link set lo up
  local envoy="$LAB_WORK/envoy/e1.38.3/lib/python3.11/site-packages/envoy/_bin/envoy"
  SERVER_NETNS="$CLIENT_NETNS" start 15619 "$envoy" -c "$NAME.yaml" --concurrency 1 --disable-hot-restart --log-level warning
  CAPTURE_GZIP=1 CAPTURE_NETNS="$CLIENT_NETNS" CAPTURE_IF=vcl begin 15618
  run "${JS_CLIENT[@]}" "$JS" 127.0.0.1:15619 -- unary unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000 unary:size=250000
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  mapfile -t all < <(grep -oE '^flow-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
