# shellcheck shell=bash
# What the Go and Rust recordings share: building once, starting servers, running clients, cleaning up.
# A scenario is a function named like its capture; record_named runs it in its own shell.

source "$(dirname "${BASH_SOURCE[0]}")/../lib/capture.sh"
BIN="$LAB_WORK/bin"
GO_LAB="$LAB_ROOT/record/go"
mkdir -p "$BIN"
STARTED=()

# begin PORT... - start this scenario's capture (the options of capture.sh apply).
begin() { capture_start "$NAME" "$@"; }

# start PORT COMMAND... - a server in the background; returns when it listens (PATIENCE=none: at once). LAST is its pid.
start() {
  local port="$1"
  shift
  inside_of "${SERVER_NETNS:-}"
  "${INSIDE[@]}" "$@" >>"$LAB_WORK/run/$NAME.server.log" 2>&1 &
  LAST=$!
  STARTED+=("$LAST")
  [[ "${PATIENCE:-}" == none ]] || CAPTURE_NETNS="${SERVER_NETNS:-}" wait_listening "$port"
}

# run COMMAND... - a client in the foreground, its time bounded. A client that fails is part of many scenarios.
run() {
  in_netns "${CLIENT_NETNS:-}" timeout -k 2 200 "$@" >>"$LAB_WORK/run/$NAME.client.log" 2>&1
  return 0
}

# orders VERSION - build server and client against this grpc-go, unless that has been done.
orders() {
  [[ -x "$BIN/orders-client-$1" ]] || "$GO_LAB/orders/build.sh" "$1"
}

# server VERSION ADDRESS FLAG... - a grpc-go server of shop.Orders.
server() {
  local version="$1" address="$2"
  shift 2
  orders "$version"
  start "${address##*:}" "$BIN/orders-server-$version" -listen "$address" "$@"
}

# client VERSION ADDRESS FLAG-OR-STEP... - a grpc-go client of it.
client() {
  local version="$1" address="$2"
  shift 2
  orders "$version"
  run "$BIN/orders-client-$version" -target "$address" "$@"
}

# frames ADDRESS STEP... - the scripted client.
frames() {
  [[ -x "$BIN/frames" ]] || (cd "$GO_LAB/frames" && go build -o "$BIN/frames" .)
  run "$BIN/frames" "$@"
}

# kill_server PID - as a crash or the out-of-memory killer would.
kill_server() { kill -KILL "$1"; }

# record_one NAME - run one scenario; its programs end with it.
record_one() (
  NAME="$1"
  cd "$LAB_WORK/run" || exit 1
  rm -f "$NAME".*.log
  trap 'stop_programs "${STARTED[@]}"' EXIT
  "$NAME"
  capture_stop "$NAME"
)

# record_named DEFAULTS... -- NAME... - run these scenarios, or all of them for "all", at most 8 at once.
record_named() {
  local all=() name
  while [[ "$1" != -- ]]; do all+=("$1"); shift; done
  shift
  [[ "${1:-all}" != all ]] || set -- "${all[@]}"
  for name in "$@"; do
    while (($(jobs -rp | wc -l) >= 8)); do sleep 0.2; done
    record_one "$name" &
  done
  wait
}
