#!/usr/bin/env bash
# run.sh NAME...   - record these captures again
# run.sh all       - all of them (about fifteen minutes)
# run.sh list      - their names
set -euo pipefail
cd "$(dirname "$0")"

# Scenarios are functions named like their captures, at the start of a line.
scripts() { grep -lE '^[a-z0-9]+-[a-z0-9.-]+\(\)' ./*/*.sh | grep -v '/lib/' | sort; }
names() { grep -hoE '^[a-z0-9]+-[a-z0-9.-]+\(\)' "$1" | tr -d '()'; }

case "${1:-list}" in
  list) for script in $(scripts); do names "$script"; done ;;
  all) for script in $(scripts); do "$script"; done ;;
  *)
    for name in "$@"; do
      script="$(for script in $(scripts); do names "$script" | grep -qxF "$name" && echo "$script"; done || true)"
      if [[ -z "$script" ]]; then
        echo "no recording is named $name" >&2
        exit 2
      fi
      "$script" "$name"
    done
    ;;
esac
