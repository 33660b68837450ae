#!/usr/bin/env bash
# A test CA and a server certificate for 127.0.0.1 and localhost, in lab/.work/tls. Made once, for this machine only.
set -euo pipefail
into="$(cd "$(dirname "$0")/.." && pwd)/.work/tls"
mkdir -p "$into"
cd "$into"
[[ ! -e peers-bundle.pem ]] || exit 0
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=lab CA' -keyout peers-ca.key -out peers-ca.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout peers.key -out peers.csr 2>/dev/null
openssl x509 -req -in peers.csr -CA peers-ca.pem -CAkey peers-ca.key -CAcreateserial -days 3650 -out peers.pem 2>/dev/null \
  -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n')
# Both in one file, as HAProxy wants it.
cat peers.pem peers.key >peers-bundle.pem
