/**
 * Incident 5: a call of Java Chassis times out, and all others on its connection die with "Connection was closed (GOAWAY error
 * code = 1)". The client gives up one stream; the server answers it late, and Vert.x makes that failed write an error of the whole
 * connection. apache/servicecomb-java-chassis#4477, fixed by #4487 (3.2.2) and #4508 (2.8.20). Its times: the answer takes 10 s, the
 * client waits for 4.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { failuresOf } from '../../lib/capture.mjs';
import { lab, work } from '../../lib/programs.mjs';
import { saved } from '../lib/saved.mjs';

const TIMEOUT_MS = 4_000;
/** START:WAIT in milliseconds. The first call opens the connection; the second times out at 9 s and is answered at 15 s. */
const SLOW = '5000:10000';
const OTHERS = ['13500:2500', '13600:2500', '13700:2500'];
/** Loads until the machine is not so busy that another call times out too: such a run shows nothing. */
const ROUNDS_MAX = 4;
const CALLS = ['0:10', SLOW, ...OTHERS, '19000:10'];
const TIMED_OUT = /imeout/;
const NAMES = 'Java Chassis 3.2.0 (Vert.x 4.5.8, Netty 4.1.111), then with its module foundation-vertx 3.2.5';

const java = (jars, program, settings) => [
  ...['java', '-cp', `${join(work, 'java', 'servicecomb-classes')}:${join(work, 'java', `servicecomb-${jars}`)}/*`, `shop.${program}`],
  ...['--servicecomb.service.application=lab', '--servicecomb.service.version=1.0.0', '--servicecomb.registry.local.enabled=true'],
  ...settings,
];

/** The load, again while any but the slow call times out itself. */
async function load(stage, jars) {
  let seen;
  for (let round = 1; round <= ROUNDS_MAX && seen?.isTelling !== true; round++) seen = await loadOnce(stage, jars);
  return seen;
}

/** A provider with these jars; the consumer is that of `before` in every step. */
async function loadOnce(stage, jars) {
  const port = stage.port();
  const { log } = await stage.start(
    `provider-${port}`,
    java(jars, 'Provider', ['--servicecomb.service.name=orders', `--servicecomb.rest.address=127.0.0.1:${port}?protocol=http2`]),
    { ports: [port] },
  );
  let consumer;
  const capture = await stage.record(jars, [port], async () => {
    consumer = await stage.run(
      java('before', 'Consumer', [
        '--servicecomb.service.name=caller',
        `--servicecomb.request.timeout=${TIMEOUT_MS}`,
        // One event loop, so one connection: Java Chassis keeps one for each.
        '--servicecomb.rest.client.verticle-count=1',
        `--lab.provider=127.0.0.1:${port}`,
        `--lab.calls=${CALLS.join(',')}`,
      ]),
      { timeoutMs: 120_000 },
    );
  });
  const lines = [...consumer.stdout.matchAll(/^call (\S+) -> (.*)$/gm)].map(([, call, outcome]) => ({ call, outcome }));
  if (lines.length !== CALLS.length) throw new Error(`the consumer made ${lines.length} calls: ${consumer.stderr.slice(-500)}`);
  const isTelling = lines.every(({ call, outcome }) => call === SLOW || !TIMED_OUT.test(outcome));
  return { capture, log, consumer, isTelling, outcomeOf: (call) => lines.find((line) => line.call === call)?.outcome ?? '' };
}

/** The slow call times out in every step; what becomes of the others is the question. */
function checkTimeout(stage, { outcomeOf }) {
  stage.check('the slow call times out', TIMED_OUT.test(outcomeOf(SLOW)), outcomeOf(SLOW).slice(0, 120));
  return OTHERS.filter((call) => !outcomeOf(call).startsWith('OK'));
}

let evidence;

const before = {
  chapter: 'before',
  title: 'Java Chassis 3.2.0: one call of five times out',
  versions: NAMES,
  async play(stage) {
    const seen = await load(stage, 'before');
    const dead = checkTimeout(stage, seen);
    stage.check('the other open calls die', dead.length === OTHERS.length, `${dead.length} of ${OTHERS.length}`);
    stage.check('as it was reported', /GOAWAY error code = 1/.test(seen.outcomeOf(OTHERS[0])), seen.outcomeOf(OTHERS[0]).slice(-120));
    const capture = join(work, 'run', 'servicecomb-late-write.pcap');
    copyFileSync(seen.capture, capture);
    const providerLog = join(work, 'run', 'servicecomb-late-write.provider.log');
    copyFileSync(seen.log, providerLog);
    evidence = { capture, providerLog, consumerLog: saved('servicecomb-consumer.log', seen.consumer.stdout) };
    return `${dead.length} of ${OTHERS.length} other calls die`;
  },
};

const explained = {
  chapter: 'explained',
  title: 'explain, on the capture and on the logs of both sides',
  versions: NAMES,
  async play(stage) {
    const report = await stage.explain([evidence.capture]);
    const finding = stage.checkFinding(report, { id: 'goaway/late-write', culprit: 'server', certainty: 'certain' });
    stage.checkRemedy(finding, { stack: 'ServiceComb Java Chassis', setting: 'java-chassis' });
    stage.check('its victims are the other calls', finding?.victims.length === OTHERS.length, `${finding?.victims.length} calls`);
    // What the consumer prints proves no more than the code; the provider's line names the stream.
    stage.checkFinding(await stage.explain([evidence.consumerLog]), { id: 'goaway/protocol-error' });
    stage.checkFinding(await stage.explain([evidence.providerLog]), { id: 'goaway/late-write' });
    return `${finding?.id} (${finding?.certainty}, ${finding?.culprit}): ${finding?.remedies[0]?.setting} ${finding?.remedies[0]?.value}`;
  },
};

/** Java Chassis that has the fix, as the remedy says. */
const after = {
  chapter: 'after',
  title: 'the same calls, the provider with the module that was mended',
  versions: NAMES,
  async play(stage) {
    const seen = await load(stage, 'after');
    const dead = checkTimeout(stage, seen);
    stage.check('all other calls are answered', dead.length === 0, `${OTHERS.length - dead.length} of ${OTHERS.length}`);
    stage.checkCalm(await stage.explain([seen.capture]));
    return `${dead.length} of ${OTHERS.length} other calls die`;
  },
};

/** The same times with our server, again while another call misses its deadline too. */
async function loadOurs(stage) {
  const steps = [
    'unary:delayMs=10',
    `&unary:delayMs=10000,deadline=${TIMEOUT_MS}`,
    'wait:8500',
    `${OTHERS.length}*unary:delayMs=2500,deadline=${TIMEOUT_MS}`,
    'unary:delayMs=10',
  ];
  const server = join(lab, 'incidents', 'servicecomb', 'calmwire-server.mjs');
  const client = join(lab, 'record', 'node', 'grpc-client.mjs');
  let seen;
  for (let round = 1; round <= ROUNDS_MAX && (seen === undefined || / x 4 /.test(seen.others)); round++) {
    const port = stage.port();
    await stage.start(`calmwire-${round}`, [process.execPath, server, String(port)], { ports: [port] });
    let lines;
    const capture = await stage.record('calmwire', [port], async () => {
      const ran = await stage.run([process.execPath, client, 'grpc-js-1.14.3', `127.0.0.1:${port}`, '--', ...steps]);
      lines = ran.stdout.split('\n');
    });
    const lineOf = (is) => lines.find(is) ?? '';
    const slow = lineOf((line) => line.includes('delayMs=10000'));
    seen = { capture, slow, others: lineOf((line) => line.startsWith(`${OTHERS.length}*`)) };
  }
  return seen;
}

/** Our server speaks gRPC only, so the consumer is grpc-js, with the same times. */
const withCalmwire = {
  chapter: 'with Calmwire',
  title: 'our server, grpc-js 1.14.3 in place of the consumer',
  versions: NAMES,
  async play(stage) {
    const { capture, slow, others } = await loadOurs(stage);
    stage.check('the slow call times out', slow.includes('1 x 4 '), slow.replace(/( 1 x 4) .*/, '$1'));
    stage.check('all other calls are answered', others.includes(`-> ${OTHERS.length} x OK`), others);
    const report = await stage.explain([capture]);
    // The deadline is ours to miss, and nothing else may be found.
    const found = failuresOf(report.all).filter(({ id }) => !id.startsWith('deadline/'));
    stage.check('explain finds nothing but the deadline', found.length === 0, found.map(({ id }) => id).join(', '));
    return `0 of ${OTHERS.length} other calls die`;
  },
};

export const incident = {
  title: 'one timeout kills every call on the connection: GOAWAY error code = 1',
  system: 'Apache ServiceComb Java Chassis over HTTP/2',
  needs: ['java', 'javac', 'mvn', 'npm', 'tcpdump'],
  steps: [before, explained, after, withCalmwire],
};
