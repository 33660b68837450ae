# shellcheck shell=bash
# The programs of this half of the lab, and the loop that records scenarios.
# A scenario is a shell function with the capture's name; source this file, define them, then `record_scenarios "$@"`.
# Inside one: `start` programs, `begin PORT...` the capture, run clients with `run`; the loop stops both afterwards.

RECORD="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# shellcheck source=../lib/capture.sh
source "$RECORD/lib/capture.sh"

JAVA_LIBS="$LAB_WORK/java"
JS_SERVER=(node "$RECORD/node/grpc-server.mjs")
JS_CLIENT=(node "$RECORD/node/grpc-client.mjs")
CONNECT=(node "$RECORD/node/connect.mjs")
SCRIPTED=(node "$RECORD/node/scripted.mjs")
HTTP2=(node "$RECORD/node/http2.mjs")
OTHER=(node "$RECORD/node/other.mjs")
PY_SERVER=("$LAB_WORK/py/bin/python" "$RECORD/python/server.py")
PY_CLIENT=("$LAB_WORK/py/bin/python" "$RECORD/python/client.py")
GO_SERVER=("$LAB_WORK/grpcgo" -listen)
java_program() { JAVA=(java -cp "$JAVA_LIBS/$1/*" "$RECORD/java/$2.java"); }
envoy_binary() { echo "$LAB_WORK/envoy/e$1/lib/python3.11/site-packages/envoy/_bin/envoy"; }

# What clients print goes through this: with LOG_FORMAT=cri each line gets what a container runtime writes before it.
LOG_STAMP=(cat)
[[ "${LOG_FORMAT:-}" != cri ]] || LOG_STAMP=(python3 -u "$RECORD/lib/cri.py")

scenario=""
recording=0
running=()

# start PORT COMMAND... - a server in the background, until it listens on PORT; its id is in `last`.
start() {
  local port="$1"
  shift
  "$@" >>"$LAB_WORK/run/$scenario.log" 2>&1 &
  last=$!
  running+=("$last")
  wait_listening "$port"
}

# background COMMAND... - a client that runs beside what follows.
background() {
  timeout 60 "$@" > >("${LOG_STAMP[@]}" >>"$LAB_WORK/run/$scenario.log") 2>&1 &
  last=$!
  running+=("$last")
}

# begin PORT... - the capture of this scenario (options as in lib/capture.sh).
begin() {
  capture_start "$scenario" "$@"
  recording=1
}

# run COMMAND... - a client, to its end.
run() { timeout 60 "$@" 2>&1 | stdbuf -oL cut -c1-300 | "${LOG_STAMP[@]}" | tee -a "$LAB_WORK/run/$scenario.log"; }

# record_scenarios [NAME...] - all scenarios that the calling script lists in `scenarios`, or those named.
record_scenarios() {
  local names=("$@")
  ((${#names[@]})) || names=("${scenarios[@]}")
  for scenario in "${names[@]}"; do
    echo "== $scenario"
    : >"$LAB_WORK/run/$scenario.log"
    recording=0
    running=()
    "$scenario"
    if ((recording)); then capture_stop "$scenario"; fi
    stop_programs "${running[@]}"
  done
}
