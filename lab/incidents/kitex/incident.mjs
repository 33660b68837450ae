/**
 * Kitex before 0.12 has no graceful exit for gRPC: a server that stops closes its connections with calls open and no GOAWAY, and
 * clients say "error reading from server, error=EOF peer close". The same words come when something between the two closes an idle
 * connection as it is used again. "no active streams left to process while draining" is only what a short connection logs.
 */
import { goaways, trace } from '../lib/frames.mjs';
import { saved } from '../lib/saved.mjs';
import { CONNECTIONS, exit, idleRace, kitexClient, kitexServer, ourServer, RELAY_IDLE_S } from './programs.mjs';

const SHORT_CALLS = 8;
/** Loads until the line is seen. */
const SHORT_ROUNDS_MAX = 6;
/** Tries of the race, and rounds of them until it was seen on the wire. */
const TRIES = 3;
const ROUNDS = 4;
const EOF = /error reading from server,\s+remoteAddress=.*(?:EOF|peer close)/;
const oldClient = kitexClient('0.11.3');
/** What is published as the remedy: keepalive every 10 s, and the failure policy. */
const advised = kitexClient('0.11.3', '-keepalive', '10s', '-retry', 'timeouts');
const ids = (report) => report.all.map(({ id }) => id).join(', ');

const exits = 'Kitex 0.11.3: the server stops';
let stopped;

const stopping = [
  {
    chapter: 'before',
    title: 'a server of 0.11.3 stops while calls run',
    versions: exits,
    async play(stage) {
      stopped = await exit(stage, 'exit', kitexServer('0.11.3', '-exit-wait', '2s'), oldClient);
      const eof = stopped.errors.filter((text) => EOF.test(text)).length;
      stage.check('the calls that run end with EOF', eof === 2, `${eof} of ${stopped.calls}`);
      stage.check('no GOAWAY', (await goaways(stopped.capture)).length === 0);
      return `${eof} of ${stopped.calls} calls end with "EOF peer close", no GOAWAY`;
    },
  },
  {
    chapter: 'explained',
    title: 'explain, on the capture and on the log of the client',
    versions: exits,
    async play(stage) {
      const wanted = { id: 'connection/abrupt-close', variant: 'fin', culprit: 'server', certainty: 'certain' };
      const finding = stage.checkFinding(await stage.explain([stopped.capture]), wanted);
      stage.check('the victims are the two calls', finding?.victims.length === 2, `${finding?.victims.length}`);
      stage.checkRemedy(finding, { stack: 'Kitex', setting: 'github.com/cloudwego/kitex' });
      const report = await stage.explain([saved('kitex-exit.log', stopped.log)]);
      const logged = stage.checkFinding(report, { id: 'connection/abrupt-close' });
      return `${wanted.id}, ${wanted.certainty}: ${wanted.culprit}; from the client's log alone: ${logged?.certainty}`;
    },
  },
  {
    chapter: 'after',
    title: 'the published advice: keepalive every 10 s and NewFailurePolicy',
    versions: exits,
    async play(stage) {
      const { calls, failed } = await exit(stage, 'advised', kitexServer('0.11.3', '-exit-wait', '2s'), advised);
      stage.check('it does not help when the server stops', failed === 2, `${failed} of ${calls} fail`);
      const port = stage.port();
      await stage.start('patient', kitexServer('0.11.3')(port), { ports: [port] });
      const capture = await stage.record('patient', [port], async () => {
        await stage.run(advised(port, 'get sleep=60s id=1'), { timeoutMs: 90_000 });
      });
      const report = await stage.explain([capture]);
      stage.checkFinding(report, { id: 'keepalive/too-many-pings', variant: 'interval', culprit: 'client' });
      return `published advice: still ${failed} of ${calls} fail, and a call of 60 s is cut for too_many_pings`;
    },
  },
  {
    chapter: 'after',
    title: 'the remedy: a version with a graceful exit, and a wait longer than the calls',
    versions: exits,
    async play(stage) {
      const told = [];
      for (const version of ['0.12.3', '0.15.0']) {
        const impatient = await exit(
          stage,
          `impatient-${version}`,
          kitexServer(version, '-exit-wait', '2s'),
          oldClient,
        );
        const report = await stage.explain([impatient.capture]);
        const finding = stage.checkFinding(report, { id: 'goaway/grace-expired', culprit: 'server' });
        stage.checkRemedy(finding, { stack: 'Kitex', setting: 'server.WithExitWaitTime' });
        const after = await exit(stage, `after-${version}`, kitexServer(version, '-exit-wait', '10s'), oldClient);
        stage.check(
          `every call is answered by ${version}`,
          after.failed === 0,
          `${after.calls - after.failed} of ${after.calls}`,
        );
        stage.check('it says GOAWAY', (await goaways(after.capture)).length > 0);
        stage.checkCalm(await stage.explain([after.capture]));
        told.push(
          `${version} with a wait of 2 s: ${impatient.failed} of ${impatient.calls} fail; of 10 s: ${after.failed}`,
        );
      }
      return told.join('; ');
    },
  },
  {
    chapter: 'with Calmwire',
    title: 'our server stops under the same calls',
    versions: exits,
    async play(stage) {
      const { capture, calls, failed } = await exit(stage, 'calmwire', ourServer(10_000), oldClient);
      stage.check('every call is answered', failed === 0, `${calls - failed} of ${calls}`);
      stage.check('it says GOAWAY', (await goaways(capture)).length > 0);
      stage.checkCalm(await stage.explain([capture]));
      return `our server, grace of 10 s: ${failed} of ${calls} fail`;
    },
  },
];

const races = `Kitex 0.11.3 client, 0.15.0 server: ${CONNECTIONS} connections, idle for ${RELAY_IDLE_S} s behind a relay (socat)`;
const pooled = (...flags) => kitexClient('0.11.3', '-pool', String(CONNECTIONS), ...flags);
let crossed;

/** So many tries one after the other. */
async function tries(stage, name, serverOf, clientOf) {
  const runs = [];
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    runs.push(await idleRace(stage, `${name}-${attempt}`, serverOf, clientOf));
  }
  return runs;
}

const lostCalls = (runs) => runs.reduce((sum, { failed }) => sum + failed, 0);
const atRisk = (runs) => runs.length * CONNECTIONS;
const lostOf = (runs) => `${lostCalls(runs)} of ${atRisk(runs)} calls`;

/** Calls that were sent on a connection after its FIN. The others failed before they were written. */
async function sentTooLate({ capture }) {
  const ended = new Set();
  let count = 0;
  for (const { kind, from, role, connection } of await trace(capture)) {
    if (kind === 'end' && from === 'server') ended.add(connection);
    else if (kind === 'headers' && role === 'request' && ended.has(connection)) count++;
  }
  return count;
}

const racing = [
  {
    chapter: 'before',
    title: 'calls on connections that the relay is just closing',
    versions: races,
    async play(stage) {
      const runs = [];
      let sent = 0;
      for (let round = 0; round < ROUNDS && crossed === undefined; round++) {
        for (const one of await tries(stage, `race-${round}`, kitexServer('0.15.0'), pooled())) {
          const late = await sentTooLate(one);
          if (late > 0 && one.failed > 0) crossed = one;
          sent += late;
          runs.push(one);
        }
      }
      const error = runs.flatMap(({ errors }) => errors)[0] ?? '';
      stage.check('calls are lost', lostCalls(runs) > 0, `${lostOf(runs)}: ${error}`);
      stage.check(
        'some of them were sent, and are on the wire',
        crossed !== undefined,
        `${sent} of ${lostCalls(runs)}`,
      );
      return `${lostOf(runs)} are lost, ${sent} of them after they were sent`;
    },
  },
  {
    chapter: 'explained',
    title: 'explain, on a capture in which they crossed',
    versions: races,
    async play(stage) {
      const report = await stage.explain([crossed.capture]);
      const finding = stage.checkFinding(report, { id: 'connection/idle-close-race', culprit: 'server' });
      stage.check('the victims are calls', finding?.victims.length > 0, `${finding?.victims.length}`);
      const remedies = finding?.remedies.map(({ stack, setting, value }) => `${stack} ${setting} ${value}`) ?? [];
      const announced = remedies.some((text) => text.includes('MaxConnectionIdle'));
      stage.check('a remedy is that the server announces its idle closes', announced, remedies.join('; '));
      return `${finding?.id}, ${finding?.certainty}: ${finding?.culprit}`;
    },
  },
  {
    chapter: 'after',
    title: 'the published advice, and retries that include this error',
    versions: races,
    async play(stage) {
      const keepalive = ['-keepalive', '10s', '-retry', 'timeouts'];
      const advice = await tries(stage, 'advice', kitexServer('0.15.0'), pooled(...keepalive));
      stage.check('keepalive and NewFailurePolicy do not help', lostCalls(advice) > 0, lostOf(advice));
      const all = await tries(stage, 'retried', kitexServer('0.15.0'), pooled('-retry', 'all'));
      stage.check('AllErrorRetry does', lostCalls(all) === 0, lostOf(all));
      return `published advice: ${lostOf(advice)}; AllErrorRetry: ${lostOf(all)}`;
    },
  },
  {
    chapter: 'after',
    title: 'the remedy: the server closes idle connections first, with GOAWAY',
    versions: races,
    async play(stage) {
      const runs = await tries(stage, 'idle', kitexServer('0.15.0', '-max-idle', '1s'), pooled());
      stage.check('no call is lost', lostCalls(runs) === 0, lostOf(runs));
      stage.checkCalm(await stage.explain([runs[0].capture]));
      return `MaxConnectionIdle 1 s: ${lostOf(runs)}`;
    },
  },
  {
    chapter: 'with Calmwire',
    title: 'our server with the same setting',
    versions: races,
    async play(stage) {
      const runs = await tries(stage, 'calmwire', ourServer(1_000, { maxConnectionIdleMs: 1_000 }), pooled());
      stage.check('no call is lost', lostCalls(runs) === 0, lostOf(runs));
      stage.checkCalm(await stage.explain([runs[0].capture]));
      return `our server, maxConnectionIdleMs 1,000: ${lostOf(runs)}`;
    },
  },
];

const shorts = 'Kitex 0.12.1 client with WithShortConnection';
const NOISE = /no active streams left to process while draining/g;
const steps = Array.from({ length: SHORT_CALLS }, (_, call) => `get id=${call + 1}`);
let short;

async function shortLoad(stage, name, clientOf) {
  const port = stage.port();
  await stage.start(`${name}-server`, kitexServer('0.15.0')(port), { ports: [port] });
  let client;
  const capture = await stage.record(name, [port], async () => {
    client = await stage.run(clientOf(port, ...steps));
  });
  const opened = (await trace(capture)).filter(({ kind }) => kind === 'opened').length;
  return { capture, log: client.stderr, opened, noise: client.stderr.match(NOISE)?.length ?? 0 };
}

const shortLived = [
  {
    chapter: 'before',
    title: 'a connection for each call',
    versions: shorts,
    async play(stage) {
      // Whether the line is written is a race within the client: 3 of 8 connections, or none.
      for (let round = 0; round < SHORT_ROUNDS_MAX && !(short?.noise > 0); round++)
        short = await shortLoad(stage, 'short', kitexClient('0.12.1', '-short'));
      stage.check('each call opens a connection', short.opened === SHORT_CALLS, `${short.opened}`);
      stage.check('its closing is logged like an error', short.noise > 0, `${short.noise} lines`);
      return `${short.opened} connections, ${short.noise} lines "draining", no call fails`;
    },
  },
  {
    chapter: 'explained',
    title: 'explain, on the capture and on the log',
    versions: shorts,
    async play(stage) {
      const report = await stage.explain([short.capture]);
      stage.checkCalm(report);
      stage.checkFinding(report, { id: 'connection/short-lived', severity: 'info' });
      const logged = await stage.explain([saved('kitex-short.log', short.log)]);
      stage.check(
        'the lines are named as harmless',
        logged.all.every(({ severity }) => severity === 'info'),
        ids(logged),
      );
      return `no failure; connection/short-lived as info; from the log: ${ids(logged)}`;
    },
  },
  {
    chapter: 'after',
    title: 'connections that stay, and a version that does not log it',
    versions: shorts,
    async play(stage) {
      const long = await shortLoad(stage, 'long', kitexClient('0.12.1'));
      stage.check(
        'without WithShortConnection there is one connection',
        long.opened === 1 && long.noise === 0,
        `${long.opened}`,
      );
      for (const version of ['0.11.3', '0.12.3', '0.15.0']) {
        const quiet = await shortLoad(stage, `quiet-${version}`, kitexClient(version, '-short'));
        stage.check(`${version} does not log it`, quiet.noise === 0, `${quiet.noise} lines`);
      }
      stage.checkCalm(await stage.explain([long.capture]));
      return `${long.opened} connection; 0.12.3 and 0.15.0, still short: no lines`;
    },
  },
];

export const incident = {
  title: 'Kitex: EOF peer close, and lines about draining',
  system: 'Kitex over gRPC',
  needs: ['go', 'tcpdump'],
  steps: [...stopping, ...racing, ...shortLived],
};
