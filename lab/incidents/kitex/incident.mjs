/**
 * Kitex before 0.12 has no graceful exit for gRPC: a server that stops closes its connections with calls open and no GOAWAY, and
 * clients say "error reading from server, error=EOF peer close". The same words come when something between the two closes an idle
 * connection as it is used again. "no active streams left to process while draining" is only what a short connection logs.
 */
import { goaways, trace } from '../lib/frames.mjs';
import { saved } from '../lib/saved.mjs';
import {
  CONNECTIONS,
  exit,
  idleRace,
  kitexClient,
  kitexServer,
  ourServer,
  ourShortClient,
  RELAY_IDLE_S,
  shortLoad,
} from './programs.mjs';

/**
 * Whether the line is written is a race within the client: for one connection in forty, or in a hundred, whatever else the machine
 * does. So two thousand without it are a sign of something else.
 */
const SHORT_CALLS = 100;
const SHORT_ROUNDS_MAX = 20;
/** Tries of the race. */
const TRIES = 3;
/** Rounds of tries until it is seen: half of the tries put a late call on the wire, three in four lose calls. */
const ROUNDS_MAX = 7;
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
    const one = await idleRace(stage, `${name}-${attempt}`, serverOf, clientOf);
    runs.push({ ...one, late: await sentTooLate(one) });
  }
  return runs;
}

/** Rounds of tries until one of them is as wanted. */
async function triesUntil(wanted, stage, name, serverOf, clientOf) {
  const runs = [];
  for (let round = 1; round <= ROUNDS_MAX && !runs.some(wanted); round++) {
    runs.push(...(await tries(stage, `${name}-${round}`, serverOf, clientOf)));
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
      const isCrossed = ({ late, failed }) => late > 0 && failed > 0;
      const runs = await triesUntil(isCrossed, stage, 'race', kitexServer('0.15.0'), pooled());
      crossed = runs.find(isCrossed);
      const sent = runs.reduce((sum, { late }) => sum + late, 0);
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
      const isLost = ({ failed }) => failed > 0;
      const advice = await triesUntil(isLost, stage, 'advice', kitexServer('0.15.0'), pooled(...keepalive));
      stage.check('keepalive and NewFailurePolicy do not help', lostCalls(advice) > 0, lostOf(advice));
      // Not every call: there are two retries, each may meet the next dead connection, and a circuit breaker stops them.
      const isSaved = ({ late, failed }) => late > 0 && failed < CONNECTIONS;
      const all = await triesUntil(isSaved, stage, 'retried', kitexServer('0.15.0'), pooled('-retry', 'all'));
      stage.check('AllErrorRetry saves calls that were sent too late', all.some(isSaved), `${lostOf(all)} are lost`);
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
const steps = Array.from({ length: SHORT_CALLS }, (_, call) => `get id=${call + 1}`);
let short;

/** A connection for each call, and every call good. */
function checkShort(stage, { opened, calls, failed }) {
  stage.check('each call opens a connection', opened === SHORT_CALLS, `${opened}`);
  stage.check('every call is answered', calls === SHORT_CALLS && failed === 0, `${calls - failed} of ${SHORT_CALLS}`);
}

const shortLived = [
  {
    chapter: 'before',
    title: 'a connection for each call',
    versions: shorts,
    async play(stage) {
      let connections = 0;
      for (let round = 0; round < SHORT_ROUNDS_MAX && !(short?.noise > 0); round++) {
        short = await shortLoad(stage, `short-${round}`, kitexServer('0.15.0'), kitexClient('0.12.1', '-short'), steps);
        connections += short.opened;
      }
      checkShort(stage, short);
      stage.check('the closing of some is logged like an error', short.noise > 0, `${short.noise} of ${connections}`);
      return `${short.noise} of ${connections} connections logged as "draining", no call fails`;
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
      const harmless = logged.all.length > 0 && logged.all.every(({ severity }) => severity === 'info');
      stage.check('the lines are named as harmless', harmless, ids(logged));
      return `no failure; connection/short-lived as info; from the log: ${ids(logged)}`;
    },
  },
  {
    chapter: 'after',
    title: 'connections that stay, and a version that does not log it',
    versions: shorts,
    async play(stage) {
      const long = await shortLoad(stage, 'long', kitexServer('0.15.0'), kitexClient('0.12.1'), steps);
      const stays = long.opened === 1 && long.noise === 0 && long.failed === 0;
      stage.check('without WithShortConnection there is one connection, and no line', stays, `${long.opened}`);
      for (const version of ['0.11.3', '0.12.3', '0.15.0']) {
        const clientOf = kitexClient(version, '-short');
        const quiet = await shortLoad(stage, `quiet-${version}`, kitexServer('0.15.0'), clientOf, steps);
        checkShort(stage, quiet);
        stage.check(`${version} does not log it`, quiet.noise === 0, `${quiet.noise} of ${quiet.opened}`);
      }
      stage.checkCalm(await stage.explain([long.capture]));
      return `${long.opened} connection; 0.12.3 and 0.15.0, still short: no lines`;
    },
  },
  {
    chapter: 'with Calmwire',
    title: 'our client with a connection for each call, then our server under those of Kitex',
    versions: shorts,
    async play(stage) {
      const client = await shortLoad(stage, 'our-client', kitexServer('0.15.0'), ourShortClient, steps);
      checkShort(stage, client);
      stage.check('our client logs nothing', client.log === '', client.log);
      stage.checkCalm(await stage.explain([client.capture]));
      const server = await shortLoad(stage, 'our-server', ourServer(1_000), kitexClient('0.12.1', '-short'), steps);
      checkShort(stage, server);
      stage.check('our server logs nothing', server.serverLog === '', server.serverLog);
      stage.checkCalm(await stage.explain([server.capture]));
      return `our client and our server: ${client.opened} and ${server.opened} connections, no lines, no call fails`;
    },
  },
];

export const incident = {
  title: 'Kitex: EOF peer close, and lines about draining',
  system: 'Kitex over gRPC',
  needs: ['go', 'tcpdump'],
  steps: [...stopping, ...racing, ...shortLived],
};
