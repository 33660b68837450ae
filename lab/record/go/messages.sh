#!/usr/bin/env bash
# Recordings whose messages have real contents: messages.sh [NAME...]. Their types are in fixtures/protos.
source "$(dirname "${BASH_SOURCE[0]}")/programs.sh"

PROTOS="$(cd "$LAB_ROOT/.." && pwd)/fixtures/protos"
DESCRIPTORS="$PROTOS/orders.binpb"

# both PORT SCENARIO - the server, the capture, the client.
both() {
  start "$1" "$BIN/messages" serve "127.0.0.1:$1" "$DESCRIPTORS"
  begin "$1"
  run "$BIN/messages" call "127.0.0.1:$1" "$DESCRIPTORS" "$2"
}

# Messages compressed one by one, in both directions.
grpc-go-messages-gzip() { CAPTURE_FORMAT=pcapng both 15601 gzip; }

# Messages over several DATA frames, and one of 95 KB.
grpc-go-messages-large() { CAPTURE_FORMAT=pcapng CAPTURE_GZIP=1 both 15602 large; }

# INVALID_ARGUMENT with BadRequest, RetryInfo and ErrorInfo.
grpc-go-messages-details() { CAPTURE_FORMAT=pcapng both 15603 details; }

# The server's process ends under two open calls.
grpc-go-messages-exit() { CAPTURE_FORMAT=pcapng both 15604 exit; }

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  (cd "$GO_LAB/messages" && go build -o "$BIN/messages" .)
  "$LAB_ROOT/../node_modules/.bin/buf" build "$PROTOS" -o "$DESCRIPTORS"
  mapfile -t all < <(grep -oE '^grpc-go-[a-z0-9.-]+\(\)' "$0" | tr -d '()')
  record_named "${all[@]}" -- "$@"
fi
