/**
 * volo-grpc 0.9.0 and 0.9.1 end every request with trailers (`grpc-status: 0`), which gRPC does not allow. grpc-go takes the second
 * HEADERS for a new stream with an old number, and does one of three things, by its version. Reported as
 * "received an illegal stream id: 1. headers frame"; the number is right, the frame is wrong.
 */
import { join } from 'node:path';
import { generate } from '../../lib/generate.mjs';
import { work } from '../../lib/programs.mjs';
import { trace } from '../lib/frames.mjs';
import { saved } from '../lib/saved.mjs';

const CALLS = 5;
/** Loads until a call is cut: an answer that is written before the trailers are read is complete, as half of them were on a busy machine. */
const ROUNDS_MAX = 12;
const GAP_MS = 100;
const program = (name) => join(work, 'target-volo', 'debug', name);

/** What grpc-go does with the second HEADERS, and what Volo's user then reads. */
const reactions = [
  {
    grpc: '1.33.2',
    reaction: 'rst',
    told: 'RST_STREAM(PROTOCOL_ERROR)',
    error: /protocol error/,
  },
  {
    grpc: '1.58.3',
    reaction: 'close',
    told: 'FIN without GOAWAY',
    error: /closed because of a broken pipe|ConnectionReset/,
  },
  {
    grpc: '1.62.2',
    reaction: 'close',
    told: 'FIN without GOAWAY',
    error: /closed because of a broken pipe|ConnectionReset/,
  },
  {
    grpc: '1.63.2',
    reaction: 'goaway',
    told: 'GOAWAY(PROTOCOL_ERROR)',
    error: /protocol error/,
  },
  {
    grpc: '1.85.0',
    reaction: 'goaway',
    told: 'GOAWAY(PROTOCOL_ERROR)',
    error: /protocol error/,
  },
];

/** grpc-go of this version, and the same calls from this client. */
async function load(stage, name, grpc, clientOf, env = {}) {
  const port = stage.port();
  const server = join(work, 'bin', `orders-server-${grpc}`);
  const { log } = await stage.start(`${name}-server-${grpc}`, [server, '-listen', `127.0.0.1:${port}`], {
    ports: [port],
    env: { GRPC_GO_LOG_SEVERITY_LEVEL: 'info', GRPC_GO_LOG_VERBOSITY_LEVEL: '99' },
  });
  let client;
  const capture = await stage.record(`${name}-${grpc}`, [port], async () => {
    client = await stage.run(clientOf(`127.0.0.1:${port}`), { env });
  });
  return { capture, client, log, lines: client.stdout.trim().split('\n') };
}

/** Calls that were not answered in full. The client may call others failed too: those whose answer came with the end of their connection. */
async function unanswered(capture) {
  const asked = new Set();
  for (const { kind, role, from, connection, stream } of await trace(capture)) {
    if (kind !== 'headers') continue;
    if (role === 'request') asked.add(`${connection} ${stream}`);
    else if (role === 'trailers' && from === 'server') asked.delete(`${connection} ${stream}`);
  }
  return asked.size;
}

const failedIn = (lines) => lines.filter((line) => line.includes('Status {')).length;

/** The load, again until the wire shows a call that was cut and the client says why. */
async function untilCut(stage, grpc, error) {
  const all = { calls: 0, failed: 0 };
  let seen;
  for (let round = 1; round <= ROUNDS_MAX && !(seen?.cut > 0 && error.test(seen.client.stdout)); round++) {
    seen = await load(stage, `before-${round}`, grpc, volo('lab-volo'));
    seen.cut = await unanswered(seen.capture);
    all.calls += CALLS;
    all.failed += failedIn(seen.lines);
  }
  return { ...seen, ...all };
}

const volo = (name) => (address) => [program(name), address, String(CALLS), String(GAP_MS)];

function variant({ grpc, reaction, told, error }) {
  const versions = `volo-grpc 0.9.1, grpc-go ${grpc}`;
  let before;
  return [
    {
      chapter: 'before',
      title: `volo-grpc 0.9.1 calls grpc-go ${grpc}`,
      versions,
      async play(stage) {
        before = await untilCut(stage, grpc, error);
        const { failed, calls } = before;
        stage.check('calls fail', failed > 0, `${failed} of ${calls}`);
        stage.check(
          'the client says why as it was reported',
          error.test(before.client.stdout),
          before.lines.find((line) => error.test(line)) ?? before.lines[0],
        );
        return `${failed} of ${calls} calls fail: ${told}`;
      },
    },
    {
      chapter: 'explained',
      title: 'explain, on the capture and on what the client printed',
      versions,
      async play(stage) {
        const report = await stage.explain([before.capture]);
        const finding = stage.checkFinding(report, {
          id: 'stream/request-trailers',
          culprit: 'client',
          certainty: 'certain',
        });
        stage.check(
          `it tells the server's reaction: ${reaction}`,
          finding?.params.reaction === reaction,
          finding?.params.reaction,
        );
        stage.check(
          'the victims are the calls that were not answered in full',
          finding?.victims.length === before.cut,
          `${finding?.victims.length} calls`,
        );
        stage.checkRemedy(finding, { stack: 'Volo', setting: 'volo-grpc' });
        const printed = await stage.explain([saved(`volo-${grpc}.log`, before.client.stdout)]);
        stage.check(
          "the client's own lines prove no cause, and none is named",
          printed.all.every(({ id }) => id.startsWith('log/')),
        );
        const logged = await stage.explain([before.log]);
        // 1.33 writes no line about it.
        if (reaction !== 'rst')
          stage.checkFinding(logged, { id: 'stream/request-trailers', culprit: 'client', certainty: 'likely' });
        const fromLog = reaction === 'rst' ? '' : "; from the server's log alone: likely";
        return `${finding?.id}, ${finding?.certainty}: ${finding?.culprit}${fromLog}`;
      },
    },
    {
      chapter: 'after',
      title: `volo-grpc 0.9.3 calls grpc-go ${grpc}`,
      versions,
      async play(stage) {
        const { capture, lines } = await load(stage, 'after', grpc, volo('lab-volo-fixed'));
        const good = lines.filter((line) => /^call \d+: "order/.test(line)).length;
        stage.check('every call is answered', good === CALLS, `${good} of ${CALLS}`);
        stage.checkCalm(await stage.explain([capture]));
        return `0.9.3: ${good} of ${CALLS} good`;
      },
    },
    {
      chapter: 'with Calmwire',
      title: `our client calls grpc-go ${grpc}`,
      versions,
      async play(stage) {
        const steps = Array.from({ length: CALLS }, (_, call) => `get id=${call + 1}`);
        const client = join(import.meta.dirname, '..', 'calmwire', 'client.mjs');
        const ours = (address) => [process.execPath, client, address, '{}', ...steps];
        const env = { LAB_ORDERS: await generate('incidents/calmwire', 'orders') };
        const { capture, lines } = await load(stage, 'calmwire', grpc, ours, env);
        const good = lines.filter((line) => line.endsWith(': ok')).length;
        stage.check('every call is answered', good === CALLS, `${good} of ${CALLS}`);
        stage.checkCalm(await stage.explain([capture]));
        return `${good} of ${CALLS} good`;
      },
    },
  ];
}

export const incident = {
  title: 'Volo ends requests with trailers, grpc-go calls it an illegal stream id',
  system: 'volo-grpc client, grpc-go server',
  needs: ['cargo', 'go', 'tcpdump'],
  steps: reactions.flatMap(variant),
};
