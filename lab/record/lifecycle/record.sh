#!/usr/bin/env bash
# Recordings about the life of connections: timers in between, flows that are forgotten, watchdogs, balancing, deadlines over two
# hops, ids and SETTINGS: record.sh [NAME...]
source "$(dirname "$0")/../proxy/programs.sh"

HERE="$RECORD/lifecycle"
NEW=grpc-js-1.14.7
FRAMES="$LAB_WORK/bin/frames"

# --- timers of proxies ---

envoy_timers() { # LISTEN BACKEND IDLE [ROUTE]
  sed "s/LISTEN/$1/; s/BACKEND/$2/; s/IDLE/$3/; s/ROUTE/${4:-}/" "$HERE/envoy-timeouts.yaml" >"$LAB_WORK/run/$scenario.yaml"
  start "$1" "$(envoy_binary 1.39.3)" -c "$LAB_WORK/run/$scenario.yaml" --concurrency 1 --disable-hot-restart --log-level warning
}

# Streams that fall silent after their first message, one after the other, while the client's PINGs go on.
envoy-stream-idle-timeout() {
  start 18102 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18102
  envoy_timers 18101 18102 2s ', timeout: 0s'
  begin 18101
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18101 grpc.keepalive_time_ms=1000 -- unary bidi:count=2,gap=4000 bidi:count=2,gap=4000 unary
}

# The server does not answer at all in that time: Envoy says so in a status.
envoy-stream-idle-timeout-unanswered() {
  start 18104 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18104
  envoy_timers 18103 18104 2s ', timeout: 0s'
  begin 18103
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18103 -- unary stream:count=1,delayMs=5000 unary
}

# The same timer and streams that are never silent for so long.
envoy-stream-idle-timeout-busy() {
  start 18106 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18106
  envoy_timers 18105 18106 2s ', timeout: 0s'
  begin 18105
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18105 -- unary bidi:count=5,gap=1200 unary
}

# Envoy's default of 15 s for a whole call, which streams get as well.
envoy-route-timeout() {
  start 18108 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18108
  envoy_timers 18107 18108 300s
  begin 18107
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18107 -- unary '&stream:count=9,delayMs=2000' unary:delayMs=17000 all unary
}

# grpc_read_timeout between two messages of a stream.
nginx-read-timeout-in-stream() {
  start 18112 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18112
  nginx_with 18111 'grpc_read_timeout 2s; grpc_send_timeout 60s;' 'grpc_pass grpc://127.0.0.1:18112;'
  begin 18111
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18111 -- unary bidi:count=2,gap=4000 bidi:count=2,gap=4000 unary
}

nginx_with() { # LISTEN SERVER LOCATION
  local work="$LAB_WORK/run/$scenario.nginx"
  mkdir -p "$work"
  sed "s|LISTENOPTIONS|http2|; s|LISTEN|$1|; s|WORK|$work|g; s|SERVER|$2|; s|LOCATION|$3|" "$RECORD/proxy/nginx.conf" >"$work/nginx.conf"
  start "$1" nginx -c "$work/nginx.conf" -e "$work/error.log"
}

# nginx with its defaults: 1000 requests on a connection, and more under way.
nginx-1000-requests() {
  nginx_with 18113 '' 'return 200 "fine";'
  CAPTURE_GZIP=1 begin 18113
  run h2load -n 1100 -c 1 -m 20 http://127.0.0.1:18113/ | grep requests:
}

# A reload while two clients are connected.
nginx-reload-two-clients() {
  start 18115 "${PY_SERVER[@]}" 127.0.0.1:18115
  nginx_with 18114 '' 'grpc_pass grpc://127.0.0.1:18115;'
  local proxy=$last
  begin 18114
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18114 -- unary stream:count=8,delayMs=300 unary
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18114 -- unary stream:count=7,delayMs=300 unary
  sleep 1.5
  kill -HUP "$proxy"
  sleep 2.5
}

# --- balancing ---

haproxy_three() { # MODE PORT BACKEND_PORT [PROTO]
  cat >"$LAB_WORK/run/$scenario.cfg" <<END
defaults
  mode $1
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend in
  bind 127.0.0.1:$2 $4
  default_backend out
backend out
  balance roundrobin
  default-server check inter 400ms $4
  server one 127.0.0.1:$3
  server two 127.0.0.2:$3
  server three 127.0.0.3:$3
END
  start "$2" haproxy -db -f "$LAB_WORK/run/$scenario.cfg"
}

three_servers() { # PORT
  local host
  for host in 127.0.0.1 127.0.0.2 127.0.0.3; do start "$1" "${JS_SERVER[@]}" "$NEW" "$host:$1"; done
  sleep 0.5
}

# HAProxy decides per connection and checks all three: one gets all calls.
haproxy-tcp-pinned() {
  three_servers 18122
  haproxy_three tcp 18121 18122
  CAPTURE_GZIP=1 begin 18122
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18121 -- '60*unary' wait:500 '60*unary' wait:500 '10*unary'
}

# The same with HAProxy as an HTTP/2 proxy: it decides per call.
haproxy-h2-spread() {
  three_servers 18124
  haproxy_three http 18123 18124 'proto h2'
  CAPTURE_SNAP=4000 CAPTURE_GZIP=1 begin 18124
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18123 -- '20*unary' wait:200 '20*unary' wait:200 '20*unary' wait:200 '20*unary' wait:200 '20*unary' wait:200 '20*unary' wait:200 '9*unary'
}

THREE=ipv4:127.0.0.1:PORT,127.0.0.2:PORT,127.0.0.3:PORT
# A client that knows three addresses and takes the first (grpc-js's pick_first); another one uses them all.
grpc-js-pick-first-pinned() {
  three_servers 18125
  CAPTURE_GZIP=1 begin 18125
  background "${JS_CLIENT[@]}" "$NEW" "${THREE//PORT/18125}" 'grpc.service_config={"loadBalancingConfig":[{"round_robin":{}}]}' -- unary unary unary unary wait:2000
  run "${JS_CLIENT[@]}" "$NEW" "${THREE//PORT/18125}" -- wait:300 '70*unary' wait:300 '70*unary' wait:300
}
grpc-js-round-robin() {
  three_servers 18126
  CAPTURE_GZIP=1 begin 18126
  run "${JS_CLIENT[@]}" "$NEW" "${THREE//PORT/18126}" 'grpc.service_config={"loadBalancingConfig":[{"round_robin":{}}]}' -- unary wait:300 '70*unary' wait:300 '70*unary' wait:300
}

# --- deadlines over two hops ---

relayed() { # PORT DEADLINE
  start "$(($1 + 1))" "${JS_SERVER[@]}" "$NEW" "127.0.0.1:$(($1 + 1))"
  start "$1" node "$RECORD/node/relay.mjs" "$NEW" "127.0.0.1:$1" "127.0.0.1:$(($1 + 1))" "$2"
  begin "$1" "$(($1 + 1))"
  run "${JS_CLIENT[@]}" "$NEW" "127.0.0.1:$1" -- unary:deadline=800,delayMs=50 unary:deadline=800,delayMs=100 unary:deadline=800,delayMs=1500 wait:1200 unary:deadline=800,delayMs=50
}
grpc-js-deadline-ladder() { relayed 18131 2000; }
grpc-js-deadline-none() { relayed 18133 none; }
grpc-js-deadline-inherited() { relayed 18135 inherit; }

# --- ids and SETTINGS ---

node-last-stream-ids() {
  start 18141 "${HTTP2[@]}" serve 127.0.0.1:18141
  begin 18141
  run "${HTTP2[@]}" last-ids 127.0.0.1:18141
}
node-high-stream-ids() {
  start 18142 "${HTTP2[@]}" serve 127.0.0.1:18142
  begin 18142
  run "${HTTP2[@]}" high-ids 127.0.0.1:18142
}

# nghttpd ends a connection whose client does not acknowledge its SETTINGS within 10 s.
nghttpd-settings-timeout() {
  start 18143 nghttpd --no-tls -d "$RECORD/proxy" 18143
  begin 18143
  run "$FRAMES" 127.0.0.1:18143 noack "headers 1 /nginx.conf" "end 1" "wait 12s"
}
nghttpd-settings-late() {
  start 18144 nghttpd --no-tls -d "$RECORD/proxy" 18144
  begin 18144
  run "$FRAMES" 127.0.0.1:18144 noack "headers 1 /nginx.conf" "end 1" "wait 4s" ack "headers 3 /nginx.conf" "end 3" "wait 8s" "headers 5 /nginx.conf" "end 5" "wait 200ms"
}
# A server that does not insist: the client goes on without ever acknowledging.
grpc-js-settings-never-acked() {
  start 18145 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18145
  begin 18145
  run "$FRAMES" 127.0.0.1:18145 noack "headers 1 /lab.Echo/Unary" "end 1" "wait 6s" "headers 3 /lab.Echo/Unary" "end 3" "wait 300ms"
}

# --- headers that are not HTTP/2's ---

# A header of HTTP/1.1 that HTTP/2 forbids, between calls that are right.
grpc-js-connection-header() {
  start 18171 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18171
  begin 18171
  run "$FRAMES" 127.0.0.1:18171 "headers 1 /lab.Echo/Unary" "end 1" "wait 200ms" "headers 3 /lab.Echo/Unary connection=keep-alive" "end 3" "wait 200ms" "headers 5 /lab.Echo/Unary" "end 5" "wait 300ms"
}
# An index that no table has.
nghttpd-bad-header-block() {
  start 18174 nghttpd --no-tls -d "$RECORD/proxy" 18174
  begin 18174
  run "$FRAMES" 127.0.0.1:18174 "headers 1 /nginx.conf" "end 1" "wait 200ms" "block 3 fe" "wait 500ms"
}

# --- flows that a router forgets: client, router and server in namespaces of their own; the router tracks connections ---

routed() { # TAG VERDICT - what becomes of packets that belong to no connection the router knows
  C="lc$1" R="lr$1" S="ls$1"
  local ns
  for ns in "$C" "$R" "$S"; do ip netns del "$ns" 2>/dev/null; done
  for ns in "$C" "$R"; do
    ip netns add "$ns"
    ip -n "$ns" link set lo up
  done
  ip link add "v1$1" netns "$C" type veth peer name "v2$1" netns "$R"
  ip -n "$C" addr add 10.78.1.1/24 dev "v1$1"
  ip -n "$R" addr add 10.78.1.2/24 dev "v2$1"
  ip -n "$C" link set "v1$1" up
  ip -n "$R" link set "v2$1" up
  ip -n "$C" route add default via 10.78.1.2
  server_side "$1"
  ip netns exec "$R" sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_loose=0 net.netfilter.nf_conntrack_tcp_timeout_established=3
  ip netns exec "$R" nft -f - <<END
table inet lab {
  chain forward {
    type filter hook forward priority 0;
    ct state invalid $2
    ct state new tcp flags & (syn | ack) != syn $2
  }
}
END
}
server_side() { # TAG - the server's namespace and its link to the router
  ip netns add "$S"
  ip -n "$S" link set lo up
  ip link add "v3$1" netns "$R" type veth peer name "v4$1" netns "$S"
  ip -n "$R" addr add 10.78.2.2/24 dev "v3$1"
  ip -n "$S" addr add 10.78.2.1/24 dev "v4$1"
  ip -n "$R" link set "v3$1" up
  ip -n "$S" link set "v4$1" up
  ip -n "$S" route add default via 10.78.2.2
}

# Servers are killed: they would wait for connections of which only they know.
unrouted() {
  kill -KILL "${inside[@]}"
  inside=()
  local ns
  for ns in "$C" "$R" "$S"; do ip netns del "$ns"; done
}

inside=()
in_server() { # PORT COMMAND...
  local port="$1"
  shift
  ip netns exec "$S" "$@" >>"$LAB_WORK/run/$scenario.log" 2>&1 &
  last=$!
  inside+=("$last")
  CAPTURE_NETNS="$S" wait_listening "$port"
}
at_client() { CAPTURE_NETNS="$C" CAPTURE_IF="$1" begin "$2"; }

# The router answers what it does not know with RST, as an AWS NLB does. Two clients, idle for the same time.
nat-forgets-reset() {
  routed a 'reject with tcp reset'
  in_server 18151 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18151
  at_client v1a 18151
  background ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18151 -- unary wait:1000 unary wait:6000 unary unary
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18151 -- unary wait:1500 unary wait:6000 unary unary
  sleep 1
  unrouted
}
# One connection only.
nat-forgets-reset-once() {
  routed b 'reject with tcp reset'
  in_server 18152 "${PY_SERVER[@]}" 10.78.2.1:18152
  at_client v1b 18152
  run ip netns exec "$C" "${PY_CLIENT[@]}" 10.78.2.1:18152 -- unary wait:6000 unary unary
  unrouted
}
# The router drops what it does not know, as most do. A new connection works meanwhile.
nat-forgets-silent() {
  routed c drop
  in_server 18153 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18153
  at_client v1c 18153
  background ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18153 -- unary wait:6000 unary:deadline=9000
  sleep 9
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18153 -- unary unary
  sleep 7
  unrouted
}
# Keepalive refreshes the flow: nothing is forgotten.
nat-kept-by-pings() {
  routed d drop
  in_server 18154 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18154
  at_client v1d 18154
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18154 grpc.keepalive_time_ms=1000 grpc.keepalive_permit_without_calls=1 -- unary wait:6000 unary
  unrouted
}
# The host behind the address restarts without a word: the new system knows nothing of the connection. A namespace that is deleted
# takes its sockets along.
host-restart-reset() {
  routed e accept
  in_server 18155 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18155
  local first=$last
  at_client v1e 18155
  background ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18155 -- unary wait:4000 unary unary
  sleep 1.5
  ip -n "$S" route add blackhole 10.78.1.1/32
  kill -KILL "$first"
  wait "$first" 2>/dev/null
  ip -n "$R" link del v3e
  ip netns del "$S"
  server_side e
  inside=()
  in_server 18155 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18155
  sleep 5
  unrouted
}

# --- watchdogs ---

# The way back is narrow: the PING ACK waits behind DATA, and the client gives up a connection that is alive.
grpc-js-watchdog-behind-data() {
  routed f accept
  ip netns exec "$R" tc qdisc add dev v2f root tbf rate 120kbit burst 4k limit 400k
  in_server 18156 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18156
  CAPTURE_GZIP=1 at_client v1f 18156
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18156 grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=1000 -- unary stream:count=3,size=60000
  unrouted
}
# The same link and a timeout that suits it.
grpc-js-watchdog-patient() {
  routed g accept
  ip netns exec "$R" tc qdisc add dev v2g root tbf rate 400kbit burst 4k limit 400k
  in_server 18157 "${JS_SERVER[@]}" "$NEW" 10.78.2.1:18157
  CAPTURE_GZIP=1 at_client v1g 18157
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" 10.78.2.1:18157 grpc.keepalive_time_ms=1000 grpc.keepalive_timeout_ms=20000 -- unary stream:count=3,size=60000
  unrouted
}
# The server process pauses for a little longer than the client's timeout.
grpc-js-watchdog-late-ack() {
  start 18161 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18161
  local server=$last
  begin 18161
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:18161 grpc.keepalive_time_ms=2000 grpc.keepalive_timeout_ms=2000 -- unary stream:count=9,delayMs=900 wait:500
  sleep 1.5
  kill -STOP "$server"
  sleep 3.7
  kill -CONT "$server"
  sleep 2
}
# A server's own keepalive finds that its client hangs, and gives it up under an open stream.
WATCHFUL=("$LAB_WORK/bin/orders-server-1.64.1" -ping-after 1s -ping-timeout 1500ms -listen)
GO_CLIENT=("$LAB_WORK/bin/orders-client-1.64.1" -target)
grpc-go-server-watchdog() {
  start 18162 "${WATCHFUL[@]}" 127.0.0.1:18162
  begin 18162
  background "${GO_CLIENT[@]}" 127.0.0.1:18162 "get id=1" "watch every=4s for=12s"
  sleep 1.5
  local client
  client="$(pgrep -P "$last")"
  kill -STOP "$client"
  sleep 5
  kill -CONT "$client"
  sleep 1
}
# The same server and a client that answers.
grpc-go-server-watchdog-answered() {
  start 18163 "${WATCHFUL[@]}" 127.0.0.1:18163
  begin 18163
  run "${GO_CLIENT[@]}" 127.0.0.1:18163 "get id=1" "watch every=2500ms for=5s" "wait 3s" "get id=2"
}

"$RECORD/go/orders/build.sh" 1.64.1
(cd "$LAB_ROOT/record/go/frames" && go build -o "$FRAMES" .)
scenarios=($(grep -oE '^[a-z0-9]+-[a-z0-9.-]+\(\)' "$0" | tr -d '()'))
record_scenarios "$@"
