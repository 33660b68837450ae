/**
 * Floods, each named by its CVE, against a server that an honest client uses at the same time. Each ends with a GOAWAY that names
 * the rule and the count, after a number of frames that is known beforehand.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode, Flag, FrameType, Setting, writeRstStream } from '#h2';
import { type Attacker, framed, grpcFields } from '../support/attacker.ts';
import { type SiegeOptions, type SiegeReport, siege } from '../support/siege.ts';

const NOTHING = new Uint8Array(0);
const id = (n: number) => 1 + 2 * n;
const SEAT = '/test.Seat/Call';

/** The flood ended in the way it should, and nothing of the attacker is left but what is being said to it. */
function expectEnded(report: SiegeReport, code: string, debug: RegExp, stepsMax: number): void {
  const { attacker, survived, rig } = report;
  expect(attacker.goaway, `after ${survived} steps`).toMatchObject({ code });
  expect(attacker.goaway!.debug).toMatch(debug);
  expect(survived).toBeLessThanOrEqual(stepsMax);
  expect(attacker.link.isEnded).toBe(true);
  const closed = rig.events.filter(({ kind }) => kind === 'connection-closed');
  expect(closed).toHaveLength(1);
  rig.clock.advance(25_000);
  expect(rig.core.stats.connections.open).toBe(1);
  expect(rig.core.stats.partialMessageBytes).toBe(0);
}

const OVERHEAD = /^flood\/overhead: \d+ frames without substance, 10000 at once and 330 a second are allowed$/;
const RESETS = /^flood\/resets: 1001 streams reset, 1000 at once and 100 a second are allowed$/;

/** Handlers that have lost their client end when they are told to, as honest handlers do. */
const obedient = (rig: SiegeReport['rig']) => {
  for (const seat of rig.seats.splice(0)) if (seat.cancels.length > 0) seat.call.end(1);
};

describe('frames without substance', () => {
  const permissive = { pingEnforcement: { maxStrikes: Number.POSITIVE_INFINITY } };
  const openOne = (attacker: Attacker) => attacker.request(1, SEAT, { message: 'none', end: false });

  const floods: readonly (readonly [string, SiegeOptions])[] = [
    [
      'CVE-2019-9511 Data Dribble: WINDOW_UPDATE of one octet',
      {
        begin: (attacker, rig) => {
          attacker.settings([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0 }]);
          openOne(attacker);
          rig.last.call.send(new Uint8Array(60_000));
          rig.settle();
        },
        step: (attacker) => attacker.windowUpdate(1, 1),
        steps: 20_000,
      },
    ],
    [
      'CVE-2019-9512 PING flood where PINGs are permitted',
      { server: permissive, step: (attacker) => attacker.ping(), steps: 20_000 },
    ],
    [
      'CVE-2019-9513 Resource Loop: PRIORITY',
      {
        step: (attacker, n) =>
          attacker.frame(FrameType.PRIORITY, 0, id(n % 1_000), Uint8Array.of(0, 0, 0, ((n * 7) % 200) | 1, 16)),
        steps: 20_000,
      },
    ],
    ['CVE-2019-9515 SETTINGS flood', { step: (attacker) => attacker.settings([]), steps: 20_000 }],
    ['CVE-2019-9518 empty DATA', { begin: openOne, step: (attacker) => attacker.data(1, NOTHING), steps: 20_000 }],
    [
      'CVE-2019-9518 DATA of padding only',
      {
        begin: openOne,
        step: (attacker) => attacker.frame(FrameType.DATA, Flag.PADDED, 1, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
        steps: 20_000,
      },
    ],
    ['unknown frame types', { step: (attacker, n) => attacker.frame(0x20 + (n % 100), 0, 0, NOTHING), steps: 20_000 }],
    [
      'RST_STREAM for a stream that is over',
      {
        begin: (attacker) => openOne(attacker).reset(1),
        step: (attacker) => attacker.reset(1),
        steps: 20_000,
      },
    ],
  ];
  for (const [name, options] of floods) {
    it(name, () => expectEnded(siege(options), 'ENHANCE_YOUR_CALM', OVERHEAD, 10_001));
  }

  it('CVE-2019-9512 PING flood where PINGs are policed', () => {
    const report = siege({ step: (attacker) => attacker.ping(), steps: 100 });
    expectEnded(report, 'ENHANCE_YOUR_CALM', /^too_many_pings$/, 4);
  });

  it('CVE-2019-9515 SETTINGS with thousands of entries cost by their entries', () => {
    const entries = Array.from({ length: 2_700 }, (_, n) => ({ id: Setting.INITIAL_WINDOW_SIZE, value: n }));
    const report = siege({
      begin: (attacker) => {
        for (let n = 0; n < 900; n++) attacker.request(id(n), SEAT, { message: 'none', end: false });
      },
      step: (attacker) => attacker.settings(entries),
      steps: 2_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', OVERHEAD, 4);
  });

  it('are let pass at a pace that honest peers may have', () => {
    const report = siege({
      server: permissive,
      begin: openOne,
      step: (attacker) => attacker.windowUpdate(0, 1).windowUpdate(1, 1).ping(),
      steps: 5_000,
      stepMs: 10,
    });
    expect(report.attacker.goaway).toBeUndefined();
  });
});

describe('CVE-2023-44487 Rapid Reset', () => {
  it('ends with the budget of resets, though every handler ends when it is told', () => {
    const report = siege({
      step: (attacker, n, rig) => {
        attacker.request(id(n), SEAT, { message: 'none', end: false }).reset(id(n));
        obedient(rig);
      },
      steps: 5_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_001);
    expect(report.most.running).toBeLessThanOrEqual(2);
  });

  it('with handlers that do not end never runs more of them than the limit, and refusals count as resets', () => {
    const report = siege({
      server: { maxConcurrentStreams: 50 },
      step: (attacker, n) => attacker.request(id(n), SEAT, { message: 'none', end: false }).reset(id(n)),
      steps: 5_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_001);
    expect(report.most.running).toBe(50);
    expect(report.rig.core.stats.refusals.get('max-calls-of-connection')).toBeGreaterThan(900);
    for (const { call } of report.rig.seats) call.end(1);
    expect(report.rig.core.stats.calls.running).toBe(0);
  });

  it('spread over connections meets the limit of the server', () => {
    const report = siege({
      server: { maxCalls: 100 },
      begin: (_, rig) => {
        for (let at = 0; at < 10; at++) {
          const other = rig.client();
          for (let n = 0; n < 20; n++) other.request(id(n), SEAT, { message: 'none', end: false }).reset(id(n));
        }
        // Now the honest client would be refused too: some handlers end, as they were told to.
        expect(rig.core.stats.calls.running).toBe(100);
        for (const { call } of rig.seats.splice(0, 50)) call.end(1);
      },
      step: () => {},
      steps: 1,
    });
    expect(report.rig.core.stats.refusals.get('max-calls')).toBe(100);
  });

  it('is not what a client does whose 900 calls share a deadline', () => {
    const report = siege({
      step: (attacker, n, rig) => {
        for (let at = 0; at < 900; at++) {
          attacker.request(id(900 * n + at), SEAT, { message: 'none', end: false });
        }
        attacker.batch(() => {
          for (let at = 0; at < 900; at++) writeRstStream(attacker.out, id(900 * n + at), ErrorCode.CANCEL);
        });
        obedient(rig);
      },
      steps: 5,
      stepMs: 10_000,
    });
    expect(report.attacker.goaway).toBeUndefined();
    expect(report.rig.core.stats.calls.running).toBe(0);
  });
});

describe('CVE-2025-8671 MadeYouReset: the server is made to reset', () => {
  const open = (attacker: Attacker, n: number) => attacker.request(id(n), SEAT, { message: 'none', end: false });
  const primitives: readonly (readonly [string, (attacker: Attacker, n: number) => void])[] = [
    ['by WINDOW_UPDATE of 0', (attacker, n) => open(attacker, n).windowUpdate(id(n), 0)],
    ['by WINDOW_UPDATE beyond the greatest window', (attacker, n) => open(attacker, n).windowUpdate(id(n), 0x7fffffff)],
    [
      'by DATA after END_STREAM',
      (attacker, n) => attacker.request(id(n), SEAT, { message: 'none' }).data(id(n), NOTHING),
    ],
    [
      'by HEADERS after END_STREAM',
      (attacker, n) => attacker.request(id(n), SEAT, { message: 'none' }).headers(id(n), { a: 'b' }, true),
    ],
    [
      'by PRIORITY of six octets',
      (attacker, n) => {
        open(attacker, n).frame(FrameType.PRIORITY, 0, id(n), new Uint8Array(6));
      },
    ],
    [
      'by a content-length that is not kept',
      (attacker, n) =>
        attacker
          .request(id(n), SEAT, { message: 'none', end: false, fields: { 'content-length': '5' } })
          .data(id(n), framed(NOTHING).subarray(0, 4), true),
    ],
    ['by malformed trailers', (attacker, n) => open(attacker, n).headers(id(n), { ':path': '/' }, true)],
    ['by trailers without END_STREAM', (attacker, n) => open(attacker, n).headers(id(n), { a: 'b' })],
  ];
  for (const [name, primitive] of primitives) {
    it(name, () => {
      const report = siege({
        server: { maxConcurrentStreams: 20 },
        step: (attacker, n, rig) => {
          primitive(attacker, n);
          // Half of the handlers end at once, the others go on.
          for (const seat of rig.seats) if (seat.cancels.length > 0 && n % 2 === 0) seat.call.end(1);
        },
        steps: 3_000,
      });
      expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_001);
      expect(report.most.running).toBeLessThanOrEqual(20);
    });
  }

  it('CVE-2019-9514 Reset Flood: by requests that are malformed to begin with', () => {
    const report = siege({
      step: (attacker, n) => attacker.headers(id(n), { ...grpcFields(SEAT), connection: 'close' }, true),
      steps: 3_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_001);
    expect(report.most.running).toBeLessThanOrEqual(1);
  });

  it('CVE-2019-9516 0-Length Headers Leak: by names of no octets', () => {
    const report = siege({
      step: (attacker, n) => attacker.headers(id(n), { ...grpcFields(SEAT), '': '' }, true),
      steps: 3_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_001);
  });

  it('by more requests at once than are allowed', () => {
    const report = siege({
      server: { maxConcurrentStreams: 10 },
      step: open,
      steps: 3_000,
    });
    expectEnded(report, 'ENHANCE_YOUR_CALM', RESETS, 1_011);
    expect(report.most.running).toBe(10);
  });
});
