#!/usr/bin/env bash
# Recordings of grpc-go: record.sh [NAME...]
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

# Versions: 1.33.2 is Debian's line, 1.41.0 and 1.58.3 and 1.64.1 react differently to request trailers, 1.85.0 is current.

# --- keepalive: pings while no stream is open, a server with grpc-go's default policy ---

grpc-go-idle-pings() {
  server 1.64.1 127.0.0.1:15101
  begin 15101
  client 1.58.3 127.0.0.1:15101 -keepalive 10s -permit-idle "get id=7" "wait 45s"
}

# 1.33 reconnects by itself; its next connection pings every 20 s.
grpc-go-idle-pings-doubled() {
  server 1.33.2 '[::1]:15102'
  CAPTURE_FORMAT=pcapng begin 15102
  client 1.33.2 '[::1]:15102' -keepalive 10s -permit-idle "wait 130s"
}

grpc-go-idle-pings-not-yet-cut() {
  server 1.85.0 127.0.0.1:15103
  CAPTURE_IF=any begin 15103
  client 1.85.0 127.0.0.1:15103 -keepalive 10s -permit-idle "get id=1" "get id=2" "wait 26s" &
  sleep 24
}

grpc-go-idle-pings-permitted() {
  server 1.64.1 127.0.0.1:15104 -permit-idle -min-time 5s
  CAPTURE_GZIP=1 begin 15104
  client 1.58.3 127.0.0.1:15104 -keepalive 10s -permit-idle "get id=7" "wait 72s" "get id=8"
}

# Fixed windows switch BDP probing off; so three pings fit between two answers, again and again.
grpc-go-idle-pings-reset-by-answers() {
  server 1.64.1 127.0.0.1:15105
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 15105
  client 1.64.1 127.0.0.1:15105 -keepalive 10s -permit-idle -window 1048576 "get id=1" "wait 33s" "get id=2" "wait 33s" "get id=3" "wait 12s"
}

# --- keepalive: pings faster than MinTime with a stream open ---

grpc-go-interval-pings() {
  server 1.64.1 127.0.0.1:15106
  begin 15106
  client 1.64.1 127.0.0.1:15106 -keepalive 10s "get id=1" "bg watch for=60s" "wait 45s"
}

grpc-go-interval-pings-current() {
  server 1.85.0 '[::1]:15107'
  CAPTURE_FORMAT=pcapng CAPTURE_GZIP=1 begin 15107
  client 1.85.0 '[::1]:15107' -keepalive 10s "bg watch for=60s" "bg get sleep=60s" "wait 42s"
}

# A stream that carries messages resets the count: the same client and policy, never cut.
grpc-go-interval-pings-with-traffic() {
  server 1.64.1 127.0.0.1:15108
  begin 15108
  client 1.64.1 127.0.0.1:15108 -keepalive 10s "watch every=4s for=65s"
}

# --- keepalive: BDP probes (scripted client: no released client probes without received data) ---

grpc-go-bdp-pings() {
  server 1.64.1 127.0.0.1:15109
  begin 15109
  frames 127.0.0.1:15109 "headers 1 /shop.Orders/Watch" "end 1 count=3" "wait 200ms" "headers 3 /shop.Orders/Watch" "end 3 for=20s" \
    "wait 100ms" "5* ping 02041010090e0707, wait 300ms"
}

# Real probes: each follows DATA of the server, which resets the count.
grpc-go-bdp-probes() {
  server 1.41.0 127.0.0.1:15110
  begin 15110
  client 1.41.0 127.0.0.1:15110 "watch every=150ms for=3s bytes=800" "get repeat=5"
}

# --- connections that end ---

grpc-go-abrupt-exit() {
  server 1.64.1 127.0.0.1:15111 -exit-after 2s
  begin 15111
  client 1.64.1 127.0.0.1:15111 "get id=1" "bg watch every=300ms for=20s" "bg get sleep=10s id=2" "wait 3s"
}

grpc-go-abrupt-kill() {
  server 1.85.0 '[::1]:15112'
  local victim=$LAST
  CAPTURE_IF=any begin 15112
  client 1.85.0 '[::1]:15112' "bg get sleep=10s id=2" "get id=1" "wait 3s" &
  sleep 1.5
  kill_server "$victim"
  sleep 1
}

# Unread request bytes in the dead server's socket turn its FIN into a RST.
grpc-go-abrupt-reset() {
  server 1.58.3 127.0.0.1:15113
  local victim=$LAST
  begin 15113
  client 1.58.3 127.0.0.1:15113 "bg get sleep=10s id=2" "bg upload count=60 bytes=300 send-every=25ms" "wait 2s" &
  sleep 0.6
  kill -STOP "$victim"
  sleep 0.1
  kill_server "$victim"
  sleep 0.7
}

# Server.Stop (not graceful) closes without GOAWAY.
grpc-go-stop() {
  server 1.64.1 127.0.0.1:15114 -stop-after 2s
  CAPTURE_FORMAT=pcapng begin 15114
  client 1.64.1 127.0.0.1:15114 "bg get sleep=10s" "bg watch every=400ms for=10s" "wait 3s"
}

grpc-go-server-restart() {
  server 1.64.1 127.0.0.1:15115
  local victim=$LAST
  begin 15115
  client 1.64.1 127.0.0.1:15115 -connections 6 "get id=1" "bg watch every=500ms for=10s" "wait 4s" &
  sleep 2
  kill_server "$victim"
  sleep 1.2
  server 1.64.1 127.0.0.1:15115
  sleep 2.5
}

# The same while nobody has a call open: nothing was lost.
grpc-go-server-restart-idle() {
  server 1.64.1 127.0.0.1:15116
  local victim=$LAST
  begin 15116
  client 1.64.1 127.0.0.1:15116 -connections 5 "get id=1" "wait 3500ms" "get id=2" &
  sleep 1.5
  kill_server "$victim"
  sleep 0.5
  server 1.64.1 127.0.0.1:15116
  sleep 3
}

grpc-go-graceful() {
  server 1.64.1 127.0.0.1:15117 -graceful-after 2s
  begin 15117
  client 1.64.1 127.0.0.1:15117 "get id=1" "bg get sleep=3s id=2" "bg watch every=500ms for=3s" "wait 4s"
}

grpc-go-graceful-1.33() {
  server 1.33.2 '[::1]:15118' -graceful-after 1500ms
  CAPTURE_IF=any CAPTURE_GZIP=1 begin 15118
  client 1.33.2 '[::1]:15118' "get id=1" "bg get sleep=2s id=2" "wait 3s"
}

grpc-go-max-age() {
  server 1.85.0 127.0.0.1:15119 -max-age 2s -max-age-grace 5s
  begin 15119
  client 1.85.0 127.0.0.1:15119 "bg watch every=700ms for=3s" "get repeat=30 gap=200ms"
}

grpc-go-max-age-grace-expired() {
  server 1.64.1 127.0.0.1:15120 -max-age 2s -max-age-grace 1s
  begin 15120
  client 1.64.1 127.0.0.1:15120 "get id=1" "bg watch every=300ms for=10s" "bg get sleep=9s" "wait 5s"
}

grpc-go-max-age-grace-expired-current() {
  server 1.85.0 '[::1]:15121' -max-age 2s -max-age-grace 1s
  CAPTURE_FORMAT=pcapng begin 15121
  client 1.64.1 '[::1]:15121' "bg get sleep=9s" "get repeat=20 gap=250ms"
}

grpc-go-max-idle() {
  server 1.64.1 127.0.0.1:15122 -max-idle 2s
  begin 15122
  client 1.58.3 127.0.0.1:15122 "get id=1" "wait 4s" "get id=2" "wait 1s"
}

# A server that hangs: its kernel acknowledges the PING, nobody answers it, the client closes after its timeout.
grpc-go-unanswered-ping() {
  server 1.64.1 127.0.0.1:15145
  local frozen=$LAST
  begin 15145
  client 1.64.1 127.0.0.1:15145 -keepalive 10s -keepalive-timeout 3s "get id=1" "bg watch every=1s for=60s" "wait 16s" &
  sleep 2
  kill -STOP "$frozen"
  wait $!
}

# It hangs from the start: the connection opens, no SETTINGS come.
grpc-go-no-server-preface() {
  server 1.85.0 127.0.0.1:15146
  local frozen=$LAST
  kill -STOP "$frozen"
  CAPTURE_FORMAT=pcapng begin 15146
  client 1.64.1 127.0.0.1:15146 "get id=1 deadline=22s"
}

# --- calls ---

grpc-go-cancel() {
  server 1.64.1 127.0.0.1:15123
  begin 15123
  client 1.64.1 127.0.0.1:15123 "watch every=150ms for=10s cancel=1s" "get sleep=5s cancel=400ms" "get id=3" "bg chat count=50 bytes=100 send-every=50ms cancel=700ms" "wait 1s" "get id=4"
}

grpc-go-deadline-by-handler() {
  server 1.64.1 127.0.0.1:15124
  begin 15124
  client 1.64.1 127.0.0.1:15124 "get id=1 deadline=2s" "get sleep=2s deaf=1 deadline=500ms" "get sleep=2s deaf=1 deadline=500ms" "get id=2 deadline=2s" "wait 2s"
}

grpc-go-streams() {
  server 1.85.0 127.0.0.1:15125
  CAPTURE_GZIP=1 begin 15125
  client 1.85.0 127.0.0.1:15125 "watch count=40 bytes=1500" "upload count=40 bytes=1500" "chat count=10 bytes=200" "watch every=200ms for=1500ms" "get id=1"
}

# A reader that is slower than its writer: the windows run dry and are refilled, again and again.
grpc-go-slow-reader() {
  server 1.64.1 127.0.0.1:15126
  CAPTURE_SNAP=200 begin 15126
  client 1.64.1 127.0.0.1:15126 -window 65535 "watch count=60 bytes=8000 read-every=20ms" "get id=1"
}

grpc-go-large-messages() {
  server 1.64.1 127.0.0.1:15127
  CAPTURE_GZIP=1 begin 15127
  client 1.64.1 127.0.0.1:15127 "get bytes=150000" "upload count=1 bytes=150000" "get id=1"
}

# The client refuses the response at its length prefix, and resets the stream.
grpc-go-message-too-large() {
  server 1.64.1 127.0.0.1:15128
  CAPTURE_GZIP=1 begin 15128
  client 1.64.1 127.0.0.1:15128 "get id=1" "get bytes=4300000" "get id=2"
}

# A request above the server's 4 MiB.
grpc-go-request-too-large() {
  server 1.64.1 127.0.0.1:15129
  CAPTURE_GZIP=1 begin 15129
  client 1.64.1 127.0.0.1:15129 "get id=1" "upload count=1 bytes=4300000" "get id=2"
}

grpc-go-headers-too-large() {
  server 1.33.2 127.0.0.1:15130 -max-header 2000
  begin 15130
  frames 127.0.0.1:15130 "headers 1 /shop.Orders/Get" "end 1 sleep=3s" "wait 200ms" \
    "headers 3 /shop.Orders/Get x-session=$(head -c 3000 /dev/zero | tr '\0' 'Z')" "end 3 id=2" "wait 1s"
}

grpc-go-headers-too-large-current() {
  server 1.85.0 127.0.0.1:15131 -max-header 2000
  begin 15131
  frames 127.0.0.1:15131 "headers 1 /shop.Orders/Get" "end 1 sleep=2s" "wait 200ms" \
    "headers 3 /shop.Orders/Get x-session=$(head -c 3000 /dev/zero | tr '\0' 'Z')" "end 3 id=2" "wait 3s"
}

grpc-go-not-found() {
  server 1.58.3 127.0.0.1:15132
  begin 15132
  client 1.58.3 127.0.0.1:15132 "get id=1" "get id=404 status=5" "get id=403 status=7" "get status=14 id=9" "get id=2"
}

grpc-go-per-call-connections() {
  server 1.64.1 127.0.0.1:15133
  begin 15133
  client 1.58.3 127.0.0.1:15133 -per-call 12 "get id=1"
}

grpc-go-health-reflection() {
  server 1.85.0 '[::1]:15134'
  CAPTURE_FORMAT=pcapng CAPTURE_IF=any begin 15134
  client 1.64.1 '[::1]:15134' "list" "health" "get id=1" "health"
}

grpc-go-tls() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
    -keyout "$NAME.key" -out "$NAME.crt" 2>/dev/null
  server 1.85.0 127.0.0.1:15135 -cert "$NAME.crt" -key "$NAME.key"
  begin 15135
  client 1.85.0 127.0.0.1:15135 -tls "get id=1" "watch every=200ms for=1s" "get id=2"
}

# --- captures that begin after the connection did ---

grpc-go-mid-connection() {
  server 1.64.1 127.0.0.1:15136
  client 1.64.1 127.0.0.1:15136 "get id=1" "bg watch every=300ms for=5s" "wait 2s" "get repeat=8 id=2 gap=300ms" "watch count=3" &
  sleep 1.5
  begin 15136
  wait $!
}

grpc-go-mid-connection-pings() {
  server 1.64.1 127.0.0.1:15137
  client 1.58.3 127.0.0.1:15137 -keepalive 10s -permit-idle "get id=1" "wait 45s" &
  sleep 5
  begin 15137
  wait $!
}

grpc-go-mid-connection-abrupt() {
  server 1.58.3 127.0.0.1:15138
  local victim=$LAST
  client 1.58.3 127.0.0.1:15138 "get id=1" "bg watch every=300ms for=10s" "bg get sleep=9s" "wait 1500ms" "bg get sleep=9s id=2" "wait 2s" &
  sleep 1
  begin 15138
  sleep 1.5
  kill_server "$victim"
  sleep 0.5
}

# --- request trailers: what each line of grpc-go does (scripted client), an innocent call beside it ---

request_trailers() {
  server "$1" "$2"
  begin "${2##*:}"
  frames "$2" "headers 1 /shop.Orders/Get" "end 1 sleep=2s id=1" "wait 300ms" \
    "headers 3 /shop.Orders/Get, data 3 sleep=500ms id=2, trailers 3 grpc-status=0" "wait 3s"
}

grpc-go-request-trailers-1.33() { request_trailers 1.33.2 127.0.0.1:15140; }
grpc-go-request-trailers-1.41() { CAPTURE_FORMAT=pcapng request_trailers 1.41.0 '[::1]:15141'; }
grpc-go-request-trailers-1.58() { request_trailers 1.58.3 127.0.0.1:15142; }
grpc-go-request-trailers-1.64() { CAPTURE_IF=any request_trailers 1.64.1 127.0.0.1:15143; }
grpc-go-request-trailers-1.85() { CAPTURE_GZIP=1 request_trailers 1.85.0 127.0.0.1:15144; }

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  mapfile -t all < <(grep -oE '^grpc-go-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
