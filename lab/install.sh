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
  # proxies, tools that rewrite captures
  nginx-light curl openssl tcpreplay ethtool maven python3-venv
  # a router that tracks connections
  nftables
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

# Programs that the package system does not carry, each into lab/.work (Node's into its own node_modules).
here="$(cd "$(dirname "$0")" && pwd)"
(cd "$here/record/node" && npm ci --no-audit --no-fund)
"$here/record/python/install.sh"
"$here/record/java/install.sh"
"$here/record/proxy/install.sh"
