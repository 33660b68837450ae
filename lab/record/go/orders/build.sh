#!/usr/bin/env bash
# build.sh VERSION... - the server and client of this folder against these grpc-go versions,
# to lab/.work/bin/orders-{server,client}-VERSION. versions/*.mod pin everything.
set -euo pipefail
cd "$(dirname "$0")"
out="$(cd ../../.. && pwd)/.work/bin"
mkdir -p "$out"
for version in "$@"; do
  mod="versions/grpc-$version.mod"
  if [[ ! -e "$mod" ]]; then
    printf 'module lab/orders\n\ngo 1.22\n\nrequire google.golang.org/grpc v%s\n' "$version" >"$mod"
    go mod tidy -modfile="$mod"
    # tidy may raise what other modules ask for; the version itself is the point of the file.
    grep -q "google.golang.org/grpc v$version" "$mod"
  fi
  for program in server client; do
    go build -modfile="$mod" -o "$out/orders-$program-$version" "./$program"
  done
done
