/** PING enforcement beside a transcription of grpc-go's `handlePing`, and on the wire. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Setting } from '#h2';
import { PingEnforcement } from '../../src/server/enforcement.ts';
import { ServerRig } from '../support/server-rig.ts';

const DEFAULT = { minIntervalMs: 300_000, permitWithoutCalls: false, maxStrikes: 2 };

/** google.golang.org/grpc internal/transport/http2_server.go, v1.58: the part behind the acknowledgement. */
class GrpcGo {
  lastPingAt = Number.NEGATIVE_INFINITY;
  pingStrikes = 0;
  resetPingStrikes = false;
  readonly kep: { minTime: number; permitWithoutStream: boolean };

  constructor(minTime: number, permitWithoutStream: boolean) {
    this.kep = { minTime, permitWithoutStream };
  }

  handlePing(now: number, activeStreams: number): boolean {
    const { lastPingAt } = this;
    this.lastPingAt = now;
    if (this.resetPingStrikes) {
      this.resetPingStrikes = false;
      this.pingStrikes = 0;
      return false;
    }
    if (activeStreams < 1 && !this.kep.permitWithoutStream) {
      if (lastPingAt + 7_200_000 > now) this.pingStrikes++;
    } else if (lastPingAt + this.kep.minTime > now) {
      this.pingStrikes++;
    }
    return this.pingStrikes > 2;
  }
}

describe('the count', () => {
  it('is that of grpc-go, whatever happens', () => {
    const step = fc.record({
      afterMs: fc.constantFrom(0, 1, 4_999, 5_000, 5_001, 299_999, 300_000, 7_199_999, 7_200_000),
      streams: fc.constantFrom(0, 0, 1, 3),
      wrote: fc.constantFrom(false, false, true),
    });
    fc.assert(
      fc.property(fc.constantFrom(0, 5_000, 300_000), fc.boolean(), fc.array(step), (minIntervalMs, permit, steps) => {
        const ours = new PingEnforcement({ minIntervalMs, permitWithoutCalls: permit, maxStrikes: 2 });
        const theirs = new GrpcGo(minIntervalMs, permit);
        let now = 1_000;
        let written = 0;
        for (const { afterMs, streams, wrote } of steps) {
          now += afterMs;
          if (wrote) {
            written += 3;
            theirs.resetPingStrikes = true;
          }
          expect(ours.ping(now, streams, written)).toBe(theirs.handlePing(now, streams));
        }
      }),
    );
  });

  it('never ends with endless patience', () => {
    const patient = new PingEnforcement({ ...DEFAULT, maxStrikes: Number.POSITIVE_INFINITY });
    for (let at = 0; at < 100; at++) expect(patient.ping(at, 0, 0)).toBe(false);
  });
});

describe('a client that pings', () => {
  const acks = (client: ReturnType<ServerRig['client']>) => client.of('ping').filter(({ ack }) => ack).length;

  it('without calls dies on the 4th PING, which is acknowledged first', () => {
    const rig = new ServerRig();
    const client = rig.client();
    for (let at = 0; at < 3; at++) {
      client.ping();
      rig.clock.advance(10_000);
    }
    expect(client.goaway).toBeUndefined();
    client.ping();
    expect(acks(client)).toBe(4);
    expect(client.goaway).toEqual({ kind: 'goaway', last: 0, code: 'ENHANCE_YOUR_CALM', debug: 'too_many_pings' });
    expect(client.seen.at(-1)?.kind).toBe('goaway');
    expect(client.link.isEnded).toBe(true);
    expect(rig.rules()).toEqual(['too-many-pings']);
    expect(rig.events.at(-1)).toMatchObject({ ending: { kind: 'local', reason: 'too-many-pings' } });
  });

  it('and makes a call now and then lives: what the server writes forgives', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    for (let round = 0; round < 10; round++) {
      for (let at = 0; at < 3; at++) client.ping();
      client.request(1 + 2 * round, '/test.Echo/Unary');
    }
    expect(client.goaway).toBeUndefined();
  });

  it('in half the least interval with a call open dies too; in the interval it lives', () => {
    const rig = new ServerRig({ pingEnforcement: { minIntervalMs: 10_000 } }).seat('bidi-streaming');
    const [slow, fast] = [rig.client(), rig.client()];
    for (const client of [slow, fast]) client.request(1, '/test.Seat/Call', { message: 'none', end: false });
    for (let at = 0; at < 10; at++) {
      slow.ping();
      fast.ping();
      rig.clock.advance(5_000);
      if (fast.goaway === undefined) fast.ping();
      rig.clock.advance(5_000);
    }
    expect(slow.goaway).toBeUndefined();
    expect(fast.goaway?.debug).toBe('too_many_pings');
    expect(rig.seats.map(({ log }) => log)).toEqual([[], ['cancelled connection']]);
  });

  it('is forgiven by each frame of a long answer, not only by its beginning', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0 }]);
    client.request(1, '/test.Seat/Call');
    rig.last.call.send(new Uint8Array(1_000));
    rig.settle();
    for (let at = 0; at < 20; at++) client.ping().ping().windowUpdate(1, 10);
    expect(client.goaway).toBeUndefined();
    client.ping().ping().ping();
    expect(client.goaway).toBeUndefined();
    client.ping();
    expect(client.goaway?.debug).toBe('too_many_pings');
  });

  it('receiving nothing but window updates and settings is not forgiven', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { message: new Uint8Array(200_000), end: false });
    rig.last.call.pull(1);
    for (let at = 0; at < 3; at++) client.ping().settings([]);
    expect(client.goaway).toBeUndefined();
    client.ping();
    expect(client.goaway?.debug).toBe('too_many_pings');
  });
});
