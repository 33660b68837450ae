#!/usr/bin/env bash
# Both hops of calls through Envoy, nginx and HAProxy, each captured on its own: record.sh [NAME...]
# A recording is two files in fixtures/hops: NAME.client-side.pcap.gz and NAME.server-side.pcap.gz.
source "$(dirname "$0")/../proxy/programs.sh"

LAB_CAPTURES="$(cd "$LAB_ROOT/.." && pwd)/fixtures/hops"
mkdir -p "$LAB_CAPTURES"
LATE=grpc-js-1.14.2
FIXED=grpc-js-1.14.3
FLAKY=(node "$RECORD/hops/flaky.mjs" "$FIXED")
KINDS=(unary:trace=1 '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)

# hops DOWN UP - captures both; `pair_stop` ends them.
hops() {
  CAPTURE_GZIP=1 capture_start "$scenario.client-side" "$1"
  CAPTURE_GZIP=1 capture_start "$scenario.server-side" "$2"
}
pair_stop() {
  capture_stop "$scenario.client-side"
  capture_stop "$scenario.server-side"
}

# envoy LISTEN BACKEND [ROUTE] - ROUTE: settings of the route beside its cluster.
envoy() {
  sed "s/LISTEN/$1/; s/BACKEND/$2/; s/OPTIONS//; s/timeout: 0s/${3:-timeout: 0s}/" "$RECORD/proxy/envoy.yaml" >"$LAB_WORK/run/$scenario.yaml"
  start "$1" "$(envoy_binary 1.38.3)" -c "$LAB_WORK/run/$scenario.yaml" --concurrency 1 --disable-hot-restart --log-level warning
}

nginx_with() { # LISTEN LOCATION
  local work="$LAB_WORK/run/$scenario.nginx"
  mkdir -p "$work"
  sed "s|LISTENOPTIONS|http2|; s|LISTEN|$1|; s|WORK|$work|g; s|SERVER||; s|LOCATION|$2|" "$RECORD/proxy/nginx.conf" >"$work/nginx.conf"
  start "$1" nginx -c "$work/nginx.conf" -e "$work/error.log"
}

haproxy_with() { # LISTEN BACKEND TIMEOUT
  sed "s/LISTEN/$1/; s/BACKEND/$2/; s/TIMEOUT/$3/" "$RECORD/proxy/haproxy.cfg" >"$LAB_WORK/run/$scenario.cfg"
  start "$1" haproxy -db -f "$LAB_WORK/run/$scenario.cfg"
}

# Incident 4: how many answers Envoy cuts is chance; up to twelve rounds, each recorded anew, until one is cut.
hops-envoy-late-half-close() {
  start 17602 "${GO_SERVER[@]}" 127.0.0.1:17602
  envoy 17601 17602
  local round
  for round in {1..12}; do
    hops 17601 17602
    run "${JS_CLIENT[@]}" "$LATE" 127.0.0.1:17601 -- unary unary '50*unary:size=250000' | tee "$LAB_WORK/run/$scenario.round"
    if ((round == 12)) || grep -q RST_STREAM "$LAB_WORK/run/$scenario.round"; then break; fi
    pair_stop
  done
}

# The same with the fixed client.
hops-envoy-half-close-fixed() {
  start 17604 "${GO_SERVER[@]}" 127.0.0.1:17604
  envoy 17603 17604
  hops 17603 17604
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17603 -- unary unary '50*unary:size=250000'
}

hops-envoy-healthy() {
  start 17606 "${PY_SERVER[@]}" 127.0.0.1:17606
  envoy 17605 17606
  hops 17605 17606
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17605 -- "${KINDS[@]}" unary:status=5 unary:deadline=5000
}

hops-envoy-hundreds() {
  start 17608 "${GO_SERVER[@]}" 127.0.0.1:17608
  envoy 17607 17608
  hops 17607 17608
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17607 -- unary '200*unary:size=40,delayMs=5' '100*unary:size=900,trace=1' '100*stream:count=2'
}

hops-envoy-two-clients() {
  start 17610 "${PY_SERVER[@]}" 127.0.0.1:17610
  envoy 17609 17610
  hops 17609 17610
  background "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17609 -- unary '6*unary:size=100,delayMs=30,trace=1' stream:count=3,delayMs=40 unary
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17609 -- unary:size=50 '6*unary:size=200,delayMs=30' wait:100 unary:size=51
  sleep 1
}

# Envoy gives up after half a second; the backend would have answered after 1.2 s.
hops-envoy-route-timeout() {
  start 17612 "${PY_SERVER[@]}" 127.0.0.1:17612
  envoy 17611 17612 'timeout: 0.5s'
  hops 17611 17612
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17611 -- unary unary:delayMs=1200 unary
  sleep 1
}

# The first attempt of each call fails with UNAVAILABLE, the second succeeds.
hops-envoy-retry() {
  start 17614 "${FLAKY[@]}" 127.0.0.1:17614 1
  envoy 17613 17614 'timeout: 0s, retry_policy: { retry_on: unavailable, num_retries: 2 }'
  hops 17613 17614
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17613 -- unary unary unary
}

# More failures than retries: the client sees the last one.
hops-envoy-retry-in-vain() {
  start 17616 "${FLAKY[@]}" 127.0.0.1:17616 9
  envoy 17615 17616 'timeout: 0s, retry_policy: { retry_on: unavailable, num_retries: 2 }'
  hops 17615 17616
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17615 -- unary
}

# Envoy is killed while calls are under way, and started again.
hops-envoy-restart() {
  start 17618 "${PY_SERVER[@]}" 127.0.0.1:17618
  envoy 17617 17618
  local proxy=$last
  hops 17617 17618
  background "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17617 -- unary '3*unary:delayMs=1500' wait:1500 unary
  sleep 1.2
  kill -KILL "$proxy"
  sleep 0.5
  envoy 17617 17618
  sleep 4
}

# The backend's process dies with calls under way, behind Envoy.
hops-envoy-backend-killed() {
  start 17620 "${PY_SERVER[@]}" 127.0.0.1:17620
  local backend=$last
  envoy 17619 17620
  hops 17619 17620
  background "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17619 -- unary '3*unary:delayMs=3000' unary
  sleep 1.5
  kill -KILL "$backend"
  sleep 2
}

# The client cancels; Envoy passes it on.
hops-envoy-cancel() {
  start 17622 "${PY_SERVER[@]}" 127.0.0.1:17622
  envoy 17621 17622
  hops 17621 17622
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17621 -- unary unary:delayMs=900,cancel=200 unary:delayMs=900,deadline=300 unary
  sleep 1
}

hops-nginx-healthy() {
  start 17632 "${PY_SERVER[@]}" 127.0.0.1:17632
  nginx_with 17631 'grpc_pass grpc://127.0.0.1:17632;'
  hops 17631 17632
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17631 -- "${KINDS[@]}" unary:deadline=5000
}

# grpc_read_timeout below the time of the handler: 504 without grpc-status, while the backend answers into a closed connection.
hops-nginx-read-timeout() {
  start 17634 "${PY_SERVER[@]}" 127.0.0.1:17634
  nginx_with 17633 'grpc_read_timeout 1s; grpc_pass grpc://127.0.0.1:17634;'
  hops 17633 17634
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17633 -- unary unary:delayMs=2500 unary
  sleep 2
}

hops-nginx-dead-backend() {
  nginx_with 17635 'grpc_pass grpc://127.0.0.1:17636;'
  hops 17635 17636
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17635 -- unary unary
}

hops-haproxy-healthy() {
  start 17642 "${PY_SERVER[@]}" 127.0.0.1:17642
  haproxy_with 17641 17642 10s
  hops 17641 17642
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17641 -- "${KINDS[@]}" unary:deadline=5000
}

hops-haproxy-dead-backend() {
  haproxy_with 17643 17644 10s
  hops 17643 17644
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17643 -- unary
}

hops-haproxy-server-timeout() {
  start 17646 "${PY_SERVER[@]}" 127.0.0.1:17646
  haproxy_with 17645 17646 800ms
  hops 17645 17646
  run "${JS_CLIENT[@]}" "$FIXED" 127.0.0.1:17645 -- unary unary:delayMs=2500 unary
  sleep 2
}

record_hops() {
  local names=("$@")
  ((${#names[@]})) || names=("${scenarios[@]}")
  for scenario in "${names[@]}"; do
    echo "== $scenario"
    : >"$LAB_WORK/run/$scenario.log"
    running=()
    "$scenario"
    pair_stop
    stop_programs "${running[@]}"
  done
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^hops-'))
record_hops "$@"
