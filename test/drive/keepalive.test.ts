/** When PINGs are sent, when silence ends a connection, and that the probe can never be a strike. */
import { describe, expect, it } from 'vitest';
import { RESPONSE, TRAILERS } from '../h2/observer/script.ts';
import { SessionRig } from './rig.ts';

const KEEPALIVE = 'PING 0 63616c6d6b656570';
const PROBE = 'PING 0 63616c6d70726f62';

describe('keepalive (gRFC A8)', () => {
  it('asks after the interval of silence while a call is open, and is content with any octet', () => {
    const rig = new SessionRig({ intervalMs: 10_000 });
    rig.open();
    rig.exchange();
    expect(rig.pass(9_990)).toEqual([]);
    expect(rig.pass(20)).toEqual([KEEPALIVE]);
    rig.server.ping('63616c6d6b656570', true);
    expect(rig.exchange()).toEqual([]);
    expect(rig.pass(9_000)).toEqual([]);
    rig.server.headers(1, RESPONSE);
    rig.exchange();
    expect(rig.pass(9_900)).toEqual([]);
    expect(rig.pass(200)).toEqual([KEEPALIVE]);
  });

  it('ends a connection whose peer does not answer in time, and the calls on it', () => {
    const rig = new SessionRig({ intervalMs: 10_000, timeoutMs: 3_000 });
    const call = rig.open();
    rig.pass(12_900);
    expect(rig.notes.ending).toBeUndefined();
    const lines = rig.pass(200);
    expect(rig.notes.ending).toEqual({ kind: 'silent', what: 'ping', afterMs: 3_000 });
    expect(call.ending).toMatchObject({ kind: 'connection', sent: true, ending: { kind: 'silent' } });
    expect(lines.at(-1)).toContain('no answer to PING within 3000 ms');
  });

  it('does not ask while no call is open, unless told to', () => {
    const silent = new SessionRig({ intervalMs: 1_000 });
    expect(silent.pass(100_000)).toEqual([]);
    const eager = new SessionRig({ intervalMs: 1_000, withoutCalls: true });
    expect(eager.pass(1_100)).toEqual([KEEPALIVE]);
  });

  it('without a call asks twice, then not for two hours: no server cuts that', () => {
    const rig = new SessionRig({ intervalMs: 10_000, withoutCalls: true });
    const asked: number[] = [];
    for (let second = 0; second < 3 * 3_600; second += 5) {
      for (const line of rig.pass(5_000)) {
        asked.push(second);
        rig.server.ping(line.split(' ').at(-1)!, true);
      }
      rig.exchange();
    }
    expect(asked.length).toBe(3);
    expect(asked[1]! - asked[0]!).toBeLessThan(20);
    expect(asked[2]! - asked[1]!).toBeGreaterThan(7_200);
  });

  it('begins again with the next call, without a storm for the time that passed', () => {
    const rig = new SessionRig({ intervalMs: 1_000 });
    rig.pass(100_000);
    rig.open();
    expect(rig.exchange()).toEqual(['HEADERS 1 END_STREAM|END_HEADERS']);
    expect(rig.pass(50)).toEqual([KEEPALIVE]);
    rig.server.ping('63616c6d6b656570', true);
    rig.exchange();
    expect(rig.pass(900)).toEqual([]);
  });
});

describe('a connection that ended while a PING was out', () => {
  it('leaves no timer behind, whatever comes afterwards', () => {
    const rig = new SessionRig({ intervalMs: 1_000, withoutCalls: true });
    rig.pass(1_100);
    rig.server.data(1, 1);
    rig.exchange();
    expect(rig.notes.ending).toMatchObject({ kind: 'violation' });
    rig.link.handler!.closed(undefined);
    expect(rig.timers.size).toBe(0);
  });
});

describe('the probe', () => {
  it('asks once for a call that was written and is not answered', () => {
    const rig = new SessionRig({ probeAfterMs: 10_000 });
    rig.open();
    rig.exchange();
    expect(rig.pass(9_900)).toEqual([]);
    expect(rig.pass(200)).toEqual([PROBE]);
    rig.server.ping('63616c6d70726f62', true);
    rig.exchange();
    expect(rig.pass(3_600_000)).toEqual([]);
    expect(rig.session.keepalive.pings).toBe(1);
  });

  it('asks again only after the server has sent HEADERS or DATA, which forgives PINGs', () => {
    const rig = new SessionRig({ probeAfterMs: 10_000 });
    rig.open();
    rig.pass(11_000);
    rig.server.ping('63616c6d70726f62', true);
    rig.exchange();
    rig.server.headers(1, RESPONSE).headers(1, TRAILERS, true);
    rig.exchange();
    rig.open();
    rig.exchange();
    expect(rig.pass(10_100)).toEqual([PROBE]);
  });

  it('finds a dead link', () => {
    const rig = new SessionRig({ probeAfterMs: 10_000, timeoutMs: 20_000 });
    const call = rig.open();
    rig.pass(30_500);
    expect(call.ending).toMatchObject({ kind: 'connection', ending: { kind: 'silent', what: 'ping' } });
  });

  it('never asks on a connection without calls, or while answers come', () => {
    const rig = new SessionRig({ probeAfterMs: 10_000 });
    expect(rig.pass(1_000_000)).toEqual([]);
    rig.open();
    rig.exchange();
    rig.server.headers(1, RESPONSE);
    rig.exchange();
    for (let count = 0; count < 50; count++) {
      expect(rig.pass(9_000)).toEqual([]);
      rig.server.data(1, 1);
      rig.exchange();
    }
  });
});
