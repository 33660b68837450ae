/**
 * Every id of the catalogue is either shown by a story below or stands in the list of those that no rule tells yet. The
 * ids that rules can tell are read from their sources, so that a new rule without a story fails here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog, type FindingId, findingIds } from '#diagnose';
import { type Capture, capture, type Script, script } from '../../support/script.ts';
import { cancels, crowded } from './crowd-stories.ts';
import { leaking, stuck, throttled } from './flow-stories.ts';
import { all, nameOf } from './verdicts.ts';

const RULES = new URL('../../../src/diagnose/rules/', import.meta.url);

/** `id`, or `id (variant)` for each of its variants. */
type Name = string;

const used = (at = 0): Script => script({ at }).open().request(1).answer(1);
const idlePings = (): Script => used().pings(4, 10_000);
/** Answered calls, one after the other. */
function calls(story: Script, count: number): Script {
  story.open();
  for (let call = 0; call < count; call++) story.request(2 * call + 1).answer(2 * call + 1);
  return story;
}
/** Three calls with a deadline of a second, each with a call to the next server inside it. */
function ladder(timeout: string | undefined): Capture {
  const upper = script({ client: '10.0.0.1', server: '10.0.0.2' }).open();
  const lower = script({ client: '10.0.0.2', server: '10.0.0.3', at: 0.03 }).open();
  for (const stream of [1, 3, 5]) {
    upper.request(stream, '/front.Shop/Buy', { timeout: '1S' });
    lower.after(upper.timeMs - lower.timeMs + 200);
    lower.request(stream, '/back.Stock/Take', timeout === undefined ? {} : { timeout }).answer(stream);
    upper.after(lower.timeMs - upper.timeMs + 10).answer(stream);
  }
  return capture(upper, lower);
}
const CALM = { last: 1, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' } as const;

/** The smallest story of each finding. */
const stories: Readonly<Record<Name, () => Script | Capture>> = {
  'keepalive/too-many-pings (idle)': () => idlePings().goaway('server', CALM),
  'keepalive/too-many-pings (interval)': () => used().request(3).pings(4, 1_000).goaway('server', CALM),
  'keepalive/too-many-pings (bdp)': () => used().pings(4, 20, '02041010090e0707').goaway('server', CALM),
  'keepalive/will-be-cut': () => script().open().request(1, '/etcdserverpb.KV/Range').answer(1).pings(3, 10_000),
  'keepalive/unanswered-ping': () => used().request(3).ping('client').after(20_000).fin('client'),
  'keepalive/watchdog-false-positive (data)': () =>
    used().request(3).begin(3).ping('client').after(5_000).data('server', 3, 900).after(5_000).fin('client'),
  'keepalive/watchdog-false-positive (late-ack)': () =>
    used().request(3).ping('client').after(5_000).fin('client').after(900).ack('server'),
  'connection/abrupt-close (fin)': () => used().request(3).after(100).fin('server'),
  'connection/abrupt-close (rst)': () => used().request(3).after(100).rst('server'),
  'connection/idle-close-race': () => used().after(60_000).fin('server').request(3).rst('server'),
  'connection/half-open (silent)': () => used().request(3).segments('client', 'retransmission', 6).after(15_000),
  'connection/half-open (reset)': () => used().after(400_000).request(3).after(1).rst('server', 255, 63),
  'connection/settings-not-acked': () =>
    script().tcp().settings('client').settings('server').ackSettings('server').request(1).after(6_000).request(3),
  'connection/pinned': () =>
    capture(calls(script(), 120), used(10).fin('client'), script({ server: '10.0.0.10' }).open()),
  'connection/stream-ids-exhausted (used-up)': () => script().open().request(2_147_483_647).answer(2_147_483_647),
  'connection/stream-ids-exhausted (late)': () => script().open().request(1_700_000_001).answer(1_700_000_001),
  'connection/health-checks': () => capture(...[0, 1, 2].map((at) => script({ at }).tcp().fin('client').fin('server'))),
  'connection/short-lived': () => capture(...[0, 1, 2, 3, 4].map((at) => used(at).fin('client').fin('server'))),
  'connection/server-restart': () => capture(...[0, 1].map((at) => used(at).request(3).after(9).fin('server'))),
  'connection/no-server-preface': () => script().tcp().settings('client').after(20_000).fin('client'),
  'connection/refused': () => script().syn().rst('server'),
  'connection/unreachable': () => script().syn().segments('client', 'syn-retransmission', 3),
  'goaway/graceful': () => used().goaway('server', { last: 1 }).fin('server'),
  'goaway/grace-expired': () => used().request(3).goaway('server', { last: 3 }).after(5_000).fin('server'),
  'goaway/unprocessed-streams': () => used().goaway('server', { last: 1 }).request(3).fin('server'),
  'goaway/one-shot': () => used().request(3).goaway('server', { last: 3 }).answer(3).fin('server'),
  'goaway/late-write': () =>
    used().request(3).reset('client', 3).goaway('server', {
      last: 3,
      code: 'PROTOCOL_ERROR',
      debug: 'Request stream 3 is not correct for server connection',
    }),
  'goaway/protocol-error': () => used().goaway('server', { last: 1, code: 'FLOW_CONTROL_ERROR' }),
  'goaway/flood-guard': () => used().goaway('server', { last: 1, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_resets' }),
  'stream/request-trailers': () =>
    used().request(3, '/a.B/C', { end: false }).requestTrailers(3).reset('server', 3, 'PROTOCOL_ERROR'),
  'stream/id-not-increasing': () =>
    used().violation('client', 'stream/id-not-increasing', 1, 'HEADERS on stream 1 after 1').fin('server'),
  'stream/late-half-close': () =>
    script().open().request(1, '/a.B/C', { end: false }).answer(1).reset('server', 1, 'NO_ERROR'),
  'stream/response-truncated': () => script().open().request(1).begin(1).reset('server', 1, 'NO_ERROR'),
  'stream/refused': () => script().open().request(1).reset('server', 1, 'REFUSED_STREAM'),
  'stream/internal-error': () => script().open().request(1).reset('server', 1, 'INTERNAL_ERROR'),
  'stream/reset': () => script().open().request(1).reset('server', 1, 'PROTOCOL_ERROR'),
  'stream/missing-trailers': () => script().open().request(1).begin(1).message('server', 1, 9, { end: true }),
  'message/truncated': () =>
    script().open().request(1).begin(1).message('server', 1, 11_117, { sent: 9_925 }).trailers(1),
  'stream/proxy-timeout (silent)': () =>
    script().open().request(1, '/a.B/Watch').begin(1).after(60_001).reset('server', 1, 'INTERNAL_ERROR'),
  'stream/proxy-timeout (total)': () =>
    script().open().request(1).after(15_000).trailersOnly(1, 4, 'upstream request timeout'),
  'stream/cancelled': () => script().open().request(1).reset('client', 1),
  'deadline/not-propagated (longer)': () => ladder('30S'),
  'deadline/not-propagated (none)': () => ladder(undefined),
  'deadline/exceeded-by-handler': () =>
    script().open().request(1, '/a.B/C', { timeout: '2S' }).after(2_000).reset('client', 1),
  'stream/concurrency-starved': () => crowded(),
  'stream/cancel-storm': () => cancels(120),
  'stream/frame-after-close': () =>
    used().violation('client', 'stream/closed-frame', 1, 'DATA on stream 1, which is closed'),
  'flow/stream-stalled': () =>
    stuck({ INITIAL_WINDOW_SIZE: 16_384 }).ping('client').ack('server').ping('server').ack('client').after(6_000),
  'flow/connection-stalled': () => stuck({ INITIAL_WINDOW_SIZE: 1_048_576 }).ping('server').ack('client').after(6_000),
  'flow/window-too-small': () => throttled(),
  'flow/window-overrun': () =>
    stuck({}, 65_536).violation('server', 'window/overrun', 1, 'too much').reset('client', 1, 'FLOW_CONTROL_ERROR'),
  'flow/credit-leak': () => leaking(),
  'headers/too-large': () =>
    used().goaway('server', {
      last: 1,
      code: 'PROTOCOL_ERROR',
      debug: 'Header size exceeded max allowed size (10240)',
    }),
  'headers/malformed': () =>
    script()
      .open()
      .request(1)
      .violation('client', 'headers/bad-te', 1, 'te: gzip')
      .reset('server', 1, 'PROTOCOL_ERROR'),
  'headers/compression-error': () => used().goaway('server', { last: 1, code: 'COMPRESSION_ERROR' }),
  'message/too-large': () =>
    script().open().request(1).trailersOnly(1, 8, 'grpc: received message larger than max (5242880 vs. 4194304)'),
  'peer/http1 (server)': () => script().tcp().settings('client').says('server', 'http/1', 'HTTP/1.1 400 Bad Request'),
  'peer/http1 (client)': () => script().tcp().says('client', 'http/1', 'GET / HTTP/1.1').settings('server'),
  'peer/tls-mismatch (plaintext-to-tls)': () => script().tcp().settings('client').says('server', 'tls', 'alert 40'),
  'peer/tls-mismatch (tls-to-plaintext)': () => script().tcp().says('client', 'tls', 'ClientHello').settings('server'),
  'peer/no-alpn': () => script().tcp().hello().serverHello({ version: 'TLS 1.2' }).finished().fin('client'),
  'tls/alert (certificate)': () => script().tcp().hello().serverHello().alert('client', 48, 'unknown_ca').fin('client'),
  'tls/alert (client-certificate)': () =>
    script().tcp().hello().serverHello().finished().alert('server', 116, 'certificate_required').fin('server'),
  'tls/alert (version)': () => script().tcp().hello().alert('server', 70, 'protocol_version').fin('server'),
  'tls/alert (parameters)': () => script().tcp().hello().alert('server', 40, 'handshake_failure').fin('server'),
  'tls/alert (name)': () => script().tcp().hello().alert('server', 112, 'unrecognized_name').fin('server'),
  'tls/alert (hidden)': () =>
    script().tcp().hello().serverHello().alert('client', undefined, 'encrypted').fin('client'),
  'tls/handshake-unfinished (no-server-hello)': () => script().tcp().hello().after(6_000).fin('client'),
  'tls/handshake-unfinished (after-server-hello)': () => script().tcp().hello().serverHello().after(50).fin('client'),
  'tls/ping-rhythm (cut)': () => script().sealed().traffic({ pings: 4, goawaySized: true }).fin('server'),
  'tls/ping-rhythm (kept)': () => script().sealed().traffic({ pings: 4 }).fin('client'),
  'tls/idle-end': () => script().sealed().traffic({ silenceMs: 60_000 }).fin('server'),
  'peer/not-grpc': () =>
    script()
      .open()
      .request(1)
      .begin(1, { ':status': '502', 'content-type': 'text/html' })
      .data('server', 1, 9, { end: true }),
  'capture/starts-mid-connection': () => script().joined(),
  'capture/packets-lost': () => used().lost('server', 1_448),
  'capture/one-direction': () => script().tcp().settings('client').request(1).unseen('server'),
  'capture/clock-leap (hosts)': () => used().leap(12_000, 'hosts').request(3).answer(3),
  'capture/clock-leap (order)': () => used().leap(-12_000, 'order').request(3).answer(3),
  'capture/clock-leap (one-host)': () => used().leap(12_000, 'one-host').request(3).answer(3),
  'capture/encrypted': () => script().tcp().says('client', 'tls', 'ClientHello').says('server', 'tls', 'ServerHello'),
};

/** Ids that a rule names and that no story shows yet. */
const unshown: Readonly<Partial<Record<FindingId, string>>> = {};

/** Ids that rules over two hops tell: `test/compare` has their stories. */
const ofTwoHops = findingIds.filter((id) => id.startsWith('hop/'));

/** Ids that no rule tells yet. */
const untold: Readonly<Partial<Record<FindingId, string>>> = {};

/** Ids that stand in the source of a rule. */
function told(): FindingId[] {
  const text = readdirSync(RULES)
    .map((name) => readFileSync(new URL(name, RULES), 'utf8'))
    .join('\n');
  return findingIds.filter((id) => text.includes(`'${id}'`));
}

function namesOf(id: FindingId): Name[] {
  const { variants } = catalog[id];
  return variants.length === 0 ? [id] : variants.map((variant) => `${id} (${variant})`);
}

describe('every finding', () => {
  it.each(Object.entries(stories))('%s has a story that shows it', (name, tell) => {
    const found = all(tell()).find((one) => nameOf(one) === name);
    expect(found?.evidence.length).toBeGreaterThan(0);
  });

  it('that a rule can tell has a story in each of its variants', () => {
    const shown = told().filter((id) => !(id in unshown));
    expect(Object.keys(stories).sort()).toEqual(shown.flatMap(namesOf).sort());
  });

  it('that no rule tells stands in the list, with its reason', () => {
    const untoldIds = findingIds.filter(
      (id) => !told().includes(id) && !ofTwoHops.includes(id) && catalog[id].fromLogs === undefined,
    );
    expect(untoldIds.sort()).toEqual(Object.keys(untold).sort());
    expect(findingIds.filter((id) => catalog[id].pending).sort()).toEqual(Object.keys(untold).sort());
    for (const reason of Object.values({ ...untold, ...unshown })) expect(reason.length).toBeGreaterThan(10);
  });
});
