#!/usr/bin/env bash
# What real programs log when connections die: logs.sh [NAME...]
#
# Runs scenarios of the recordings again, with the programs' own logging switched on, and keeps what they wrote as
# fixtures/logs/NAME.log. `pair` keeps the capture of the same run beside it, for the joining of both.
set -euo pipefail
cd "$(dirname "$0")"
ROOT="$(cd ../.. && pwd)"
WORK="$ROOT/lab/.work"
OUT="$ROOT/fixtures/logs"
export LAB_CAPTURES="$WORK/log-captures"
mkdir -p "$OUT" "$LAB_CAPTURES" "$WORK/run"

# The settings of a grpc-go channel fill a screen in its log, and say nothing of its end.
PRETTY='^[]} ]*[]}],\?$\|^ *"[A-Z][A-Za-z]*": \|^  *[{[]$'

# Lines and octets kept of a log: a fixture is read by people too.
LINES=160
COLUMNS_KEPT=900

# keep NAME FILE... - what the programs wrote, as the fixture.
keep() {
  local name="$1"
  shift
  cat "$@" | sed "s|$ROOT/||g" | grep -av '^tcpdump:\|packets captured\|packets received by filter\|packets dropped by kernel' | grep -av "$PRETTY" |
    head -n "$LINES" | cut -c "1-$COLUMNS_KEPT" >"$OUT/$name.log"
  echo "$name: $(wc -l <"$OUT/$name.log") lines"
}

# go NAME SCRIPT SCENARIO SIDE - a scenario whose programs have logs of their own.
go() { (cd go && GRPC_GO_LOG_SEVERITY_LEVEL=info GRPC_GO_LOG_VERBOSITY_LEVEL=2 "./$2" "$3") && keep "$1" "$WORK/run/$3.$4.log"; }
rust() { (cd rust && ./record.sh "$2") && keep "$1" "$WORK/run/$2.$3.log"; }
# other NAME FOLDER SCENARIO - a scenario with one log.
other() { (cd "$2" && LOG_FORMAT=cri ./record.sh "$3") && keep "$1" "$WORK/run/$3.log"; }
traced() { (cd "$2" && GRPC_VERBOSITY=DEBUG GRPC_TRACE=transport,keepalive,subchannel "./record.sh" "$3") && keep "$1" "$WORK/run/$3.log"; }
nginx_log() { rm -f "$WORK/run/$2.nginx/error.log" && (cd proxy && ./record.sh "$2") && keep "$1" "$WORK/run/$2.nginx/error.log"; }
# pair NAME SCENARIO - keep the capture of that run too.
pair() { for file in "$LAB_CAPTURES/$2".pcap*; do cp "$file" "$OUT/$1.${file#*"$2".}"; done; }

grpc-go-client-idle-pings() {
  go "$1" record.sh grpc-go-idle-pings client
  pair "$1" grpc-go-idle-pings
  keep grpc-go-server-idle-pings "$WORK/run/grpc-go-idle-pings.server.log"
}
grpc-go-client-abrupt-exit() { go "$1" record.sh grpc-go-abrupt-exit client; pair "$1" grpc-go-abrupt-exit; }
grpc-go-client-abrupt-reset() { go "$1" record.sh grpc-go-abrupt-reset client; }
grpc-go-client-max-age-grace-expired() { go "$1" record.sh grpc-go-max-age-grace-expired client; }
grpc-go-client-max-age-grace-expired-current() { go "$1" record.sh grpc-go-max-age-grace-expired-current client; }
grpc-go-client-unanswered-ping() { go "$1" record.sh grpc-go-unanswered-ping client; }
grpc-go-client-no-server-preface() { go "$1" record.sh grpc-go-no-server-preface client; }
grpc-go-client-server-restart() { go "$1" record.sh grpc-go-server-restart client; }
grpc-go-client-cancel() { go "$1" record.sh grpc-go-cancel client; }
grpc-go-client-deadline() { go "$1" record.sh grpc-go-deadline-by-handler client; }
grpc-go-client-message-too-large() { go "$1" record.sh grpc-go-message-too-large client; }
grpc-go-client-request-too-large() { go "$1" record.sh grpc-go-request-too-large client; }
grpc-go-client-healthy() { go "$1" record.sh grpc-go-streams client; }
grpc-go-server-healthy() { go "$1" record.sh grpc-go-streams server; }
grpc-go-client-graceful() { go "$1" record.sh grpc-go-graceful client; }
grpc-go-server-headers-too-large() { go "$1" record.sh grpc-go-headers-too-large-current server; }
grpc-go-1.58-server-request-trailers() { go "$1" record.sh grpc-go-request-trailers-1.58 server; }
grpc-go-1.64-server-request-trailers() { go "$1" record.sh grpc-go-request-trailers-1.64 server; }

kitex-0.11-client-exit() { go "$1" kitex.sh kitex-exit-0.11 client; }
kitex-0.11-client-idle-pings() {
  go "$1" kitex.sh kitex-idle-pings client
  keep kitex-0.11-server-idle-pings "$WORK/run/kitex-idle-pings.server.log"
}
kitex-0.11-client-short-connections() { go "$1" kitex.sh kitex-short-connections client; }
kitex-client-kill() { go "$1" kitex.sh kitex-kill client; }
kitex-server-request-trailers() { go "$1" kitex.sh kitex-request-trailers server; }
kitex-server-exit-wait-expired() { go "$1" kitex.sh kitex-exit-wait-expired server; }

tonic-client-never-ends() { rust "$1" tonic-graceful-never-ends client; }
volo-client-request-trailers() { rust "$1" volo-request-trailers-grpc-go-1.58 client; }
volo-client-request-trailers-goaway() { rust "$1" volo-request-trailers-grpc-go-1.64 client; }

grpc-js-idle-pings() { other "$1" node grpc-js-idle-pings-python-server; pair "$1" grpc-js-idle-pings-python-server; }
grpc-js-server-killed() { other "$1" node grpc-js-server-killed; }
grpc-js-max-age-grace-expired() { other "$1" node grpc-js-max-age-grace-expired; }
grpc-js-unanswered-ping() { traced "$1" node grpc-js-unanswered-ping; }
grpc-js-message-too-large() { other "$1" node grpc-js-message-too-large; }
grpc-js-deadline() { other "$1" node grpc-js-deadline; }
grpc-js-cancel() { other "$1" node grpc-js-client-cancel; }
grpc-js-healthy() { other "$1" node grpc-js-healthy-kinds; }
grpc-js-refused() { other "$1" node node-refused; }
grpc-js-http1-server() { other "$1" node node-http1-server; }
grpc-js-internal-error() { other "$1" node node-internal-error; }
grpc-js-missing-trailers() { other "$1" node node-missing-trailers; }
grpc-js-reset-after-headers() { other "$1" node node-reset-after-headers; }
grpc-js-every-third-reset() { other "$1" node node-every-third-reset; }
node-reset-flood() { other "$1" node node-reset-flood; }
node-tls-client-plaintext-server() { other "$1" node node-tls-client-plaintext-server; }
connect-node-deadline() { other "$1" node connect-node-deadline; }
connect-node-reset() { other "$1" node connect-node-reset-after-partial-data; }

grpcio-idle-pings() { (export GRPC_VERBOSITY=info; other "$1" python python-idle-pings); }
grpcio-server-killed() { other "$1" python python-server-killed; }
grpcio-deadline() { other "$1" python python-deadline; }
grpcio-message-too-large() { other "$1" python python-message-too-large; }
grpcio-refused-max-streams() { other "$1" python python-refused-max-streams; }
grpcio-http1-server() { other "$1" node python-http1-server; }
grpcio-stop-grace-expired() { other "$1" python python-server-stop-grace-expired; }
grpcio-healthy() { other "$1" python python-healthy-kinds; }

grpc-java-idle-pings() { other "$1" java java-idle-pings-java-client; pair "$1" java-idle-pings-java-client; }
grpc-java-max-age-grace-expired() { other "$1" java java-max-age-grace-expired; }
grpc-java-deadline() { other "$1" java java-deadline; }
vertx-4.3-late-write() { other "$1" java vertx-4.3-late-write; pair "$1" vertx-4.3-late-write; }
vertx-4.5-late-write() { other "$1" java vertx-4.5-late-write; }
vertx-4.5-timeout-only() { other "$1" java vertx-4.5-timeout-only; }
netty-late-write() { other "$1" java netty-late-write; }
netty-late-write-normal-promise() { other "$1" java netty-late-write-normal-promise; }

nginx-dead-backend() { nginx_log "$1" nginx-dead-backend; }
nginx-read-timeout() { nginx_log "$1" nginx-read-timeout; }
nginx-late-half-close() { nginx_log "$1" nginx-late-half-close-grpc-go; }
nginx-request-trailers() { nginx_log "$1" nginx-request-trailers; }
nginx-healthy() { nginx_log "$1" nginx-healthy-grpc-pass; }
nginx-plaintext-at-tls() { nginx_log "$1" nginx-plaintext-client-at-tls; }
nginx-http1-only() { nginx_log "$1" nginx-http1-only; }

haproxy-dead-backend() { other "$1" proxy haproxy-dead-backend; }
haproxy-server-timeout() { other "$1" proxy haproxy-server-timeout; }
haproxy-server-timeout-in-stream() { other "$1" proxy haproxy-server-timeout-in-stream; }
haproxy-healthy() { other "$1" proxy haproxy-healthy; }
envoy-dead-backend() { other "$1" proxy envoy-dead-backend; }
envoy-1.38-late-half-close() { other "$1" proxy envoy-1.38-late-half-close; pair "$1" envoy-1.38-late-half-close; }
envoy-upstream-pings() { other "$1" proxy envoy-upstream-pings-python-server; }
envoy-healthy() { other "$1" proxy envoy-healthy; }

mapfile -t names < <(declare -F | awk '{print $3}' | grep -E '^(grpc|kitex|tonic|volo|node|connect|grpcio|vertx|netty|nginx|haproxy|envoy)-')
(($#)) || set -- "${names[@]}"
for name in "$@"; do
  while (($(jobs -rp | wc -l) >= 3)); do sleep 0.2; done
  { "$name" "$name" || echo "$name: failed"; } &
done
wait
