#!/usr/bin/env bash
# Installs Debian's Chromium and a Chinese font. May be run again at any time; needs root.
set -euo pipefail
if ! command -v chromium >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-dejavu-core
fi
