/**
 * Cortex gives etcd's client a keepalive of 10 s that is also sent without streams; etcd permits that only with streams, and has no flag for
 * it. etcd's client holds a connection to each member and has its watch on one: the others are idle, and are cut with
 * GOAWAY ENHANCE_YOUR_CALM "too_many_pings" on the fourth PING. grpc-go then doubles its interval, connection by connection.
 */
import { join } from 'node:path';
import { generate } from '../../lib/generate.mjs';
import { run } from '../../lib/programs.mjs';
import { gaps, goaways } from '../lib/frames.mjs';
import { saved } from '../lib/saved.mjs';
import { clientv3, cluster, grpcGoServer, idleClient, permitting } from './programs.mjs';

const INTERVAL_S = 10;
/** Long enough for the fourth PING at 10 s and the fourth at 20 s. */
const SHORT_S = 130;
/** And at 40 s. */
const LONG_S = 300;
/** Long enough for the fourth PING at 10 s. */
const ONE_CUT_S = 45;
const GRPC_LOG = { GRPC_GO_LOG_SEVERITY_LEVEL: 'info', GRPC_GO_LOG_VERBOSITY_LEVEL: '2' };
const versions = 'etcd 3.4.23 (three members), clientv3 3.6.6 (grpc-go 1.71.1)';
const logVersions = 'grpc-go 1.53.0 and 1.54.0 clients';

let before;
let ports;

/** The client beside what it does on the wire. */
async function recorded(stage, name, of, command, { seconds, env = {} }) {
  let client;
  const capture = await stage.record(name, of, async () => {
    client = await stage.run(command, { env, timeoutMs: (seconds + 60) * 1_000 });
  });
  return { capture, client };
}

const puts = ({ client }) => client.stderr.split('\n').filter((line) => /put a \d: <nil>/.test(line)).length;

async function happens(stage) {
  const seconds = stage.long ? LONG_S : SHORT_S;
  ports = await cluster(stage, 'before');
  before = await recorded(stage, 'before', ports, clientv3(ports, seconds, true), { seconds, env: GRPC_LOG });
  const cuts = await goaways(before.capture);
  const cutPorts = new Set(cuts.map(({ server }) => server));
  stage.check(
    'all GOAWAYs say too_many_pings',
    cuts.length > 0 && cuts.every(({ debugData }) => debugData === 'too_many_pings'),
    `${cuts.length} in ${seconds} s`,
  );
  stage.check(
    'of the three connections the two idle ones are cut',
    cutPorts.size === 2,
    `${cutPorts.size} of ${ports.length}`,
  );
  const intervals = (await gaps(before.capture)).filter(({ server, count }) => cutPorts.has(server) && count >= 2);
  const seen = [...new Set(intervals.map(({ medianS }) => Math.round(medianS)))].sort((a, b) => a - b);
  stage.check(
    'the interval doubles with each connection',
    [INTERVAL_S, 2 * INTERVAL_S].every((interval) => seen.some((one) => Math.abs(one - interval) <= interval / 10)),
    `${seen.join(' s, ')} s`,
  );
  const logged = before.client.stderr.match(/ENHANCE_YOUR_CALM and debug data equal to ASCII "too_many_pings"/g) ?? [];
  stage.check('the client logs each as an error', logged.length === cuts.length, `${logged.length} lines`);
  return `${cuts.length} GOAWAYs too_many_pings in ${seconds} s on ${cutPorts.size} idle connections; intervals ${seen.join(', ')} s`;
}

async function explained(stage) {
  const report = await stage.explain([before.capture]);
  const wanted = { id: 'keepalive/too-many-pings', variant: 'idle', culprit: 'client', certainty: 'certain' };
  const finding = stage.checkFinding(report, wanted);
  stage.check('no call is a victim', finding?.victims.length === 0, `${finding?.victims.length}`);
  const [first] = finding?.remedies ?? [];
  const right = first?.setting.endsWith('PermitWithoutStream') && first.value === 'false';
  stage.check(
    'its first remedy is PermitWithoutStream false in the client',
    right,
    `${first?.stack}: ${first?.setting} ${first?.value}`,
  );
  const log = saved('cortex-etcd-client.log', before.client.stderr);
  const fromLog = stage.checkFinding(await stage.explain([log]), { id: 'keepalive/too-many-pings', culprit: 'client' });
  return `${wanted.id}, ${wanted.certainty}: ${wanted.culprit}; from the client's log alone: ${fromLog?.certainty}`;
}

async function clientRemedy(stage) {
  const of = await cluster(stage, 'after');
  const after = await recorded(stage, 'after', of, clientv3(of, ONE_CUT_S, false), { seconds: ONE_CUT_S });
  stage.check('both puts are answered', puts(after) === 2);
  stage.check('no GOAWAY', (await goaways(after.capture)).length === 0);
  stage.checkCalm(await stage.explain([after.capture]));
  return `client, PermitWithoutStream false: no GOAWAY in ${ONE_CUT_S} s`;
}

async function serverRemedy(stage) {
  const port = await permitting(stage, 'permitting');
  const command = idleInEtcd(port);
  const after = await recorded(stage, 'permitted', [port], command, { seconds: ONE_CUT_S });
  stage.check('no GOAWAY', (await goaways(after.capture)).length === 0);
  const pings = (await gaps(after.capture)).reduce((most, { count }) => Math.max(most, count), 0);
  stage.check('although it is idle and more than three PINGs are sent', pings >= 4, `${pings} PINGs`);
  stage.checkCalm(await stage.explain([after.capture]));
  return `server, embedded with PermitWithoutStream true: ${pings} PINGs, no GOAWAY`;
}

const idleInEtcd = (port) => clientv3([port], ONE_CUT_S, true).filter((step) => !step.startsWith('bg watch'));

/** The claim: "grpc-go 1.54 made the server stricter". The server is the same here; only the client's version differs. */
async function logLevels(stage) {
  const port = await grpcGoServer(stage);
  const tell = async (version, severity) => {
    const env = { GRPC_GO_LOG_SEVERITY_LEVEL: severity, GRPC_GO_LOG_VERBOSITY_LEVEL: severity === 'info' ? '2' : '' };
    const client = await stage.run(idleClient(version, port, ONE_CUT_S), { env, timeoutMs: (ONE_CUT_S + 60) * 1_000 });
    return /(ERROR|INFO): .*Client received GoAway with.*/i.exec(client.stderr)?.[0] ?? '';
  };
  let lines;
  const capture = await stage.record('levels', [port], async () => {
    lines = await Promise.all([tell('1.53.0', 'error'), tell('1.53.0', 'info'), tell('1.54.0', 'error')]);
  });
  const [old, oldVerbose, next] = lines;
  stage.check('each of the three connections is cut', (await goaways(capture)).length === 3);
  stage.check('grpc-go 1.53 says nothing of it at level error', old === '', old);
  stage.check('grpc-go 1.53 says it at level info with verbosity 2', oldVerbose.startsWith('INFO'), oldVerbose);
  stage.check('grpc-go 1.54 says it at level error', next.startsWith('ERROR'), next);
  return 'the same server cuts both; 1.53.0 is silent at level error, 1.54.0 logs an error';
}

async function ours(stage) {
  const of = await cluster(stage, 'calmwire');
  const seconds = stage.long ? LONG_S : SHORT_S;
  const client = join(import.meta.dirname, 'client.mjs');
  const env = { LAB_ETCD: await generate('incidents/cortex-etcd', 'etcd') };
  const command = [process.execPath, client, String(seconds), ...of.map(String)];
  const { capture, client: ran } = await recorded(stage, 'calmwire', of, command, { seconds, env });
  stage.check(
    'every call is answered, the watch lives to its end',
    ran.ok,
    ran.ok ? ran.stdout.trim() : ran.stderr.slice(-400),
  );
  stage.check('no GOAWAY', (await goaways(capture)).length === 0);
  const pings = (await gaps(capture)).map(({ count }) => count).sort((a, b) => b - a);
  stage.check(
    'the watch is looked after all the time',
    pings[0] >= (0.8 * seconds) / INTERVAL_S,
    `PINGs by connection: ${pings.join(', ')}`,
  );
  stage.checkCalm(await stage.explain([capture]));
  return `keepalive 10 s, also without calls: no GOAWAY in ${seconds} s`;
}

/** Our client and three such servers for a day; the test runs in virtual time. */
async function day(stage) {
  const vitest = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
  const ran = await run([process.execPath, vitest, 'run', 'test/sim/incident-1.test.ts'], { timeoutMs: 300_000 });
  const told = /incident 1: .*/.exec(ran.stdout)?.[0] ?? '';
  stage.check('24 hours in virtual time pass', ran.ok, told);
  return `24 h simulated: ${told.replace('incident 1: ', '').replace(' in 24 hours', '')}`;
}

export const incident = {
  title: 'Cortex pings idle connections to etcd: too_many_pings',
  system: 'etcd and its Go client with the settings of Cortex',
  needs: ['go', 'tcpdump'],
  steps: [
    { chapter: 'before', title: 'a watch on one of three members, the others idle', versions, play: happens },
    { chapter: 'explained', title: 'explain, on the capture and on the log of the client', versions, play: explained },
    { chapter: 'after', title: 'the remedy in the client', versions, play: clientRemedy },
    {
      chapter: 'after',
      title: 'the remedy in the server, which etcd has for embedders only',
      versions,
      play: serverRemedy,
    },
    { chapter: 'with Calmwire', title: 'our client with the same settings', versions, play: ours },
    { chapter: 'with Calmwire', title: 'our client for a day', versions, play: day },
    { chapter: 'before', title: 'who logs it', versions: logVersions, play: logLevels },
  ],
};
