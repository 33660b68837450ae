#!/usr/bin/env node
/**
 * The benches, one after the other or one by name; what follows the name goes to that bench.
 *
 *   npm run bench                     all that compare: rpc, then capture
 *   npm run bench -- rpc --quick      the runtime beside grpc-js, grpc-go and connect-node
 *   npm run bench -- nothing-lost     calls in flight while servers come and go
 *   npm run bench -- capture          captures beside tshark
 *   npm run bench -- codec            messages to octets and back, beside @bufbuild/protobuf
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const benches = {
  rpc: 'rpc/run.mjs',
  'nothing-lost': 'rpc/nothing-lost/run.mjs',
  capture: 'throughput.mjs',
  codec: 'codec.mjs',
};

function run(name, args) {
  const { status } = spawnSync(process.execPath, [join(here, benches[name]), ...args], { stdio: 'inherit' });
  return status ?? 1;
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  process.exitCode = run('rpc', []) || run('capture', []);
} else if (Object.hasOwn(benches, name)) {
  process.exitCode = run(name, args);
} else {
  process.stderr.write(`usage: npm run bench [-- ${Object.keys(benches).join(' | ')} [OPTION...]]\n`);
  process.exitCode = 2;
}
