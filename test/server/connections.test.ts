/** Connections of the server core: how many, how old, how idle, and what they cost while they are there. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { ErrorCode, FrameType } from '#h2';
import { serverSettings } from '../../src/server/options.ts';
import { framed } from '../support/attacker.ts';
import { ServerRig } from '../support/server-rig.ts';

const MINUTE_MS = 60_000;

describe('the age of a connection', () => {
  const options = { maxConnectionAgeMs: 10 * MINUTE_MS, maxConnectionAgeGraceMs: MINUTE_MS };

  it('ends it gracefully: two-step GOAWAY max_age, calls go on, new ones before the second step too', () => {
    const rig = new ServerRig(options).echo().seat('bidi-streaming');
    const client = rig.client();
    client.isHonest = false;
    client.settings([]);
    client.frame(FrameType.SETTINGS, 1, 0, new Uint8Array(0));
    client.request(1, '/test.Seat/Call', { message: 'none', end: false });
    rig.clock.advance(10 * MINUTE_MS - 1);
    expect(client.goaway).toBeUndefined();
    rig.clock.advance(1);
    expect(client.goaway).toMatchObject({ last: 0x7fffffff, code: 'NO_ERROR', debug: 'max_age' });
    client.request(3, '/test.Echo/Unary');
    expect(client.story(3).at(-1)).toBe('status:0 END');
    const ping = client.of('ping').find(({ ack }) => !ack);
    client.ping(ping!.payload, true);
    expect(client.goaway).toMatchObject({ last: 3, debug: 'max_age' });
    client.request(5, '/test.Echo/Unary');
    expect(client.story(5)).toEqual([]);
    rig.last.call.send(new Uint8Array(1));
    rig.last.call.end(0);
    rig.settle();
    client.data(1, new Uint8Array(0), true);
    expect(client.story(1).at(-1)).toBe('status:0 END');
    expect(client.link.isEnded).toBe(true);
    expect(rig.events.at(-1)).toMatchObject({ ending: { kind: 'local', reason: 'max-age' } });
    rig.clock.advance(20_000);
    expect(client.link.isDestroyed).toBe(true);
  });

  it('cuts it when the grace is over, and says how many calls that cost', () => {
    const rig = new ServerRig(options).seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call').request(3, '/test.Seat/Call');
    rig.clock.advance(10 * MINUTE_MS);
    expect(rig.last.log).toEqual([]);
    rig.clock.advance(MINUTE_MS);
    expect(client.goaway).toMatchObject({ last: 3, code: 'NO_ERROR', debug: 'max_age_grace: 2 calls had not ended' });
    expect(rig.last.cancels).toMatchObject([{ kind: 'connection', ending: { reason: 'max-age-grace' } }]);
  });

  it('has a tenth of jitter to both sides', () => {
    const ages = [0, 0.5, 0.999_999].map((chance) => {
      const rig = new ServerRig(options, [], chance);
      const client = rig.client();
      const startMs = rig.clock.nowMs;
      while (client.goaway === undefined) rig.clock.advance(1_000);
      return (rig.clock.nowMs - startMs) / MINUTE_MS;
    });
    expect(ages[0]).toBeCloseTo(9, 1);
    expect(ages[1]).toBeCloseTo(10, 1);
    expect(ages[2]).toBeCloseTo(11, 1);
  });

  it('has no end by default', () => {
    const rig = new ServerRig();
    const client = rig.client();
    rig.clock.advance(24 * 60 * MINUTE_MS);
    expect(client.goaway).toBeUndefined();
  });
});

describe('a connection without calls', () => {
  it('is asked to go after its time, which calls begin anew', () => {
    const rig = new ServerRig({ maxConnectionIdleMs: MINUTE_MS }).echo().seat('server-streaming');
    const client = rig.client();
    rig.clock.advance(59_000);
    client.request(1, '/test.Echo/Unary').request(3, '/test.Seat/Call');
    rig.clock.advance(10 * MINUTE_MS);
    expect(client.goaway).toBeUndefined();
    rig.last.call.end(0);
    rig.clock.advance(59_999);
    expect(client.goaway).toBeUndefined();
    rig.clock.advance(1);
    expect(client.goaway).toMatchObject({ code: 'NO_ERROR', debug: 'max_idle' });
    expect(client.link.isEnded).toBe(true);
  });

  it('is pinged to see whether it lives', () => {
    const rig = new ServerRig({ keepalive: { intervalMs: MINUTE_MS, timeoutMs: 5_000 } });
    const [alive, dead] = [rig.client(), rig.client()];
    dead.isHonest = false;
    rig.clock.advance(10 * MINUTE_MS);
    expect(alive.goaway).toBeUndefined();
    expect(rig.events.filter(({ kind }) => kind === 'connection-closed')).toMatchObject([
      { connection: 2, ending: { kind: 'silent', what: 'ping', afterMs: 5_000 } },
    ]);
  });
});

describe('a client that does not begin', () => {
  it('is closed after the handshake timeout', () => {
    const rig = new ServerRig({ handshakeTimeoutMs: 3_000 });
    const client = rig.client(false);
    rig.clock.advance(2_999);
    expect(client.goaway).toBeUndefined();
    rig.clock.advance(1);
    expect(client.goaway).toMatchObject({ code: 'SETTINGS_TIMEOUT', debug: 'no SETTINGS came within 3000 ms' });
    expect(rig.events.at(-1)).toMatchObject({ ending: { kind: 'silent', what: 'preface' } });
  });
});

describe('limits', () => {
  it('of connections: more are turned away with a GOAWAY that says so, and a place is free again afterwards', () => {
    const rig = new ServerRig({ maxConnections: 2 }).echo();
    const clients = [rig.client(), rig.client()];
    const third = rig.client();
    expect(third.goaway).toEqual({
      kind: 'goaway',
      last: 0,
      code: 'ENHANCE_YOUR_CALM',
      debug: 'max_connections: 2 are open',
    });
    expect(third.link.isEnded).toBe(true);
    rig.clock.advance(1_000);
    expect(third.link.isDestroyed).toBe(true);
    expect(rig.core.stats.connections).toEqual({ open: 2, accepted: 2, refused: 1 });
    expect(rig.events).toContainEqual({
      kind: 'connection-refused',
      remote: third.link.remote,
      rule: 'max-connections',
      count: 2,
      allowed: 2,
    });
    clients[0]!.cut();
    const fourth = rig.client().request(1, '/test.Echo/Unary');
    expect(fourth.story(1).at(-1)).toBe('status:0 END');
  });

  it('of handlers: they count until they end, though their streams are gone; refusals are unprocessed', () => {
    const rig = new ServerRig({ maxConcurrentStreams: 2 }).seat('server-streaming');
    const client = rig.client();
    client.request(1, '/test.Seat/Call').request(3, '/test.Seat/Call');
    client.reset(1).reset(3);
    client.request(5, '/test.Seat/Call');
    expect(client.story(5)).toEqual(['rst:REFUSED_STREAM']);
    expect(rig.events.at(-1)).toMatchObject({
      rule: 'max-calls-of-connection',
      text: '2 handlers run for this connection where 2 are allowed',
    });
    rig.seats[0]!.call.end(1);
    client.request(7, '/test.Seat/Call');
    expect(rig.seats).toHaveLength(3);
    expect(rig.core.stats.calls).toEqual({ running: 2, started: 3, succeeded: 0, failed: 1 });
  });

  it('of handlers on the server: all connections together', () => {
    const rig = new ServerRig({ maxCalls: 2 }).seat('server-streaming');
    const [one, other] = [rig.client(), rig.client()];
    one.request(1, '/test.Seat/Call').request(3, '/test.Seat/Call');
    other.request(1, '/test.Seat/Call');
    expect(other.story(1)).toEqual(['rst:REFUSED_STREAM']);
    rig.seats[0]!.call.end(0);
    other.request(3, '/test.Seat/Call');
    expect(rig.seats).toHaveLength(3);
  });

  it('of unfinished messages: all calls together', () => {
    const rig = new ServerRig({ maxPartialMessageBytes: 500_000, streamWindowBytes: 65_535 });
    rig.seat('client-streaming', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client();
    const part = framed(new Uint8Array(1_000_000)).subarray(0, 60_000);
    const rest = new Uint8Array(60_000);
    for (let stream = 1; stream <= 13; stream += 2) {
      client.request(stream, '/test.Seat/Call', { message: 'none', end: false }).data(stream, part);
    }
    expect(rig.core.stats.partialMessageBytes).toBe(7 * 60_000);
    client.data(1, rest).data(3, rest);
    expect(rig.core.stats.partialMessageBytes).toBe(7 * 60_000);
    expect(client.story(3)).toEqual(['200 status:8 END']);
    expect(client.trailers(3)['grpc-message']).toBe(
      'unfinished messages on this server have 512768 octets where 500000 are allowed',
    );
    client.cut();
    expect(rig.core.stats.partialMessageBytes).toBe(0);
  });
});

describe('the message that does not come', () => {
  const options = { requestMessageTimeoutMs: 40_000 };

  it('ends a unary call with DEADLINE_EXCEEDED', () => {
    const rig = new ServerRig(options).seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    for (let at = 0; at < 39; at++) {
      rig.clock.advance(1_000);
      if (at % 10 === 0) client.data(1, new Uint8Array(at === 0 ? 5 : 0));
    }
    expect(rig.last.log).toEqual([]);
    rig.clock.advance(11_000);
    expect(rig.last.log).toEqual(['cancelled status']);
    expect(client.trailers(1)['grpc-message']).toBe('the client did not finish its message within 40000 ms');
  });

  it('ends a streaming call that has begun one, and only then', () => {
    const rig = new ServerRig(options).seat('client-streaming', '/test.Seat/Call', (call) => call.pull(100));
    const client = rig.client();
    client.request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.request(3, '/test.Seat/Call', { message: 'none', end: false });
    client.request(5, '/test.Seat/Call', { message: 'none', end: false });
    const half = framed(new Uint8Array(10)).subarray(0, 8);
    client.data(3, half);
    for (let at = 0; at < 100; at++) {
      rig.clock.advance(1_000);
      // Busy: whenever it is looked at, a message is on its way, each time another one.
      client.data(5, framed(new Uint8Array(10)).subarray(8)).data(5, half);
      if (at === 0) client.data(5, framed(new Uint8Array(10)).subarray(8)).data(5, half);
    }
    expect(client.story(1)).toEqual([]);
    expect(client.story(3)).toEqual(['200 status:4 END', 'rst:NO_ERROR']);
  });

  it('is waited for while the handler does not want it', () => {
    const rig = new ServerRig(options).seat('unary');
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    rig.clock.advance(200_000);
    expect(client.story(1)).toEqual([]);
  });
});

describe('options', () => {
  it('that are no sensible numbers are refused by name', () => {
    expect(() => new ServerRig({ maxCalls: 0 })).toThrow(
      new UsageError('maxCalls must be a whole number of at least 1, not 0'),
    );
    expect(() => new ServerRig({ keepalive: { timeoutMs: -1 } })).toThrow(
      new UsageError('keepalive.timeoutMs must be a number of 1 or more, not -1'),
    );
    expect(() => new ServerRig({ maxConnectionIdleMs: Number.NaN })).toThrow(UsageError);
    expect(() => new ServerRig({ streamWindowBytes: 2 ** 31 })).toThrow(/from 0 to 2147483647, not 2147483648/);
    expect(() => new ServerRig({ compress: 'gzip' })).toThrow(UsageError);
    expect(serverSettings({ pingEnforcement: { maxStrikes: 0 } }).pingEnforcement).toEqual({
      minIntervalMs: 300_000,
      permitWithoutCalls: false,
      maxStrikes: 0,
    });
  });
});

it('an idle server asks the clock for nothing', () => {
  const rig = new ServerRig({ keepalive: { intervalMs: Number.POSITIVE_INFINITY } }).echo();
  const client = rig.client().request(1, '/test.Echo/Unary').request(3, '/test.Echo/Unary', { end: false });
  client.data(3, new Uint8Array(0), true);
  rig.clock.advance(31_000);
  expect(rig.timers.size).toBe(0);
  client.reset(5, ErrorCode.CANCEL);
  expect(client.goaway?.code).toBe('PROTOCOL_ERROR');
});
