#!/usr/bin/env bash
# A self-signed certificate for the TLS recordings, and a PKCS12 copy for Java, in lab/.work/tls.
set -euo pipefail
into="$(cd "$(dirname "$0")" && pwd)/../../.work/tls"
mkdir -p "$into"
[[ -e "$into/cert.pem" ]] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$into/key.pem" -out "$into/cert.pem" 2>/dev/null
[[ -e "$into/store.p12" ]] || openssl pkcs12 -export -inkey "$into/key.pem" -in "$into/cert.pem" -passout pass:lablab -out "$into/store.p12"
