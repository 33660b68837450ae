#!/usr/bin/env bash
# Recordings of etcd with clientv3 (as Cortex sets it: 10 s, PermitWithoutStream): etcd.sh [NAME...]
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

# etcd 3.4.23 is Debian's; 3.6.6 and clientv3 3.6.6 come from the Go proxy.
etcd_programs() {
  local program
  for program in server client; do
    [[ -x "$BIN/etcd-$program-3.6" ]] || (cd "$GO_LAB/etcd" && go build -o "$BIN/etcd-$program-3.6" "./$program")
  done
}

# member NAME HOST CLIENT_PORT CLUSTER [FLAG...] - a Debian etcd; the peer port is the client port + 1.
member() {
  local member="$1" host="$2" port="$3" cluster="$4"
  shift 4
  rm -rf "$LAB_WORK/run/$NAME.$member.etcd"
  start "$port" etcd --name "$member" --data-dir "$LAB_WORK/run/$NAME.$member.etcd" --log-level error \
    --listen-client-urls "http://$host:$port" --advertise-client-urls "http://$host:$port" \
    --listen-peer-urls "http://$host:$((port + 1))" --initial-advertise-peer-urls "http://$host:$((port + 1))" \
    --initial-cluster "$cluster" --initial-cluster-state new "$@"
}

# etcd34 HOST PORT [FLAG...] - one member alone.
etcd34() {
  local host="$1" port="$2"
  shift 2
  member solo "$host" "$port" "solo=http://$host:$((port + 1))" "$@"
  sleep 1.5
}

# etcd36 HOST PORT [FLAG...] - one embedded member.
etcd36() {
  local host="$1" port="$2"
  shift 2
  rm -rf "$LAB_WORK/run/$NAME.etcd"
  start "$port" "$BIN/etcd-server-3.6" -data-dir "$LAB_WORK/run/$NAME.etcd" -client "http://$host:$port" -peer "http://$host:$((port + 1))" "$@"
  sleep 1.5
}

# etcd_client ENDPOINTS FLAG-OR-STEP...
etcd_client() {
  local endpoints="$1"
  shift
  run "$BIN/etcd-client-3.6" -endpoints "$endpoints" "$@"
}

etcd-idle-pings() {
  etcd34 127.0.0.1 15201
  begin 15201
  etcd_client http://127.0.0.1:15201 -keepalive 10s -permit-idle "put a 1" "wait 42s"
}

# The balancer connects again by itself; the next connection pings every 20 s.
etcd-idle-pings-doubled() {
  etcd34 '[::1]' 15203
  CAPTURE_FORMAT=pcapng begin 15203
  etcd_client 'http://[::1]:15203' -keepalive 10s -permit-idle "get a" "wait 126s"
}

etcd-3.6-idle-pings() {
  etcd36 127.0.0.1 15205
  CAPTURE_IF=any begin 15205
  etcd_client http://127.0.0.1:15205 -keepalive 10s -permit-idle "put a 1" "get a" "wait 42s"
}

etcd-idle-pings-not-yet-cut() {
  etcd34 127.0.0.1 15207
  begin 15207
  etcd_client http://127.0.0.1:15207 -keepalive 10s -permit-idle "put a 1" "wait 26s" &
  sleep 24
}

# What an embedder can allow and etcd's own flags cannot.
etcd-3.6-idle-pings-permitted() {
  etcd36 '[::1]' 15209 -permit-idle
  CAPTURE_GZIP=1 begin 15209
  etcd_client 'http://[::1]:15209' -keepalive 10s -permit-idle "put a 1" "wait 65s" "get a"
}

# With a watch open, 10 s is within etcd's 5 s minimum.
etcd-watch-pings() {
  etcd34 127.0.0.1 15211
  begin 15211
  etcd_client http://127.0.0.1:15211 -keepalive 10s -permit-idle "bg watch a 62s" "wait 5s" "put a 1" "wait 57s"
}

etcd-3.6-lease-pings() {
  etcd36 127.0.0.1 15213
  CAPTURE_FORMAT=pcapng CAPTURE_IF=any begin 15213
  etcd_client http://127.0.0.1:15213 -keepalive 10s -permit-idle "bg lease 45s" "put a 1" "wait 45s"
}

etcd-no-pings() {
  etcd34 127.0.0.1 15215
  CAPTURE_IF=any CAPTURE_LINK=LINUX_SLL begin 15215
  etcd_client http://127.0.0.1:15215 "put a 1" "bg watch a 6s" "wait 1s" "put a 2" "wait 6s" "get a" "lease 3s"
}

# The other way to get it wrong: a minimum above the client's interval, with a watch open.
etcd-interval-pings() {
  etcd34 127.0.0.1 15217 --grpc-keepalive-min-time=60s
  begin 15217
  etcd_client http://127.0.0.1:15217 -keepalive 10s "bg watch a 50s" "wait 44s"
}

# Three members: the watch's connection lives, the idle ones beside it are cut.
etcd-cluster-idle-pings() {
  local cluster="a=http://127.0.0.1:15222,b=http://127.0.0.1:15224,c=http://127.0.0.1:15226"
  # A member listens for clients only once the cluster has a leader, so nobody can wait for the first one.
  begin 15221 15223 15225
  PATIENCE=none member a 127.0.0.1 15221 "$cluster"
  PATIENCE=none member b 127.0.0.1 15223 "$cluster"
  member c 127.0.0.1 15225 "$cluster"
  sleep 2
  etcd_client http://127.0.0.1:15221,http://127.0.0.1:15223,http://127.0.0.1:15225 -keepalive 10s -permit-idle \
    "put a 1" "bg watch a 48s" "wait 50s"
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  etcd_programs
  mapfile -t all < <(grep -oE '^etcd-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
