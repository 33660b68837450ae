/** Attacks by slowness: clients that read nothing, that grant nothing, that send an octet now and then, that never begin. */
import { describe, expect, it } from 'vitest';
import { Setting } from '#h2';
import { framed } from '../support/attacker.ts';
import { ServerRig } from '../support/server-rig.ts';
import { siege } from '../support/siege.ts';

const SEAT = '/test.Seat/Call';
const id = (n: number) => 1 + 2 * n;
const big = new Uint8Array(65_000);

describe('CVE-2019-9517 Internal Data Buffering: windows wide open, and nothing is read', () => {
  it('ends when nothing was taken for 20 s; what waits is bounded by the calls, which end', () => {
    const report = siege({
      server: { maxConcurrentStreams: 100 },
      begin: (attacker) => {
        attacker.settings([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0x7fffffff }]).windowUpdate(0, 0x7fff0000);
        attacker.link.isStuck = true;
      },
      step: (attacker, n) => attacker.request(id(n), '/test.Echo/Unary', { message: big }),
      steps: 300,
      stepMs: 100,
    });
    const { rig, most, attacker } = report;
    expect(rig.events.find(({ kind }) => kind === 'connection-closed')).toMatchObject({
      ending: { kind: 'silent', what: 'progress', afterMs: 20_000 },
    });
    // One write of the session, and nothing after it.
    expect(most.unsentBytes).toBeLessThanOrEqual(300_000);
    expect(attacker.link.isDestroyed).toBe(true);
    expect(rig.core.stats.calls.running).toBe(0);
  });

  it('by answers to requests ends with the octets that are kept', () => {
    const report = siege({
      server: { limits: { maxUnreadBytes: 100_000 } },
      begin: (attacker) => {
        attacker.link.isStuck = true;
      },
      step: (attacker, n) => attacker.request(id(n), '/no.Body/Home', { message: 'none' }),
      steps: 10_000,
    });
    expect(report.rig.events.at(-1)).toMatchObject({
      ending: { kind: 'violation', violation: { rule: 'flood/unread' } },
    });
    expect(report.most.unsentBytes).toBeLessThanOrEqual(300_000);
    expect(report.survived).toBeGreaterThan(1_000);
  });

  it('by answers to control frames ends with the octets that are kept', () => {
    const report = siege({
      server: { pingEnforcement: { maxStrikes: Number.POSITIVE_INFINITY } },
      begin: (attacker) => {
        attacker.link.isStuck = true;
      },
      // Answers of 17 octets; DATA of substance keeps the budget of frames filled.
      step: (attacker) =>
        attacker.batch(() => {
          for (let at = 0; at < 100; at++) attacker.ping();
        }),
      steps: 2_000,
      stepMs: 400,
    });
    const closed = report.rig.events.find(({ kind }) => kind === 'connection-closed');
    expect(closed).toMatchObject({ ending: { kind: expect.stringMatching(/violation|silent/) } });
    expect(report.most.unsentBytes).toBeLessThanOrEqual(300_000);
  });
});

describe('windows that are never opened', () => {
  it('hold a call until its deadline, and an answer until the stall timeout', () => {
    const report = siege({
      server: { responseStallTimeoutMs: 10_000, maxConcurrentStreams: 100 },
      begin: (attacker) => attacker.settings([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0 }]),
      step: (attacker, n) => attacker.request(id(n), '/test.Echo/Unary', { message: big }),
      steps: 60,
      stepMs: 500,
    });
    const { attacker, rig } = report;
    expect(attacker.of('rst').every(({ code }) => code === 'CANCEL')).toBe(true);
    expect(attacker.of('rst').length).toBeGreaterThan(30);
    expect(rig.core.stats.refusals.get('response-stall-timeout')).toBe(attacker.of('rst').length);
    rig.clock.advance(15_000);
    expect(attacker.of('rst').length).toBe(60);
  });
});

describe('slow requests', () => {
  it('end with the timeout of the message, an octet at a time or not', () => {
    const body = framed(new Uint8Array(2_000));
    const report = siege({
      server: { requestMessageTimeoutMs: 20_000, maxConcurrentStreams: 100 },
      begin: (attacker, rig) => {
        for (let n = 0; n < 100; n++) attacker.request(id(n), SEAT, { message: 'none', end: false });
        for (const { call } of rig.seats) call.pull(1);
      },
      step: (attacker, n) => {
        for (let stream = 0; stream < 100; stream += 10) attacker.data(id(stream), body.subarray(n, n + 1));
      },
      steps: 60,
      stepMs: 500,
    });
    const { attacker, rig } = report;
    const ended = rig.seats.filter(({ cancels }) => cancels.length > 0);
    expect(ended).toHaveLength(10);
    expect(attacker.trailers(1)['grpc-message']).toBe('the client did not finish its message within 20000 ms');
    for (const { call } of rig.seats) call.end(1);
  });

  it('that never begin end with the handshake timeout, and cost a place until then', () => {
    const rig = new ServerRig({ maxConnections: 100, handshakeTimeoutMs: 5_000 }).echo();
    for (let at = 0; at < 300; at++) rig.client(false).isHonest = false;
    expect(rig.core.stats.connections).toEqual({ open: 100, accepted: 100, refused: 200 });
    rig.clock.advance(30_000);
    const client = rig.client().request(1, '/test.Echo/Unary');
    expect(client.story(1).at(-1)).toBe('status:0 END');
    expect(rig.core.stats.connections.open).toBe(1);
  });

  it('with large unfinished messages meet the limit of the server, and the others go on', () => {
    const report = siege({
      server: { maxPartialMessageBytes: 2_000_000, maxConcurrentStreams: 200 },
      begin: (attacker, rig) => {
        for (let n = 0; n < 150; n++) {
          attacker.request(id(n), SEAT, { message: 'none', end: false });
          rig.last.call.pull(1);
        }
      },
      step: (attacker, n) => {
        const stream = id(n % 150);
        const body = framed(new Uint8Array(4_000_000));
        const at = Math.floor(n / 150) * 16_000;
        attacker.data(stream, body.subarray(at, at + 16_000));
      },
      steps: 600,
    });
    expect(report.most.partialBytes).toBeLessThanOrEqual(2_020_000);
    expect(report.rig.core.stats.refusals.get('max-partial-message-bytes')).toBeGreaterThan(0);
  });
});
