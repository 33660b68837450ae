#!/usr/bin/env bash
# A CA, a server certificate of it for localhost, an expired one, a client certificate and a PKCS12 copy for Java,
# in lab/.work/tls-record.
set -euo pipefail
into="$(cd "$(dirname "$0")" && pwd)/../../.work/tls-record"
mkdir -p "$into"
cd "$into"
[[ -e client.pem ]] && exit 0
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Lab CA' -keyout ca.key -out ca.pem 2>/dev/null
sign() { # NAME SUBJECT EXTENSIONS OPTION...
  local name="$1" subject="$2" extensions="$3"
  shift 3
  openssl req -newkey rsa:2048 -nodes -subj "$subject" -keyout "$name.key" -out "$name.csr" 2>/dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$name.pem" "$@" -extfile <(echo "$extensions") 2>/dev/null
}
names=subjectAltName=DNS:localhost,IP:127.0.0.1
sign server /CN=localhost "$names" -days 3650
# OpenSSL 3.0 cannot name the dates: the certificate is valid for a day, and was signed two days ago.
faketime '2 days ago' openssl version >/dev/null 2>&1 && faked=(faketime '2 days ago') || faked=()
if ((${#faked[@]})); then
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout expired.key -out expired.csr 2>/dev/null
  "${faked[@]}" openssl x509 -req -in expired.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out expired.pem -days 1 -extfile <(echo "$names") 2>/dev/null
else
  sign expired /CN=localhost "$names" -days -1
fi
sign client /CN=client extendedKeyUsage=clientAuth -days 3650
openssl pkcs12 -export -inkey server.key -in server.pem -passout pass:lablab -out server.p12
chmod 644 ./*.key
