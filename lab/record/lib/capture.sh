# shellcheck shell=bash
# Shell helper for recording: one capture around one run of real programs.
# Source it; it starts nothing by itself.
#
#   source "$(dirname "$0")/../lib/capture.sh"
#   CAPTURE_FORMAT=pcapng capture_start grpc-js-graceful 15071 15072
#   ... run the programs ...
#   capture_stop grpc-js-graceful
#   capture_show grpc-js-graceful 15071
#
# Options are variables, read by capture_start (set them on the same line):
#   CAPTURE_IF      interface                      (lo; "any" gives SLL2)
#   CAPTURE_LINK    link type, e.g. LINUX_SLL      (the interface's own)
#   CAPTURE_SNAP    bytes kept of each packet      (all)
#   CAPTURE_FORMAT  pcap (tcpdump) | pcapng (dumpcap)   (pcap)
#   CAPTURE_GZIP    1: compress the file           (no)
#   CAPTURE_NETNS   capture inside this network namespace
#   CAPTURE_FILTER  pcap filter instead of the ports
#
# Several captures may run at once, each in its own shell or under its own name.

LAB_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
LAB_WORK="$LAB_ROOT/.work"
LAB_CAPTURES="${LAB_CAPTURES:-$(cd "$LAB_ROOT/.." && pwd)/fixtures/captures}"
mkdir -p "$LAB_WORK/run" "$LAB_CAPTURES"

# in_netns NS COMMAND... - run a command in a namespace, or here when NS is empty. Not for the background: a function
# there is a shell of its own, and its pid is not the program's. Use inside_of for that.
in_netns() {
  local ns="$1"
  shift
  if [[ -n "$ns" ]]; then ip netns exec "$ns" "$@"; else "$@"; fi
}

# inside_of NS - sets INSIDE to the words that put a command into the namespace: "${INSIDE[@]}" program &
inside_of() {
  INSIDE=()
  [[ -z "$1" ]] || INSIDE=(ip netns exec "$1")
}

# port_filter PORT... - a pcap filter for these TCP ports.
port_filter() {
  local filter="" port
  for port in "$@"; do filter="${filter:+$filter or }tcp port $port"; done
  echo "$filter"
}

# capture_start NAME PORT... - begin; returns when packets are being recorded.
capture_start() {
  local name="$1"
  shift
  local format="${CAPTURE_FORMAT:-pcap}" filter="${CAPTURE_FILTER:-}" log="$LAB_WORK/run/$name.capture.log"
  [[ -n "$filter" ]] || filter="$(port_filter "$@")"
  local raw="$LAB_WORK/run/$name.$format"
  local options=(-i "${CAPTURE_IF:-lo}" -s "${CAPTURE_SNAP:-262144}")
  [[ -z "${CAPTURE_LINK:-}" ]] || options+=(-y "$CAPTURE_LINK")
  rm -f "$raw"
  : >"$log"
  inside_of "${CAPTURE_NETNS:-}"
  if [[ "$format" == pcapng ]]; then
    "${INSIDE[@]}" dumpcap -q -n -B 16 "${options[@]}" -f "$filter" -w "$raw" >"$log" 2>&1 &
  else
    "${INSIDE[@]}" tcpdump -Z root -n -U -B 16384 --immediate-mode "${options[@]}" -w "$raw" "$filter" >"$log" 2>&1 &
  fi
  local pid=$!
  echo "$pid" >"$LAB_WORK/run/$name.capture.pid"
  echo "$raw ${CAPTURE_GZIP:-0}" >"$LAB_WORK/run/$name.capture.file"
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if grep -qE 'listening on|^File: ' "$log" && [[ -s "$raw" ]]; then
      # dumpcap names its file a little before its first read of the ring.
      [[ "$format" == pcap ]] || sleep 0.3
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  echo "capture $name did not start:" >&2
  cat "$log" >&2
  return 1
}

# capture_stop NAME - end the capture and put the file among the fixtures.
capture_stop() {
  local name="$1" pid raw gzip
  pid="$(cat "$LAB_WORK/run/$name.capture.pid")"
  read -r raw gzip <"$LAB_WORK/run/$name.capture.file"
  # The kernel hands packets over in batches; let the last one arrive.
  sleep 1
  # Not INT: a shell without job control starts its background programs with INT ignored.
  kill -TERM "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  rm -f "$LAB_CAPTURES/$name".pcap "$LAB_CAPTURES/$name".pcapng "$LAB_CAPTURES/$name".pcap*.gz
  if [[ "$gzip" == 1 ]]; then
    gzip -9 -n -c "$raw" >"$LAB_CAPTURES/$(basename "$raw").gz"
  else
    cp "$raw" "$LAB_CAPTURES/"
  fi
  chmod 644 "$(capture_path "$name")"
  local kept
  kept="$(capture_path "$name")"
  echo "$name: $(stat -c %s "$kept") bytes in $(basename "$kept"); $(grep -E 'dropped' "$LAB_WORK/run/$name.capture.log" | tr '\n' ' ')"
}

# capture_path NAME - the capture among the fixtures.
capture_path() {
  local found
  for found in "$LAB_CAPTURES/$1".pcap "$LAB_CAPTURES/$1".pcapng "$LAB_CAPTURES/$1".pcap.gz "$LAB_CAPTURES/$1".pcapng.gz; do
    if [[ -e "$found" ]]; then echo "$found"; return 0; fi
  done
  return 1
}

# capture_show NAME PORT... - one line a packet that carries HTTP/2 frames or ends a connection.
capture_show() {
  local name="$1" decode=() port
  shift
  for port in "$@"; do decode+=(-d "tcp.port==$port,http2"); done
  tshark -r "$(capture_path "$name")" "${decode[@]}" -Y 'http2 || tcp.flags.fin==1 || tcp.flags.reset==1' \
    -T fields -E separator=' ' -e frame.number -e frame.time_relative -e tcp.stream -e tcp.srcport -e tcp.dstport \
    -e tcp.flags.str -e http2.type -e http2.streamid -e http2.flags -e http2.rst_stream.error -e http2.goaway.error \
    -e http2.goaway.addata -e http2.headers.status -e http2.headers.path 2>/dev/null
}

# wait_listening PORT... - until something listens there (at most 20 s), without connecting to it.
wait_listening() {
  local port tries
  for port in "$@"; do
    for ((tries = 0; tries < 400; tries++)); do
      if [[ -n "$(in_netns "${CAPTURE_NETNS:-}" ss -Hltn "sport = :$port")" ]]; then continue 2; fi
      sleep 0.05
    done
    echo "nothing listens on port $port" >&2
    return 1
  done
}

# stop_programs PID... - end programs that the caller started, stopped ones too, and wait for them.
stop_programs() {
  local pid
  for pid in "$@"; do kill -TERM "$pid" 2>/dev/null && kill -CONT "$pid" 2>/dev/null; done
  for pid in "$@"; do wait "$pid" 2>/dev/null; done
  return 0
}
