/**
 * Cortex and etcd (too_many_pings): a client with keepalive every 10 s, also without calls, and three connections of which two are
 * idle, against a server that counts PINGs. With clients of grpc-go the server cut the idle connections several times an hour.
 * Here: 24 hours of it in virtual time.
 */
import { describe, expect, it } from 'vitest';
import type { CallChannel } from '#client';
import { Status } from '#grpc';
import { FrameType } from '#h2';
import { ClientProgram, Ledger, PORT, plainPath, ServerProgram, SimNetwork, World } from '#sim';
import { Tracer } from '#trace';

const HOUR_MS = 3_600_000;
const WATCH = '/etcdserverpb.Watch/Watch';

interface Day {
  /** When a server said GOAWAY too_many_pings, in seconds. */
  readonly cuts: readonly number[];
  readonly pings: number;
  readonly watches: number;
  readonly connections: number;
  /** Seconds between the last two PINGs. */
  readonly lastIntervalS: number;
}

/** A call that stays open, and begins again when it ends. */
function watch(client: ClientProgram, channel: CallChannel, began: () => void): void {
  began();
  const call = channel.call(
    { path: WATCH, waitForReady: true, kind: 'bidi-streaming' },
    {
      message: () => {},
      end: () => client.process.at(client.process.now() + 100, () => watch(client, channel, began)),
    },
  );
  call.send(new Uint8Array(20), false);
  call.pull(1);
}

function day(minIntervalMs: number, withoutCalls: boolean): Day {
  const world = new World({ seed: 1 });
  const cuts: number[] = [];
  const pings: number[] = [];
  const tracer = new Tracer((event) => {
    if (event.kind !== 'frame') return;
    const { frame } = event;
    if (frame.type === FrameType.PING && event.from === 'client' && frame.flags === 0) pings.push(event.timeMs / 1_000);
    if (frame.type !== FrameType.GOAWAY || !('debugData' in frame)) return;
    if (frame.debugData === 'too_many_pings') cuts.push(event.timeMs / 1_000);
  });
  const network = new SimNetwork(world, plainPath, tracer);
  const ledger = new Ledger(world);
  const servers = [1, 2, 3].map((at) => {
    const pingEnforcement = { minIntervalMs, permitWithoutCalls: false };
    const address = `10.0.2.${at}`;
    const server = new ServerProgram({ name: `etcd ${at}`, network, ledger, address, options: { pingEnforcement } });
    server.present.core.handle(WATCH, {
      kind: 'bidi-streaming',
      start: (call) => {
        call.pull(1);
        call.sendHeaders();
        return {
          message: () => {},
          halfClosed: () => call.end(Status.OK),
          cancelled: () => call.end(Status.CANCELLED),
        };
      },
    });
    return server;
  });
  // etcd's client holds one connection to each endpoint; the watch sits on one of them.
  const clients = servers.map(({ address }, at) => {
    return new ClientProgram({
      id: at + 1,
      network,
      target: `ipv4:${address}:${PORT}`,
      options: { keepalive: { intervalMs: 10_000, withoutCalls }, idleTimeoutMs: Number.POSITIVE_INFINITY },
    });
  });
  let watches = 0;
  world.at(100, () => {
    for (const { process, channel } of clients) process.run(() => channel.connect());
    const watcher = clients[0]!;
    watcher.process.run(() =>
      watch(watcher, watcher.channel, () => {
        watches++;
      }),
    );
  });
  world.run(5_000);
  expect(network.wires.length).toBe(3);
  expect(world.run(24 * HOUR_MS)).not.toBe('livelock');
  const lastIntervalS = (pings.at(-1) ?? 0) - (pings.at(-2) ?? 0);
  return { cuts, pings: pings.length, watches, connections: network.wires.length, lastIntervalS };
}

describe('keepalive every 10 s for 24 hours', () => {
  it('against etcd (5 s, none without calls), pinging only with calls: never cut', () => {
    const { cuts, pings, watches, connections } = day(5_000, false);
    expect(cuts).toEqual([]);
    expect([watches, connections]).toEqual([1, 3]);
    // The connection with the watch is still looked after all day.
    expect(pings).toBeGreaterThan(8_000);
  });

  it('against etcd, pinging without calls as well: never cut either', () => {
    const { cuts, pings, watches, connections } = day(5_000, true);
    process.stdout.write(`incident 1: ${cuts.length} GOAWAYs too_many_pings in 24 hours, ${pings} PINGs\n`);
    expect(cuts).toEqual([]);
    expect([watches, connections]).toEqual([1, 3]);
    // 8,640 for the watch, and those that the idle connections may send.
    expect(pings).toBeGreaterThan(8_600);
    expect(pings).toBeLessThan(8_700);
  });

  it('against grpc-go as it comes (5 min): the interval doubles until it is allowed, then never again', () => {
    const { cuts, watches, lastIntervalS } = day(300_000, true);
    process.stdout.write(`incident 1, 5 min: ${cuts.length} GOAWAYs, at ${cuts.map(Math.round).join(', ')} s\n`);
    // 10, 20, 40, 80, 160 s are punished on the connection with the watch, each on the fourth PING; 320 s is not (gRFC A8).
    expect(cuts.length).toBeLessThanOrEqual(5);
    expect(cuts.every((atS) => atS < 4 * (10 + 20 + 40 + 80 + 160) + 60)).toBe(true);
    expect(watches).toBe(cuts.length + 1);
    expect(lastIntervalS).toBeGreaterThanOrEqual(300);
  });
});
