#!/usr/bin/env bash
# The interop programs of grpc-go and grpc-java, into lab/.work. May be run again at any time.
set -euo pipefail
cd "$(dirname "$0")"
work="$(cd .. && pwd)/.work"
mkdir -p "$work/bin" "$work/tls"
../lib/packages.sh maven default-jdk-headless

(
  cd go
  go build -o "$work/bin/interop-go-server" ./server
  go build -o "$work/bin/interop-go-client" ./client
  go build -o "$work/bin/interop-go-negative" google.golang.org/grpc/interop/http2
  # gRPC's test certificates, which all interop programs know: made for publishing, trusted by nobody.
  certificates="$(go list -m -f '{{.Dir}}' google.golang.org/grpc)/testdata"
  for file in ca.pem server1.pem server1.key; do
    install -m 644 "$certificates/$file" "$work/tls/interop-$file"
  done
)

jars="$work/java/interop"
[[ -d "$jars" ]] || mvn -q -f java/pom.xml dependency:copy-dependencies -DoutputDirectory="$jars.part" -DincludeScope=runtime
[[ ! -d "$jars.part" ]] || mv "$jars.part" "$jars"
# Compiled once: from source each start would cost two seconds more.
classes="$work/java/interop-classes"
[[ "$classes" -nt java/Server.java && "$classes" -nt java/Client.java ]] || {
  rm -rf "$classes"
  javac -d "$classes" -cp "$jars/*" java/Server.java java/Client.java
}
