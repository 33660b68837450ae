#!/usr/bin/env bash
# Installs what npm would publish into an empty folder and uses it there: the command, the library doors, a call on loopback, the
# types. Needs npm (the registry or its cache, for commander and protobuf). Takes under a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm run --silent build
tarball=$(npm pack --silent --pack-destination "$work")
mkdir "$work/user"
cd "$work/user"
npm init --yes >/dev/null
npm pkg set type=module >/dev/null
timeout 300 npm install --silent --no-audit --no-fund "$work/$tarball"
echo "installed $tarball: $(du -sh node_modules/calmwire | cut -f1)"

check() {
  local what=$1
  shift
  if "$@"; then echo "ok    $what"; else echo "FAIL  $what"; exit 1; fi
}

example=$(ls node_modules/calmwire/examples/1-*.pcap*)
npx --no-install calmwire explain "$example" >explain.txt
check 'calmwire explain' grep -q 'keepalive/too-many-pings' explain.txt
npx --no-install calmwire explain --format html --output report.html "$example"
check 'the HTML report' grep -q '<canvas\|data-evidence' report.html
npx --no-install calmwire frames "$example" --type goaway >frames.txt
check 'calmwire frames' grep -q 'GOAWAY .*too_many_pings' frames.txt
npx --no-install calmwire frames "$example" --format json | npx --no-install calmwire explain - >trace.txt
check 'a trace through a pipe' grep -q 'keepalive/too-many-pings' trace.txt
status=0
npx --no-install calmwire explain --fail-on error "$example" >/dev/null || status=$?
check '--fail-on' test "$status" = 1
check '--version' test "$(npx --no-install calmwire --version)" = "$(node -p "require('$root/package.json').version")"

cat >use.mjs <<'SCRIPT'
import { createReadStream } from 'node:fs';
import { explain, renderText } from 'calmwire/diagnose';
import { errorCodeName, rules } from 'calmwire/http2';
import schema from 'calmwire/schema/explain.json' with { type: 'json' };

const report = await explain(createReadStream(process.argv[2]));
if (report.findings[0]?.id !== 'keepalive/too-many-pings') throw new Error('explain found something else');
if (!renderText(report, { language: 'zh' }).includes('too_many_pings')) throw new Error('renderText');
if (errorCodeName(0xb) !== 'ENHANCE_YOUR_CALM' || Object.keys(rules).length === 0) throw new Error('calmwire/http2');
if (schema.title === undefined) throw new Error('schema');
SCRIPT
check 'calmwire/diagnose, calmwire/http2, the schema' node --no-warnings use.mjs "$example"

cat >run.mjs <<'SCRIPT'
import { createChannel, createServer, Status } from 'calmwire';

const server = createServer();
server.handle('/pkg.Service/Echo', {
  kind: 'unary',
  start(call) {
    call.pull(1);
    let sent;
    return {
      message(bytes) { sent = bytes; },
      halfClosed() { call.send(sent); call.end(Status.OK); },
      cancelled() { call.end(Status.CANCELLED); },
    };
  },
});
const { target } = await server.listen('127.0.0.1:0');
const channel = createChannel(target);
const [answer, code] = await new Promise((resolve) => {
  let message;
  const call = channel.call(
    { path: '/pkg.Service/Echo', kind: 'unary' },
    { message(bytes) { message = bytes; }, end(result) { resolve([message, result.code]); } },
  );
  call.pull(1);
  call.send(new TextEncoder().encode('hello'), true);
});
if (code !== Status.OK || new TextDecoder().decode(answer) !== 'hello') throw new Error(`code ${code}`);
await channel.shutdown();
await server.shutdown({ graceMs: 1_000 });
SCRIPT
check 'calmwire: a server, a channel, a call, an end' timeout 20 node --no-warnings run.mjs

cat >use.ts <<'SCRIPT'
import { explain, type Finding, type Report, renderText } from 'calmwire/diagnose';
import { errorCodeName, type Frame } from 'calmwire/http2';

export async function first(bytes: Uint8Array): Promise<Finding | undefined> {
  const report: Report = await explain(bytes, { name: 'x.pcap' });
  const text: string = renderText(report, { language: 'zh', width: 100 });
  // @ts-expect-error: the language is one of those there are, so the types are there.
  renderText(report, { language: 'tlh' });
  return text === '' ? undefined : report.findings[0];
}

export const nameOf = (frame: Frame): string => (frame.kind === 'goaway' ? errorCodeName(frame.errorCode) : '');
SCRIPT
tsc=$root/node_modules/typescript/bin/tsc
if [ -e "$tsc" ]; then
  check 'types, as NodeNext resolves them' node "$tsc" --noEmit --strict --module nodenext --target es2022 --lib es2022 --types '' use.ts
  check 'types, as bundlers resolve them' node "$tsc" --noEmit --strict --module esnext --moduleResolution bundler --target es2022 --lib es2022 --types '' use.ts
else
  echo 'skip  types: TypeScript is not installed'
fi
