#!/usr/bin/env bash
# Requests whose metadata is larger than the server or proxy takes: what each of them answers. record.sh [NAME...]
source "$(dirname "$0")/../proxy/programs.sh"

NEW=grpc-js-1.14.7
large() { # PORT BYTES - a call that is well, the large one, and one more, while a slow call is open
  run "${JS_CLIENT[@]}" "$NEW" "127.0.0.1:$1" -- unary '&unary:delayMs=400' wait:50 "unary:header=$2" unary wait:500 unary
}

large-metadata-envoy() {
  start 18402 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18402
  sed "s/LISTEN/18401/; s/BACKEND/18402/; s/OPTIONS//" "$RECORD/proxy/envoy.yaml" >"$LAB_WORK/run/$scenario.yaml"
  start 18401 "$(envoy_binary 1.39.3)" -c "$LAB_WORK/run/$scenario.yaml" --concurrency 1 --disable-hot-restart --log-level warning
  CAPTURE_GZIP=1 begin 18401
  large 18401 66000
}
large-metadata-nginx() {
  start 18404 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18404
  local work="$LAB_WORK/run/$scenario.nginx"
  mkdir -p "$work"
  sed "s|LISTENOPTIONS|http2|; s|LISTEN|18403|; s|WORK|$work|g; s|SERVER||; s|LOCATION|grpc_pass grpc://127.0.0.1:18404;|" "$RECORD/proxy/nginx.conf" >"$work/nginx.conf"
  start 18403 nginx -c "$work/nginx.conf" -e "$work/error.log"
  CAPTURE_GZIP=1 begin 18403
  large 18403 12000
}
large-metadata-haproxy() {
  start 18406 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18406
  sed "s/LISTEN/18405/; s/BACKEND/18406/; s/TIMEOUT/10s/" "$RECORD/proxy/haproxy.cfg" >"$LAB_WORK/run/$scenario.cfg"
  start 18405 haproxy -db -f "$LAB_WORK/run/$scenario.cfg"
  CAPTURE_GZIP=1 begin 18405
  large 18405 40000
}
large-metadata-nghttpx() {
  start 18408 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18408
  start 18407 nghttpx --no-ocsp --conf=/dev/null -f '127.0.0.1,18407;no-tls' -b '127.0.0.1,18408;;proto=h2' --request-header-field-buffer=8192 --workers=1
  CAPTURE_GZIP=1 begin 18407
  large 18407 12000
}
large-metadata-grpc-js() {
  start 18409 "${JS_SERVER[@]}" "$NEW" 127.0.0.1:18409
  CAPTURE_GZIP=1 begin 18409
  large 18409 70000
}
large-metadata-python() {
  start 18410 "${PY_SERVER[@]}" 127.0.0.1:18410
  CAPTURE_GZIP=1 begin 18410
  large 18410 20000
}
large-metadata-java() {
  local JAVA
  java_program grpc-1.75 GrpcServer
  start 18411 "${JAVA[@]}" 18411
  CAPTURE_GZIP=1 begin 18411
  large 18411 12000
}
large-metadata-go() {
  start 18412 "${GO_SERVER[@]}" 127.0.0.1:18412
  CAPTURE_GZIP=1 begin 18412
  large 18412 20000
}

scenarios=(large-metadata-envoy large-metadata-nginx large-metadata-haproxy large-metadata-nghttpx large-metadata-grpc-js large-metadata-python large-metadata-java large-metadata-go)
record_scenarios "$@"
