#!/usr/bin/env bash
# Recordings of TLS connections, most with their secrets inside (pcapng): record.sh [NAME...]
# Secrets come from whatever end writes a key log. `sealed NAME` keeps a copy of a recording without them.
source "$(dirname "$0")/../proxy/programs.sh"
"$RECORD/tls/certificates.sh"

CERTS="$LAB_WORK/tls-record"
H2=(node "$RECORD/tls/http2.mjs")
ORDERS_SERVER=("$LAB_WORK/bin/orders-server-1.85.0")
ORDERS_CLIENT=("$LAB_WORK/bin/orders-client-1.85.0")
NEW=grpc-js-1.14.7
ALL_KINDS=(unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20 upload:count=5 bidi:count=5,gap=20)
octets() { python3 "$RECORD/tls/h2.py" "$@"; }

# nginx_tls PORT SERVER_SETTINGS LISTEN_OPTIONS
nginx_tls() {
  local work="$LAB_WORK/run/$scenario.nginx"
  mkdir -p "$work"
  sed "s|LISTENOPTIONS|$3|; s|LISTEN|$1|; s|WORK|$work|g; s|SERVER|ssl_certificate $CERTS/server.pem; ssl_certificate_key $CERTS/server.key; $2|; s|LOCATION|return 200 fine;|" \
    "$RECORD/proxy/nginx.conf" >"$work/nginx.conf"
  start "$1" nginx -c "$work/nginx.conf" -e "$work/error.log"
}

# --- healthy, one a version and cipher ---

tls-node-1.3-aes-256() {
  start 17601 "${H2[@]}" server 17601 "$CERTS/server.pem" "$CERTS/server.key"
  begin 17601
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17601 "ca=$CERTS/ca.pem" get get:20000 ping get
}

tls-node-1.2-aes-128() {
  start 17602 "${H2[@]}" server 17602 "$CERTS/server.pem" "$CERTS/server.key" max=TLSv1.2
  begin 17602
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17602 "ca=$CERTS/ca.pem" get get:20000 ping get
}

tls-node-1.2-cbc() {
  start 17603 "${H2[@]}" server 17603 "$CERTS/server.pem" "$CERTS/server.key" max=TLSv1.2 ciphers=ECDHE-RSA-AES256-SHA384
  begin 17603
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17603 "ca=$CERTS/ca.pem" ciphers=ECDHE-RSA-AES256-SHA384 get get:20000 ping get
}

tls-node-1.2-chacha() {
  start 17604 "${H2[@]}" server 17604 "$CERTS/server.pem" "$CERTS/server.key" max=TLSv1.2 ciphers=ECDHE-RSA-CHACHA20-POLY1305
  begin 17604
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17604 "ca=$CERTS/ca.pem" get get:20000 get
}

tls-grpc-js-chacha() {
  start 17605 node --tls-keylog="$keys" --tls-cipher-list=TLS_CHACHA20_POLY1305_SHA256 "$RECORD/node/grpc-server.mjs" "$NEW" 127.0.0.1:17605 "tls=$CERTS/server.key,$CERTS/server.pem"
  begin 17605
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17605 tls=1 -- "${ALL_KINDS[@]}"
}

tls-grpc-go() {
  start 17606 "${ORDERS_SERVER[@]}" -listen 127.0.0.1:17606 -cert "$CERTS/server.pem" -key "$CERTS/server.key"
  begin 17606
  SSLKEYLOGFILE="$keys" run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17606 -tls -ca "$CERTS/ca.pem" "get id=1" "watch every=100ms for=1s" "get id=2"
}

tls-python-grpc-js-server() {
  start 17607 node --tls-keylog="$keys" "$RECORD/node/grpc-server.mjs" "$NEW" 127.0.0.1:17607 "tls=$CERTS/server.key,$CERTS/server.pem"
  begin 17607
  run "${PY_CLIENT[@]}" localhost:17607 "tls=$CERTS/ca.pem" -- "${ALL_KINDS[@]}"
}

tls-java-grpc-js-server() {
  java_program grpc-1.75 GrpcClient
  start 17608 node --tls-keylog="$keys" "$RECORD/node/grpc-server.mjs" "$NEW" 127.0.0.1:17608 "tls=$CERTS/server.key,$CERTS/server.pem"
  begin 17608
  run "${JAVA[@]}" localhost 17608 "tls=$CERTS/ca.pem" -- "${ALL_KINDS[@]}"
}

tls-curl-nginx() {
  nginx_tls 17609 '' 'ssl http2'
  begin 17609
  SSLKEYLOGFILE="$keys" run curl -sS --http2 --cacert "$CERTS/ca.pem" --resolve localhost:17609:127.0.0.1 https://localhost:17609/a https://localhost:17609/b
}

tls-envoy-grpc-go() {
  local work="$LAB_WORK/run/$scenario.yaml"
  start 17611 "${GO_SERVER[@]}" 127.0.0.1:17611
  sed "s/LISTEN/17610/; s/BACKEND/17611/; s/{OPTIONS}/{}/; s|^        - filters:|        - transport_socket:\n            name: envoy.transport_sockets.tls\n            typed_config:\n              '@type': type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext\n              common_tls_context:\n                alpn_protocols: [h2]\n                key_log: { path: $keys }\n                tls_certificates: [{ certificate_chain: { filename: $CERTS/server.pem }, private_key: { filename: $CERTS/server.key } }]\n          filters:|" \
    "$RECORD/proxy/envoy.yaml" >"$work"
  start 17610 "$(envoy_binary 1.39.3)" -c "$work" --base-id 76 -l error
  begin 17610
  run "${JS_CLIENT[@]}" "$NEW" 127.0.0.1:17610 tls=1 -- unary '4*unary:size=2000' stream:count=4,size=300,delayMs=20
}

# --- resumption, early data, key update ---

tls-node-1.2-resumed() {
  start 17612 "${H2[@]}" server 17612 "$CERTS/server.pem" "$CERTS/server.key" max=TLSv1.2
  rm -f "$LAB_WORK/run/$scenario.session"
  begin 17612
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17612 "ca=$CERTS/ca.pem" "session=$LAB_WORK/run/$scenario.session" get wait:100
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17612 "ca=$CERTS/ca.pem" "session=$LAB_WORK/run/$scenario.session" get
}

tls-node-1.3-resumed() {
  start 17613 "${H2[@]}" server 17613 "$CERTS/server.pem" "$CERTS/server.key"
  rm -f "$LAB_WORK/run/$scenario.session"
  begin 17613
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17613 "ca=$CERTS/ca.pem" "session=$LAB_WORK/run/$scenario.session" get wait:100
  SSLKEYLOGFILE="$keys" run "${H2[@]}" client 17613 "ca=$CERTS/ca.pem" "session=$LAB_WORK/run/$scenario.session" get
}

# s_client sends the preface and the first request as early data, to a server that takes it and to one that does not.
early_data() { # PORT
  local work="$LAB_WORK/run/$scenario"
  (octets preface; octets request 1) >"$work.early"
  (octets preface; octets request 1; sleep 0.5; octets ack; sleep 0.5) |
    run openssl s_client -connect "127.0.0.1:$1" -alpn h2 -sess_out "$work.session" -keylogfile "$keys" -servername localhost >/dev/null
  (sleep 0.5; octets ack; octets request 3; sleep 0.5) |
    run openssl s_client -connect "127.0.0.1:$1" -alpn h2 -sess_in "$work.session" -early_data "$work.early" -keylogfile "$keys" -servername localhost >/dev/null
}
tls-openssl-early-data-nginx() {
  nginx_tls 17614 'ssl_protocols TLSv1.2 TLSv1.3; ssl_early_data on; ssl_session_cache shared:lab:1m;' 'ssl http2'
  begin 17614
  early_data 17614
}

# The client's first key share is of no use to the server: HelloRetryRequest.
tls-openssl-retry-nginx() {
  nginx_tls 17629 'ssl_protocols TLSv1.3; ssl_ecdh_curve X25519;' 'ssl http2'
  begin 17629
  (octets preface; octets request 1; sleep 0.4; octets ack; octets goaway; sleep 0.4) |
    run openssl s_client -connect 127.0.0.1:17629 -alpn h2 -groups P-521:X25519 -keylogfile "$keys" -servername localhost >/dev/null
}

# "K" asks for new keys and for those of the other side.
tls-openssl-key-update() {
  start 17615 "${H2[@]}" server 17615 "$CERTS/server.pem" "$CERTS/server.key"
  begin 17615
  (octets preface; octets request 1; sleep 0.4; octets ack; sleep 0.4; echo K; sleep 0.4; octets request 3; sleep 0.4; echo k; sleep 0.4; octets ping; sleep 0.4; octets goaway; sleep 0.4) |
    run openssl s_client -connect 127.0.0.1:17615 -alpn h2 -keylogfile "$keys" -servername localhost >/dev/null
}

# --- founding incidents under TLS ---

# Incident 1; tls-grpc-go-idle-pings-sealed is the same without secrets.
tls-grpc-go-idle-pings() {
  start 17616 "${ORDERS_SERVER[@]}" -listen 127.0.0.1:17616 -cert "$CERTS/server.pem" -key "$CERTS/server.key"
  begin 17616
  SSLKEYLOGFILE="$keys" run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17616 -tls -ca "$CERTS/ca.pem" -keepalive 10s -permit-idle "get id=1" "wait 46s"
}

# Incident 2: the process ends with calls open.
tls-grpc-go-abrupt-exit() {
  start 17617 "${ORDERS_SERVER[@]}" -listen 127.0.0.1:17617 -cert "$CERTS/server.pem" -key "$CERTS/server.key" -exit-after 3s
  begin 17617
  SSLKEYLOGFILE="$keys" run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17617 -tls -ca "$CERTS/ca.pem" "get id=1" "bg watch every=200ms for=20s" "wait 4s"
}

# --- handshakes that fail ---

# curl says which alert; its own secrets show it.
tls-curl-expired-certificate() {
  start 17618 "${H2[@]}" server 17618 "$CERTS/expired.pem" "$CERTS/expired.key"
  begin 17618
  SSLKEYLOGFILE="$keys" run curl -sS --http2 --cacert "$CERTS/ca.pem" --resolve localhost:17618:127.0.0.1 https://localhost:17618/
}

# The same without secrets, from Go: only the length of the alert is seen.
tls-grpc-go-expired-sealed() {
  start 17619 "${ORDERS_SERVER[@]}" -listen 127.0.0.1:17619 -cert "$CERTS/expired.pem" -key "$CERTS/expired.key"
  begin 17619
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17619 -tls -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

# TLS 1.2 has its alerts in clear text.
tls-grpc-go-unknown-ca-1.2() {
  start 17620 "${ORDERS_SERVER[@]}" -listen 127.0.0.1:17620 -cert "$LAB_WORK/tls/cert.pem" -key "$LAB_WORK/tls/key.pem"
  begin 17620
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17620 -tls -tls-max 1.2 -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

tls-python-unknown-ca() {
  start 17621 node --tls-keylog="$keys" "$RECORD/node/grpc-server.mjs" "$NEW" 127.0.0.1:17621 "tls=$CERTS/server.key,$CERTS/server.pem"
  begin 17621
  run "${PY_CLIENT[@]}" localhost:17621 "tls=$LAB_WORK/tls/cert.pem" -- unary:deadline=1500
}

tls-client-certificate-missing() {
  start 17622 env SSLKEYLOGFILE="$keys" "${H2[@]}" server 17622 "$CERTS/server.pem" "$CERTS/server.key" "ca=$CERTS/ca.pem"
  begin 17622
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17622 -tls -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

tls-client-certificate() {
  start 17623 env SSLKEYLOGFILE="$keys" "${H2[@]}" server 17623 "$CERTS/server.pem" "$CERTS/server.key" "ca=$CERTS/ca.pem"
  begin 17623
  run "${H2[@]}" client 17623 "ca=$CERTS/ca.pem" "cert=$CERTS/client.pem" "key=$CERTS/client.key" get get
}

# nginx without HTTP/2 refuses a client that offers h2 only.
tls-grpc-go-no-alpn-nginx() {
  nginx_tls 17624 '' ssl
  begin 17624
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17624 -tls -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

# A server that knows no ALPN, in TLS 1.2: the client closes.
tls-grpc-go-no-alpn-1.2() {
  start 17625 openssl s_server -accept 17625 -cert "$CERTS/server.pem" -key "$CERTS/server.key" -www -quiet
  begin 17625
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17625 -tls -tls-max 1.2 -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

# curl goes on in HTTP/1.1: healthy.
tls-curl-http1-nginx() {
  nginx_tls 17626 '' ssl
  begin 17626
  SSLKEYLOGFILE="$keys" run curl -sS --http2 --cacert "$CERTS/ca.pem" --resolve localhost:17626:127.0.0.1 https://localhost:17626/a
}

tls-version-nginx() {
  nginx_tls 17627 'ssl_protocols TLSv1.3;' 'ssl http2'
  begin 17627
  run "${ORDERS_CLIENT[@]}" -target 127.0.0.1:17627 -tls -tls-max 1.2 -ca "$CERTS/ca.pem" "get id=1 deadline=1s"
}

# A port that accepts and says nothing.
tls-no-server-hello() {
  start 17628 socat TCP-LISTEN:17628,bind=127.0.0.1,reuseaddr,fork EXEC:'sleep 30'
  begin 17628
  run curl -sS -m 6 --http2 --cacert "$CERTS/ca.pem" --resolve localhost:17628:127.0.0.1 https://localhost:17628/
}

# seal NAME - puts the secrets into the recording.
seal() {
  local from="$LAB_CAPTURES/$1.pcap"
  [[ -s "$keys" && -e "$from" ]] || return 0
  editcap --inject-secrets "tls,$keys" "$from" "$LAB_CAPTURES/$1.pcapng" && rm "$from"
}

names=("$@")
if ((!${#names[@]})); then
  mapfile -t names < <(declare -F | awk '{print $3}' | grep '^tls-')
fi
for name in "${names[@]}"; do
  keys="$LAB_WORK/run/$name.keys"
  rm -f "$keys"
  record_scenarios "$name"
  [[ "$name" != tls-grpc-go-idle-pings ]] || cp "$LAB_CAPTURES/$name.pcap" "$LAB_CAPTURES/$name-sealed.pcap"
  seal "$name"
done
