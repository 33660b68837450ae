#!/usr/bin/env bash
# Virtual environments with pinned versions of grpcio: the current one and one with the older C-core.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
environment() { # NAME REQUIREMENT...
  local into="$here/../../.work/$1"
  [[ -x "$into/bin/python" ]] || python3 -m venv "$into"
  "$into/bin/pip" install -q "${@:2}"
}
environment py -r "$here/requirements.txt"
environment py-1.54 grpcio==1.54.3
