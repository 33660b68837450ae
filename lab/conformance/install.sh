#!/usr/bin/env bash
# h2spec and h2specd, built from their Go module into lab/.work/bin. May be run again at any time.
set -euo pipefail
cd "$(dirname "$0")"
bin="$(cd .. && pwd)/.work/bin"
mkdir -p "$bin"
go build -o "$bin/" github.com/summerwind/h2spec/cmd/h2spec github.com/summerwind/h2spec/cmd/h2specd
