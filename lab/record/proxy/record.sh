#!/usr/bin/env bash
# Recordings with Envoy, nginx, HAProxy, nghttp2's tools and curl: record.sh [NAME...]
source "$(dirname "$0")/programs.sh"

NEW=grpc-js-1.14.7
LATE=grpc-js-1.14.2
ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)

envoy() { # VERSION LISTEN BACKEND [UPSTREAM_OPTIONS]
  sed "s/LISTEN/$2/; s/BACKEND/$3/; s/OPTIONS/${4:-}/" "$RECORD/proxy/envoy.yaml" >"$LAB_WORK/run/$scenario.yaml"
  start "$2" "$(envoy_binary "$1")" -c "$LAB_WORK/run/$scenario.yaml" --concurrency 1 --disable-hot-restart --log-level warning
}

nginx_with() { # LISTEN SERVER LOCATION [LISTEN_OPTIONS]
  local work="$LAB_WORK/run/$scenario.nginx"
  mkdir -p "$work"
  sed "s|LISTENOPTIONS|${4-http2}|; s|LISTEN|$1|; s|WORK|$work|g; s|SERVER|$2|; s|LOCATION|$3|" "$RECORD/proxy/nginx.conf" >"$work/nginx.conf"
  start "$1" nginx -c "$work/nginx.conf" -e "$work/error.log"
}

haproxy_with() { # LISTEN BACKEND TIMEOUT
  sed "s/LISTEN/$1/; s/BACKEND/$2/; s/TIMEOUT/$3/" "$RECORD/proxy/haproxy.cfg" >"$LAB_WORK/run/$scenario.cfg"
  start "$1" haproxy -db -f "$LAB_WORK/run/$scenario.cfg"
}

# Incident 4 with real programs: a client that half-closes late, Envoy, grpc-go. Envoy drops what it has not yet passed on
# when the server resets the stream; it then says NO_ERROR (up to 1.36) or INTERNAL_ERROR (from 1.37). The change of 1.39
# (http_preserve_rst_no_error) does not help here: 1.39 and 1.40 truncate as before. A current grpc-js is not hit.
# How many calls are hit is chance. The first calls only open Envoy's upstream connection, so that nothing slows the others.
envoy_truncation() { # ENVOY CLIENT PORT STEP
  start "$(($3 + 1))" "${GO_SERVER[@]}" "127.0.0.1:$(($3 + 1))"
  envoy "$1" "$3" "$(($3 + 1))"
  CAPTURE_SNAP=70000 CAPTURE_GZIP=1 begin "$3" "$(($3 + 1))"
  run "${JS_CLIENT[@]}" "$2" "127.0.0.1:$3" -- unary unary
  local round
  for round in 1 2 3; do
    run "${JS_CLIENT[@]}" "$2" "127.0.0.1:$3" -- "$4" | tee "$LAB_WORK/run/$scenario.round"
    grep -q RST_STREAM "$LAB_WORK/run/$scenario.round" && break
  done
}
envoy-1.36-late-half-close() { envoy_truncation 1.36.4 "$LATE" 17401 '30*unary:size=11117'; }
envoy-1.38-late-half-close() { envoy_truncation 1.38.3 "$LATE" 17403 '30*unary:size=11117'; }
envoy-1.39-late-half-close() { envoy_truncation 1.39.3 "$LATE" 17405 '30*unary:size=11117'; }
envoy-1.38-grpc-js-current() { envoy_truncation 1.38.3 "$NEW" 17413 '30*unary:size=11117'; }

envoy-1.38-connect-node() {
  start 17416 "${GO_SERVER[@]}" 127.0.0.1:17416
  envoy 1.38.3 17415 17416
  CAPTURE_SNAP=70000 CAPTURE_GZIP=1 begin 17415 17416
  run "${CONNECT[@]}" client 127.0.0.1:17415 grpc -- unary unary '10*unary:size=250000'
}

envoy-healthy() {
  start 17408 "${PY_SERVER[@]}" 127.0.0.1:17408
  envoy 1.39.3 17407 17408
  begin 17407 17408
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17407 -- "${ALL_KINDS[@]}" unary:status=5
}

# Envoy pings whatever is open: incident 1 with a proxy as the client.
envoy-upstream-pings-python-server() {
  start 17410 "${PY_SERVER[@]}" 127.0.0.1:17410
  envoy 1.39.3 17409 17410 ' connection_keepalive: { interval: 1s, timeout: 1s } '
  begin 17409 17410
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17409 -- unary wait:5500 unary
}

envoy-dead-backend() {
  envoy 1.39.3 17411 17412
  begin 17411 17412
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17411 -- unary unary
}

# nginx
nginx-healthy-grpc-pass() {
  start 17421 "${PY_SERVER[@]}" 127.0.0.1:17421
  nginx_with 17420 '' 'grpc_pass grpc://127.0.0.1:17421;'
  CAPTURE_SNAP=70000 CAPTURE_IF=any begin 17420 17421
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17420 -- "${ALL_KINDS[@]}"
}

nginx-late-half-close-grpc-go() {
  start 17423 "${GO_SERVER[@]}" 127.0.0.1:17423
  nginx_with 17422 '' 'grpc_pass grpc://127.0.0.1:17423;'
  CAPTURE_SNAP=70000 CAPTURE_GZIP=1 begin 17422 17423
  run "${JS_CLIENT[@]}" "$LATE" 127.0.0.1:17422 -- '20*unary:size=100000'
}

nginx-dead-backend() {
  nginx_with 17424 '' 'grpc_pass grpc://127.0.0.1:17425;'
  begin 17424 17425
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17424 -- unary unary
}

# grpc_read_timeout below the handler's time.
nginx-read-timeout() {
  start 17427 "${PY_SERVER[@]}" 127.0.0.1:17427
  nginx_with 17426 '' 'grpc_read_timeout 1s; grpc_pass grpc://127.0.0.1:17427;'
  begin 17426 17427
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17426 -- unary unary:delayMs=2500 unary
}

# One GOAWAY with the real last id after ten requests, while more are under way.
nginx-keepalive-requests() {
  start 17429 "${PY_SERVER[@]}" 127.0.0.1:17429
  nginx_with 17428 'keepalive_requests 10;' 'grpc_pass grpc://127.0.0.1:17429;'
  begin 17428
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17428 -- '25*unary:delayMs=50' unary
}

nginx-keepalive-requests-no-victims() {
  nginx_with 17430 'keepalive_requests 5;' 'return 200 "fine";'
  begin 17430
  run h2load -n 5 -c 1 -m 1 http://127.0.0.1:17430/ | grep requests:
}

nginx-reload() {
  start 17432 "${PY_SERVER[@]}" 127.0.0.1:17432
  nginx_with 17431 '' 'grpc_pass grpc://127.0.0.1:17432;'
  local proxy=$last
  begin 17431
  background "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17431 -- unary stream:count=8,delayMs=300 unary wait:300
  sleep 1.5
  kill -HUP "$proxy"
  sleep 2.5
}

nginx-idle-timeout() {
  nginx_with 17433 'keepalive_timeout 1s;' 'return 200 "fine";'
  begin 17433
  run node "$RECORD/node/http2.mjs" idle 127.0.0.1:17433
}

nginx-h2load-many-streams() {
  nginx_with 17434 '' 'return 200 "fine";'
  CAPTURE_FORMAT=pcapng CAPTURE_GZIP=1 begin 17434
  run h2load -n 150 -c 3 -m 20 http://127.0.0.1:17434/ | grep -E 'requests:|status'
}

# A plaintext gRPC client at a TLS port: nginx answers with an HTTP 400 page.
nginx-plaintext-client-at-tls() {
  local tls="$LAB_WORK/tls"
  nginx_with 17435 "ssl_certificate $tls/cert.pem; ssl_certificate_key $tls/key.pem;" 'return 200 "fine";' 'ssl http2'
  begin 17435
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17435 -- unary:deadline=2500
}

# An HTTP/1.1-only nginx.
nginx-http1-only() {
  nginx_with 17436 '' 'return 200 "fine";' ' '
  begin 17436
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17436 -- unary:deadline=2500
}

nginx-request-trailers() {
  start 17438 "${PY_SERVER[@]}" 127.0.0.1:17438
  nginx_with 17437 '' 'grpc_pass grpc://127.0.0.1:17438;'
  begin 17437
  run "${HTTP2[@]}" request-trailers 127.0.0.1:17437
}

# HAProxy
haproxy-healthy() {
  start 17441 "${PY_SERVER[@]}" 127.0.0.1:17441
  haproxy_with 17440 17441 10s
  begin 17440 17441
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17440 -- "${ALL_KINDS[@]}"
}

haproxy-dead-backend() {
  haproxy_with 17442 17443 10s
  begin 17442 17443
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17442 -- unary
}

haproxy-server-timeout() {
  start 17445 "${PY_SERVER[@]}" 127.0.0.1:17445
  haproxy_with 17444 17445 800ms
  begin 17444 17445
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17444 -- unary unary:delayMs=2500 stream:count=2,delayMs=500 unary
}

# A stream falls silent for longer than `timeout server` after its first message.
haproxy-server-timeout-in-stream() {
  start 17447 "${PY_SERVER[@]}" 127.0.0.1:17447
  haproxy_with 17446 17447 800ms
  begin 17446 17447
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17446 -- unary bidi:count=2,gap=2000 unary
}

# nghttp2's tools and curl
vertx_server() { # PORT
  local JAVA
  java_program vertx-4.5 VertxServer
  start "$1" "${JAVA[@]}" "$1" bare
}

nghttp-upgrade-vertx() {
  vertx_server 17450
  begin 17450
  run nghttp -u -n http://127.0.0.1:17450/wait/20 http://127.0.0.1:17450/wait/40
}

nghttp-many-streams() {
  start 17451 nghttpd --no-tls -d "$RECORD/proxy" 17451
  CAPTURE_IF=any begin 17451
  run nghttp -n -m 20 http://127.0.0.1:17451/nginx.conf
}

h2load-nghttpd() {
  start 17452 nghttpd --no-tls -d "$RECORD/proxy" 17452
  CAPTURE_FORMAT=pcapng CAPTURE_GZIP=1 begin 17452
  run h2load -n 120 -c 2 -m 30 http://127.0.0.1:17452/nginx.conf | grep requests:
}

curl-upgrade-vertx() {
  vertx_server 17453
  begin 17453
  run curl -sS -o /dev/null -w '%{http_version} %{http_code}\n' --http2 http://127.0.0.1:17453/wait/10 http://127.0.0.1:17453/wait/20
}

curl-prior-knowledge-node() {
  start 17454 "${HTTP2[@]}" serve '::1:17454'
  begin 17454
  run curl -sS -o /dev/null -w '%{http_version} %{http_code}\n' --http2-prior-knowledge -d posted=1 'http://[::1]:17454/a'
}

scenarios=($(declare -F | awk '{print $3}' | grep -E '^(envoy|nginx|haproxy|nghttp|h2load|curl)-'))
record_scenarios "$@"
