/**
 * Keepalive as a channel does it. Incident 1: etcd's servers allow PINGs every 5 s with a call and every two hours without;
 * a client that pings every 10 s without calls is cut again and again, by grpc-go clients for eleven hours.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#h2';
import { Rig, type Server, type ServerEnd } from './rig.ts';

/** grpc-go's `handlePing`: what the server sends forgives, the first PING is free, the third strike too many ends it. */
function enforce(server: Server, minIntervalMs: number, permitWithoutCalls = false): void {
  const seen = new Map<ServerEnd, { lastMs: number; strikes: number; written: number }>();
  server.onPing = (end) => {
    const nowMs = server.process.now();
    const { framesOfSubstance: written, openStreams } = end.engine;
    const state = seen.get(end) ?? { lastMs: Number.NEGATIVE_INFINITY, strikes: 0, written: 0 };
    seen.set(end, state);
    const leastMs = openStreams === 0 && !permitWithoutCalls ? 7_200_000 : minIntervalMs;
    if (written > state.written) state.strikes = 0;
    else if (nowMs < state.lastMs + leastMs) state.strikes++;
    state.written = written;
    state.lastMs = nowMs;
    if (state.strikes > 2) {
      end.engine.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', nowMs);
    }
  };
}

const cuts = (rig: Rig): number => rig.events.filter(({ kind }) => kind === 'keepalive-slowed').length;

describe('incident 1', () => {
  it('a day of its settings ends with no GOAWAY', () => {
    const rig = new Rig({
      keepalive: { intervalMs: 10_000, withoutCalls: true },
      idleTimeoutMs: Number.POSITIVE_INFINITY,
    });
    const server = rig.serve();
    enforce(server, 5_000);
    server.onRequest = (request) => request.answer();
    for (let minute = 0; minute < 24 * 60; minute++) {
      if (minute % 7 === 0 && minute < 12 * 60) rig.call();
      rig.pass(60_000);
    }
    expect(cuts(rig)).toBe(0);
    expect(server.ends.length).toBe(1);
    expect(server.last.pings.length).toBeGreaterThan(3);
  });

  it('a server that cuts an idle connection all the same gets no PING without calls any more', () => {
    const rig = new Rig({
      keepalive: { intervalMs: 10_000, withoutCalls: true },
      idleTimeoutMs: Number.POSITIVE_INFINITY,
    });
    const server = rig.serve();
    // It takes no PING at all that comes without a call.
    let calledMs = 0;
    server.onPing = (end) => {
      if (server.process.now() - calledMs < 1_000) return;
      end.engine.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', server.process.now());
    };
    server.onRequest = (request) => {
      calledMs = server.process.now();
      request.answer();
    };
    for (let minute = 0; minute < 24 * 60; minute++) {
      if (minute % 7 === 0) rig.call();
      rig.pass(60_000);
    }
    expect(rig.events.filter(({ kind }) => kind === 'keepalive-slowed')).toEqual([
      { kind: 'keepalive-slowed', intervalMs: 20_000, withoutCalls: false },
    ]);
    expect(server.ends.length).toBe(2);
  });

  it('a day with a long call against a server that wants five minutes: the interval doubles until it fits', () => {
    const rig = new Rig({ keepalive: { intervalMs: 30_000 } });
    const server = rig.serve();
    enforce(server, 300_000);
    for (let minute = 0; minute < 24 * 60; minute++) {
      if (server.ends.every(({ closed }) => closed) || server.last.engine.openStreams === 0) rig.stream();
      rig.pass(60_000);
    }
    // 30 s, 60 s, 120 s, 240 s were punished; 480 s is allowed.
    expect(cuts(rig)).toBe(4);
    const last = server.last.pings;
    expect((last.at(-1) ?? 0) - (last.at(-2) ?? 0)).toBeGreaterThanOrEqual(480_000);
  });

  it('several connections that are cut together double the interval once, and those that live learn it', () => {
    const rig = new Rig({
      connections: { pooled: 3 },
      keepalive: { intervalMs: 20_000, probeAfterMs: Number.POSITIVE_INFINITY },
    });
    const server = rig.serve();
    for (let index = 0; index < 3; index++) {
      rig.stream();
      rig.pass();
    }
    for (const end of server.ends.slice(0, 2)) {
      end.engine.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', server.process.now());
    }
    rig.pass();
    expect(rig.channel.connections[0]?.session.keepalive.options.intervalMs).toBe(40_000);
    rig.pass(35_000);
    expect(server.ends[2]?.pings.length).toBe(0);
  });

  it('a call that has just begun is not what the server counted by', () => {
    const cutAfter = (callMs: number): boolean => {
      const rig = new Rig({ keepalive: { intervalMs: 10_000, withoutCalls: true } });
      const server = rig.serve();
      rig.channel.connect();
      rig.pass(100_000);
      rig.stream();
      rig.pass(callMs);
      server.last.engine.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', server.process.now());
      rig.pass();
      const event = rig.events.find(({ kind }) => kind === 'keepalive-slowed');
      return event?.kind === 'keepalive-slowed' && event.withoutCalls;
    };
    expect([cutAfter(1_000), cutAfter(30_000)]).toEqual([false, true]);
  });

  it('another ENHANCE_YOUR_CALM changes nothing', () => {
    const rig = new Rig({ keepalive: { intervalMs: 20_000 } });
    const server = rig.serve();
    rig.stream();
    rig.pass();
    server.last.engine.close('shutdown', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_resets', server.process.now());
    rig.pass();
    expect(cuts(rig)).toBe(0);
  });
});

describe('a peer that vanished', () => {
  it('is found by keepalive: calls end with UNAVAILABLE, perhaps processed, and the next one gets a new connection', () => {
    const rig = new Rig({
      keepalive: { intervalMs: 30_000, timeoutMs: 5_000, probeAfterMs: Number.POSITIVE_INFINITY },
    });
    const server = rig.serve();
    const caller = rig.call();
    rig.pass();
    rig.network.wires[0]?.swallow('both');
    rig.pass(34_900);
    expect(caller.heard).toEqual([]);
    rig.pass(200);
    expect(caller.code).toBe(14);
    expect(caller.failure).toMatchObject({ origin: 'connection', processed: 'maybe', culprit: 'unknown' });
    expect(caller.result?.message).toContain('did not answer a PING within 5 s');
    server.onRequest = (request) => request.answer();
    const next = rig.call();
    rig.pass();
    expect(next.code).toBe(0);
  });

  it('is found by the probe within half a minute although keepalive is off', () => {
    const rig = new Rig();
    rig.serve();
    rig.channel.connect();
    rig.pass();
    rig.network.wires[0]?.swallow('both');
    const caller = rig.call();
    rig.pass(29_900);
    expect(caller.heard).toEqual([]);
    rig.pass(500);
    expect(caller.code).toBe(14);
  });

  it('a server that is only slow is left alone', () => {
    const rig = new Rig();
    const server = rig.serve();
    rig.channel.connect();
    rig.pass();
    const caller = rig.call();
    rig.pass(3_600_000);
    expect(server.last.pings.length).toBe(1);
    server.request.answer();
    rig.pass();
    expect(caller.code).toBe(0);
  });
});
