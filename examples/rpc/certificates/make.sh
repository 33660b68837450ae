#!/usr/bin/env bash
# Makes an authority, a server's certificate for localhost and a client's for "till-7", all by that authority, with openssl.
# The keys in this folder are public: they are for these examples and for nothing else.
set -euo pipefail
cd "$(dirname "$0")"

# Usage: issue NAME SUBJECT EXTENSIONS
issue() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key.pem" -subj "$2" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key.pem -days 36500 -extfile <(printf '%s' "$3") -out "$1.pem" 2>/dev/null
  rm "$1.csr"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout authority.key.pem -days 36500 \
  -subj '/CN=Example Authority' -addext 'keyUsage=critical,keyCertSign' -out authority.pem 2>/dev/null
issue server /CN=localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
extendedKeyUsage=serverAuth'
issue client /CN=till-7 'subjectAltName=DNS:till-7
extendedKeyUsage=clientAuth'
rm -f authority.key.pem authority.srl
