/**
 * Incident 4: grpc-js or connect-node, Envoy, grpc-go, and answers that end in the middle. The client sends END_STREAM in a frame of
 * its own; grpc-go, which has answered by then, resets the stream with NO_ERROR, as it may; Envoy throws away what it has not yet
 * passed on. Upstream: grpc/grpc-go#8041, envoyproxy/envoy#38206, grpc/grpc-node#2569, fixed by grpc/grpc-node#3031.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { work } from '../../lib/programs.mjs';
import { clients, play, startHops } from './runs.mjs';

const SERVER = 'grpc-go 1.75.0';
const OLD_ENVOY = '1.38.3';
const NEW_ENVOY = '1.39.3';
const grpcJs = (envoy) => `grpc-js 1.14.2, then 1.14.3; Envoy ${envoy}; ${SERVER}`;
const connectNode = `connect-node 2.2.0; Envoy ${OLD_ENVOY}, then ${NEW_ENVOY}; ${SERVER}`;

/** What the first chapter of each variant hands to the second: the captures of a run that was cut, and logs. */
const evidence = new Map();

/** The load fails in some runs. */
function before(title, versions, envoy, client) {
  return {
    chapter: 'before',
    title,
    versions,
    async play(stage) {
      const hops = await startHops(stage, envoy);
      const seen = await play(stage, hops, client, { untilCut: true });
      stage.check('Envoy cuts answers', seen.cutRuns > 0, seen.text);
      stage.check('the client calls it a reset with an error', /RST_STREAM|INTERNAL_ERROR/.test(seen.errors[0]), seen.errors[0]);
      evidence.set(versions, keep(seen, hops.log));
      return `cut in ${seen.text}`;
    },
  };
}

/** Later steps use the names of the captures again. */
function keep({ recording, output, cutInRecording }, envoyLog) {
  const copies = ['client-side.pcap', 'server-side.pcap', 'client.log', 'envoy.log'].map((name) =>
    join(work, 'run', `envoy-node-cut.${name}`),
  );
  copyFileSync(recording[0], copies[0]);
  copyFileSync(recording[1], copies[1]);
  writeFileSync(copies[2], output);
  copyFileSync(envoyLog, copies[3]);
  return { recording: copies.slice(0, 2), log: copies[2], envoyLog: copies[3], cut: cutInRecording };
}

/** The comparison of both hops names who ended late, who dropped what, and what to change. */
function explained(title, versions, remedy) {
  return {
    chapter: 'explained',
    title,
    versions,
    async play(stage) {
      const { recording, log, envoyLog, cut } = evidence.get(versions);
      const report = await stage.explain(recording, ['--compare']);
      const cause = stage.checkFinding(report, { id: 'stream/late-half-close', culprit: 'client', under: null });
      // Envoy keeps its connection to the server: the capture of a later run begins in the middle of it.
      stage.check('as surely as the recording allows', ['certain', 'likely'].includes(cause?.certainty), cause?.certainty);
      stage.checkRemedy(cause, remedy);
      const dropped = droppedIn(cause);
      stage.check('as its consequence, Envoy dropped answers', dropped.length > 0 && dropped[0].culprit === 'middlebox');
      stage.check('every call that failed, and no other', sum(dropped.map(({ params }) => params.streams)) === cut, `${cut} calls`);
      const { sentBytes, passedBytes, serverCode } = dropped[0]?.params ?? {};
      stage.check('after the server had reset with NO_ERROR', serverCode === 'NO_ERROR', `of ${sentBytes} octets ${passedBytes} passed`);
      await frontOnly(stage, recording[0], cut);
      const lines = await stage.explain([log]);
      const line = stage.checkFinding(lines, { id: 'stream/internal-error', certainty: 'likely' });
      stage.check("the client's line leaves open that a proxy did it", line?.explanation.includes('stream/response-truncated'));
      const entries = readFileSync(envoyLog, 'utf8').split('\n').filter((entry) => entry.includes('/lab.Echo/'));
      const clean = entries.filter((entry) => / 200 - \d+ /.test(entry)).length;
      stage.check('the access log of Envoy shows nothing of it', clean === entries.length, `${clean} of ${entries.length} lines: 200, no flag`);
      return `${cause?.id} (${cause?.certainty}, ${cause?.culprit}) > ${dropped[0]?.id}: ${remedy.setting} ${cause?.remedies[0]?.value ?? ''}`;
    },
  };
}

/** Whoever has only the capture in front of the proxy still learns that the proxy did it. */
async function frontOnly(stage, capture, cut) {
  const report = await stage.explain([capture]);
  const found = report.all.filter(({ id }) => id === 'stream/response-truncated');
  const streams = sum(found.map(({ victims }) => victims.length));
  stage.check('the capture in front of the proxy alone names the proxy', found[0]?.culprit === 'middlebox', `${streams} of ${cut} calls`);
}

const droppedIn = (finding) => finding?.consequences.filter(({ id }) => id === 'hop/response-dropped') ?? [];
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** The same load, and nothing is cut or ends late. */
function calm(chapter, title, versions, envoy, client) {
  return {
    chapter,
    title,
    versions,
    async play(stage) {
      const seen = await play(stage, await startHops(stage, envoy), client);
      stage.check('no answer is cut', seen.cutRuns === 0, seen.text);
      const report = await stage.explain(seen.recording, ['--compare']);
      const { errors, calls } = report.summary;
      const found = report.all.filter(({ severity }) => severity === 'error').map(({ id }) => id);
      stage.check('explain finds no failure', errors === 0, found.join(', ') || `${calls} calls on two hops`);
      stage.check('no request ends late', report.all.every(({ id }) => id !== 'stream/late-half-close'));
      return `cut in ${seen.text}`;
    },
  };
}

/** What does not help: noted, for its figure is chance. */
function inVain(title, versions, envoy, client, change) {
  return {
    chapter: 'after',
    title,
    versions,
    async play(stage) {
      const seen = await play(stage, await startHops(stage, envoy, change), client, { untilCut: true });
      stage.check('answers are cut all the same', seen.cutRuns > 0, seen.text);
      return `${title}: cut in ${seen.text}`;
    },
  };
}

const halfClose = (config) =>
  `${config}layered_runtime:
  layers:
    - name: half_close
      static_layer: { envoy.reloadable_features.allow_multiplexed_upstream_half_close: true }
`;

/** The windows and buffers that guides recommend, a hundred times an answer. */
const largeWindows = (config) =>
  config
    .replace('codec_type: HTTP2', `codec_type: HTTP2\n                http2_protocol_options: ${WINDOWS}`)
    .replace('http2_protocol_options: {}', `http2_protocol_options: ${WINDOWS}`)
    .replace('connect_timeout: 1s', `connect_timeout: 1s\n      per_connection_buffer_limit_bytes: ${LARGE}`)
    .replace('      filter_chains:', `      per_connection_buffer_limit_bytes: ${LARGE}\n      filter_chains:`);
const LARGE = 25_000_000;
const WINDOWS = `{ initial_stream_window_size: ${LARGE}, initial_connection_window_size: ${LARGE} }`;

const old = clients.grpcJs('1.14.2');
const fixed = clients.grpcJs('1.14.3');
const npm = { stack: '@grpc/grpc-js', setting: '@grpc/grpc-js' };

export const incident = {
  title: 'answers cut short behind Envoy: RST_STREAM, no grpc-status',
  system: 'grpc-js and connect-node through Envoy to grpc-go, 250 KB by 50 at once',
  needs: ['go', 'npm', 'python3', 'tcpdump'],
  steps: [
    before('grpc-js 1.14.2 through Envoy 1.38', grpcJs(OLD_ENVOY), OLD_ENVOY, old),
    explained('both hops compared', grpcJs(OLD_ENVOY), npm),
    calm('after', 'grpc-js 1.14.3', grpcJs(OLD_ENVOY), OLD_ENVOY, fixed),
    inVain('larger windows and buffers', grpcJs(OLD_ENVOY), OLD_ENVOY, old, largeWindows),
    inVain('allow_multiplexed_upstream_half_close', grpcJs(OLD_ENVOY), OLD_ENVOY, old, halfClose),
    calm('with Calmwire', 'our client through Envoy 1.38', grpcJs(OLD_ENVOY), OLD_ENVOY, clients.calmwire),
    before('grpc-js 1.14.2 through Envoy 1.39', grpcJs(NEW_ENVOY), NEW_ENVOY, old),
    explained('both hops compared', grpcJs(NEW_ENVOY), npm),
    calm('after', 'grpc-js 1.14.3', grpcJs(NEW_ENVOY), NEW_ENVOY, fixed),
    calm('with Calmwire', 'our client through Envoy 1.39', grpcJs(NEW_ENVOY), NEW_ENVOY, clients.calmwire),
    before('connect-node 2.2.0 through Envoy 1.38', connectNode, OLD_ENVOY, clients.connectNode),
    explained('both hops compared', connectNode, { stack: 'connect-node', setting: '@connectrpc/connect-node' }),
    inVain('Envoy 1.39 instead of 1.38', connectNode, NEW_ENVOY, clients.connectNode),
    calm('with Calmwire', 'our client through Envoy 1.38', connectNode, OLD_ENVOY, clients.calmwire),
  ],
};
