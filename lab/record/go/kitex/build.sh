#!/usr/bin/env bash
# build.sh VERSION... - the server and client of this folder against these Kitex versions,
# to lab/.work/bin/kitex-{server,client}-VERSION. versions/*.mod pin everything.
set -euo pipefail
cd "$(dirname "$0")"
out="$(cd ../../.. && pwd)/.work/bin"
mkdir -p "$out"
for version in "$@"; do
  mod="versions/kitex-$version.mod"
  if [[ ! -e "$mod" ]]; then
    # The sonic that older Kitex asks for does not compile with a current Go.
    printf 'module lab/kitex\n\ngo 1.21\n\nrequire github.com/cloudwego/kitex v%s\nrequire github.com/bytedance/sonic v1.15.0\n' "$version" >"$mod"
    go mod tidy -modfile="$mod"
    grep -q "github.com/cloudwego/kitex v$version" "$mod"
  fi
  for program in server client; do
    # dynamicgo, behind Kitex, links to names inside encoding/json.
    go build -ldflags=-checklinkname=0 -modfile="$mod" -o "$out/kitex-$program-$version" "./$program"
  done
done
