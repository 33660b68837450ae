#!/usr/bin/env bash
# One connection captured at both of its ends, with a router between them: record.sh [NAME...]
# Three network namespaces; the router tracks connections (nftables). A recording is two files in fixtures/hops.
source "$(dirname "$0")/../proxy/programs.sh"

LAB_CAPTURES="$(cd "$LAB_ROOT/.." && pwd)/fixtures/hops"
mkdir -p "$LAB_CAPTURES"
NEW=grpc-js-1.14.7
C=pathc R=pathr S=paths

# routed RULES - rules of the router's forward chain. FORGET: seconds after which it forgets a silent connection.
routed() {
  local ns
  for ns in "$C" "$R" "$S"; do
    ip netns del "$ns" 2>/dev/null
    ip netns add "$ns"
    ip -n "$ns" link set lo up
  done
  ip link add p1 netns "$C" type veth peer name p2 netns "$R"
  ip link add p3 netns "$R" type veth peer name p4 netns "$S"
  ip -n "$C" addr add 10.79.1.1/24 dev p1
  ip -n "$R" addr add 10.79.1.2/24 dev p2
  ip -n "$R" addr add 10.79.2.2/24 dev p3
  ip -n "$S" addr add 10.79.2.1/24 dev p4
  local pair
  for pair in "$C p1" "$R p2" "$R p3" "$S p4"; do ip -n "${pair% *}" link set "${pair#* }" up; done
  ip -n "$C" route add default via 10.79.1.2
  ip -n "$S" route add default via 10.79.2.2
  ip netns exec "$R" sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_loose=0 \
    net.netfilter.nf_conntrack_tcp_timeout_established="${FORGET:-3}"
  ip netns exec "$R" nft -f - <<END
table inet lab {
  chain forward {
    type filter hook forward priority 0;
    $1
  }
  chain post {
    type nat hook postrouting priority 100;
    ${2:-}
  }
}
END
}
unknown() { echo "ct state invalid $1; ct state new tcp flags & (syn | ack) != syn $1"; }

serve() { # PORT
  ip netns exec "$S" "${JS_SERVER[@]}" "$NEW" "10.79.2.1:$1" >>"$LAB_WORK/run/$scenario.log" 2>&1 &
  served=$!
  CAPTURE_NETNS="$S" wait_listening "$1"
  CAPTURE_GZIP=1 CAPTURE_NETNS="$C" CAPTURE_IF=p1 capture_start "$scenario.client-side" "$1"
  CAPTURE_GZIP=1 CAPTURE_NETNS="$S" CAPTURE_IF=p4 capture_start "$scenario.server-side" "$1"
}
client() { # PORT STEP...
  local port="$1"
  shift
  run ip netns exec "$C" "${JS_CLIENT[@]}" "$NEW" "10.79.2.1:$port" -- "$@"
}
finish() {
  sleep 1.5
  capture_stop "$scenario.client-side"
  capture_stop "$scenario.server-side"
  kill -KILL "$served"
  wait "$served" 2>/dev/null
  local ns
  for ns in "$C" "$R" "$S"; do ip netns del "$ns"; done
}

# The router forgets the silent connection and answers for the server.
path-reset-injected() {
  routed "$(unknown 'reject with tcp reset')"
  serve 18301
  client 18301 unary wait:6000 unary unary
  finish
}
# It forgets it as well, and says nothing.
path-dropped-idle() {
  routed "$(unknown drop)"
  serve 18302
  client 18302 unary wait:6000 unary:deadline=4000
  finish
}
# A link that goes down under a stream and stays down.
path-dropped-busy() {
  FORGET=600 routed ""
  serve 18303
  (sleep 3 && ip netns exec "$R" nft add rule inet lab forward drop) &
  client 18303 unary stream:count=40,delayMs=200,deadline=7000
  finish
}
# Packets are lost for a moment and sent again: calls of that moment are late.
path-delayed() {
  FORGET=600 routed ""
  serve 18304
  (sleep 2 && ip netns exec "$R" nft add rule inet lab forward tcp dport 18304 drop && sleep 0.7 && ip netns exec "$R" nft flush chain inet lab forward) &
  client 18304 '8*unary' unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary wait:300 unary
  finish
}
# Nothing happens, behind a router that changes addresses and ports.
path-nat-healthy() {
  FORGET=600 routed "" "oifname p3 masquerade random"
  serve 18305
  client 18305 unary '6*unary:size=3000' stream:count=4 upload:count=5 unary:status=5
  finish
}

scenarios=(path-reset-injected path-dropped-idle path-dropped-busy path-delayed path-nat-healthy)
record_scenarios "$@"
