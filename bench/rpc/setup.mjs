/**
 * Brings the peers: npm packages into bench/rpc/peers/node_modules, grpc-go by the Go module proxy, and the code that each
 * stack's generator makes of bench.proto. Repeated only when the lock files or the .proto change.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = new URL('.', import.meta.url).pathname;
const root = join(here, '..', '..');
const peers = join(here, 'peers');
const work = join(here, '.work');
const go = join(here, 'go');
const bin = (folder, name) => join(folder, 'node_modules', '.bin', name);

export const goProgram = join(work, 'bench-go');
export const certificate = { key: join(work, 'key.pem'), cert: join(work, 'cert.pem') };

/** Runs a program to its end; throws with what it said if it fails. */
function run(cwd, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

const available = (program, ...args) => spawnSync(program, args).status === 0;

/** Does `make` unless it was done for the same contents of `files`. */
function once(name, files, made, make) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(here, file)));
  const wanted = hash.digest('hex');
  const stamp = join(work, `${name}.done`);
  if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write(`preparing ${name} ...\n`);
  make();
  writeFileSync(stamp, wanted);
}

function generate(out, plugins) {
  const template = { version: 'v2', inputs: [{ proto_file: 'bench.proto' }], plugins };
  rmSync(out, { recursive: true, force: true });
  run(here, bin(root, 'buf'), 'generate', '--template', JSON.stringify(template));
}

/** Returns which programs there are; what is missing leaves its column out. */
export function setUp() {
  mkdirSync(work, { recursive: true });
  once('npm peers', ['peers/package-lock.json'], join(peers, 'node_modules'), () =>
    run(peers, 'npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'),
  );
  once('generated code', ['bench.proto', 'peers/package-lock.json', 'setup.mjs'], join(here, 'generated'), () => {
    generateJavaScript();
  });
  const withGo = available('go', 'version');
  if (withGo) {
    const sources = [
      'bench.proto',
      'setup.mjs',
      'go/go.sum',
      'go/go.mod',
      'go/main.go',
      'go/server.go',
      'go/client.go',
      'go/load.go',
    ];
    once('grpc-go', sources, goProgram, compileGo);
  }
  const withTls = existsSync(certificate.cert) || makeCertificate();
  return { withGo, withTls, withTaskset: available('taskset', '-c', '0', 'true') };
}

/** protoc-gen-es for connect-es and for us, each beside its own @bufbuild/protobuf; ts-proto for grpc-js. */
function generateJavaScript() {
  const es = (out) => ({ local: bin(root, 'protoc-gen-es'), out, opt: ['target=js', 'import_extension=js'] });
  generate(join(here, 'generated'), [es('generated')]);
  const tsProto = join(peers, 'generated', 'ts-proto');
  generate(join(peers, 'generated'), [
    es('peers/generated/es'),
    {
      local: bin(peers, 'protoc-gen-ts_proto'),
      out: 'peers/generated/ts-proto',
      opt: ['outputServices=grpc-js', 'env=node', 'esModuleInterop=true', 'importSuffix=.js'],
    },
  ]);
  run(
    tsProto,
    bin(root, 'tsc'),
    'bench.ts',
    '--ignoreConfig',
    '--noCheck',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--types',
    '',
  );
}

function compileGo() {
  const plugin = (name) => ({
    local: ['go', '-C', 'go', 'tool', name],
    out: 'go/generated',
    opt: ['paths=source_relative'],
  });
  generate(join(go, 'generated'), [plugin('protoc-gen-go'), plugin('protoc-gen-go-grpc')]);
  run(go, 'go', 'build', '-o', goProgram, '.');
}

/** A certificate of its own for localhost; without openssl there is no TLS scenario. */
function makeCertificate() {
  return available(
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '3650',
    '-keyout',
    certificate.key,
    '-out',
    certificate.cert,
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  );
}

export function versionsOfPeers() {
  const version = (name) => JSON.parse(readFileSync(join(peers, 'node_modules', name, 'package.json'), 'utf8')).version;
  return {
    'grpc-js': `@grpc/grpc-js ${version('@grpc/grpc-js')}, messages by ts-proto ${version('ts-proto')}`,
    connect: `@connectrpc/connect-node ${version('@connectrpc/connect-node')}, messages by @bufbuild/protobuf ${version('@bufbuild/protobuf')}`,
    'grpc-go': /google\.golang\.org\/grpc (v\S+)/.exec(readFileSync(join(go, 'go.mod'), 'utf8'))[1],
  };
}
