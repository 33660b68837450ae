#!/usr/bin/env bash
# Installs by package what the recordings need. May be run again at any time.
# Needs Debian 12 and root; Go and Rust are expected to be there already.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

packages=(
  # capture
  tcpdump tshark wireshark-common iproute2
  # etcd, plain h2 clients and servers, TCP relays
  etcd-server etcd-client nghttp2-client nghttp2-server haproxy socat protobuf-compiler
)

missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if ((${#missing[@]})); then
  apt-get update -q
  # Services must not start by themselves: the lab starts what it needs on its own ports.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
  apt-get install -q -y --no-install-recommends "${missing[@]}"
  rm -f /usr/sbin/policy-rc.d
fi
