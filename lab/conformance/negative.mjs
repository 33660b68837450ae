/**
 * gRPC's negative HTTP/2 cases: node lab/conformance/negative.mjs [--control go|java]
 *
 * Each case has a server of its own here, on loopback, and runs a client to its end: ours (negative/client.mjs), or
 * with `--control` the one of grpc-go or grpc-java, which shows that the servers do what the document says. A case
 * passes when the client is content and the server has seen nothing wrong.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { generate } from '../lib/generate.mjs';
import { lab, lastLine, run, work } from '../lib/programs.mjs';
import { verdict } from '../lib/verdict.mjs';
import { cases } from './negative/cases.mjs';
import { Endpoint } from './negative/endpoint.mjs';

const at = process.argv.indexOf('--control');
const subject = at === -1 ? 'calmwire' : process.argv[at + 1];

/** Cases that a client's own program has no name for: an ordinary large call is what they ask for. */
const LARGE = ['data_frame_padding', 'no_df_padding_sanity_test'];
const jars = `${join(work, 'java', 'interop')}/*:${join(work, 'java', 'interop-classes')}`;
const clients = {
  calmwire: (name, port) => [process.execPath, join(lab, 'conformance', 'negative', 'client.mjs'), name, String(port)],
  go: (name, port) =>
    LARGE.includes(name)
      ? [join(work, 'bin', 'interop-go-client'), '-address', `127.0.0.1:${port}`, 'large_unary']
      : [
          join(work, 'bin', 'interop-go-negative'),
          '-server_host',
          '127.0.0.1',
          '-server_port',
          String(port),
          '-test_case',
          name,
        ],
  java: (name, port) => [
    ...['java', '-cp', jars, 'Client', ...(LARGE.includes(name) ? ['--use_tls=false'] : ['--negative'])],
    ...['--server_host=127.0.0.1', `--server_port=${port}`, '--', LARGE.includes(name) ? 'large_unary' : name],
  ],
};

process.env.LAB_INTEROP = await generate('interop/proto', 'interop');
const results = [];
for (const [name, make] of Object.entries(cases)) results.push(await runCase(name, make));
const known = JSON.parse(readFileSync(join(lab, 'conformance', 'known-failures.json'), 'utf8'));
const list = subject === 'calmwire' ? 'negative' : `negative ${subject}`;
const good = verdict(`negative HTTP/2 (${subject})`, results, known[list]);
process.exit(good ? 0 : 1);

async function runCase(name, make) {
  const problems = [];
  const testCase = make(problems);
  const open = new Set();
  let connections = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    new Endpoint(socket, ++connections, testCase, problems);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = await run(clients[subject](name, server.address().port), { timeoutMs: 30_000 });
  if (!client.ok)
    problems.push(`the client: ${lastLine(client.stderr) || lastLine(client.stdout) || `exit code ${client.code}`}`);
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  testCase.finished?.();
  process.stdout.write(
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${connections} connections, ${Math.round(client.tookMs)} ms)\n`,
  );
  return { id: name, outcome: problems.length === 0 ? 'passed' : 'failed', detail: problems.join('; ') };
}
