/** The simulated network: links as the port promises them, and every fault that it can have. */
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { type Path, Process, plainPath, randomPath, SimNetwork, type Wire, World } from '#sim';
import { type TraceEvent, Tracer } from '#trace';
import type { Address, Link, LinkFault } from '#transport';

const SERVER: Address = { kind: 'tcp', host: '10.0.0.2', port: 50_051 };

/** One end, as a program would hold it. */
class Program {
  readonly process: Process;
  readonly log: string[] = [];
  readonly octets: number[] = [];
  link: Link | undefined = undefined;
  readonly #world: World;

  constructor(world: World, name: string) {
    this.#world = world;
    this.process = new Process(world, name);
  }

  note(text: string): void {
    this.log.push(`${text} ${Math.round(this.#world.now() * 1_000) / 1_000}`);
  }

  take(link: Link): void {
    this.link = link;
    link.start({
      bytes: (bytes, start, end) => {
        for (let at = start; at < end; at++) this.octets.push(bytes[at]!);
        this.note(`bytes ${end - start}`);
      },
      drained: () => this.note('drained'),
      ended: () => this.note('ended'),
      closed: (fault) => this.note(`closed ${fault?.kind ?? 'in peace'}`),
    });
  }
}

let world: World;
let network: SimNetwork;
let client: Program;
let server: Program;
let events: TraceEvent[];

function build(path: Partial<Path> = {}): void {
  world = new World({ seed: 1 });
  events = [];
  const tracer = new Tracer((event) => events.push(event));
  network = new SimNetwork(world, { ...plainPath, ...path }, tracer);
  client = new Program(world, 'client');
  server = new Program(world, 'server');
  network
    .host('10.0.0.2')
    .acceptor(server.process)
    .listen(
      SERVER,
      (link) => server.take(link),
      () => {},
    );
}

function dial(): () => void {
  const dialer = network.host('10.0.0.1').dialer(client.process);
  return dialer.dial(SERVER, 'server', (attempt) => {
    if (attempt.kind === 'ok') {
      client.note('connected');
      client.take(attempt.value);
    } else {
      client.note(attempt.fault.kind);
    }
  });
}

/** Connected, with both logs empty. */
function connect(path: Partial<Path> = {}): Wire {
  build(path);
  dial();
  world.run(10_000);
  client.log.length = 0;
  server.log.length = 0;
  return network.wires[0]!;
}

const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at & 0xff);
const isNumbered = (octets: readonly number[], length: number): boolean =>
  octets.length === length && octets.every((octet, at) => octet === (at & 0xff));

describe('connecting', () => {
  beforeEach(() => build({ latencyMs: 10 }));

  it('takes a round trip; the server hears of it half a trip later', () => {
    dial();
    let acceptedMs = 0;
    network.onWire = () => {
      acceptedMs = world.now();
    };
    world.run();
    expect(client.log).toEqual(['connected 20']);
    expect(acceptedMs).toBe(20);
    expect(server.link?.remote).toEqual(client.link?.local);
    expect(server.link?.local).toEqual(SERVER);
  });

  it('takes the trips of a handshake on top', () => {
    build({ latencyMs: 10, handshakeTrips: 2 });
    dial();
    world.run();
    expect(client.log).toEqual(['connected 60']);
  });

  it('is refused where nobody listens', () => {
    server.process.kill();
    dial();
    world.run();
    expect(client.log).toEqual(['refused 20']);
    expect(network.dialFaults).toBe(1);
  });

  it('is refused by a host that refuses, and works again later', () => {
    network.host('10.0.0.2').welcome = { kind: 'refuse' };
    dial();
    world.run();
    network.host('10.0.0.2').welcome = { kind: 'normal' };
    dial();
    world.run();
    expect(client.log).toEqual(['refused 20', 'connected 40']);
  });

  it('dies after 127 s when SYNs vanish', () => {
    network.host('10.0.0.2').welcome = { kind: 'swallow' };
    dial();
    world.run();
    expect(client.log).toEqual(['timed-out 127000']);
  });

  it('comes about by a repeated SYN', () => {
    network.host('10.0.0.2').welcome = { kind: 'swallow' };
    dial();
    world.at(2_000, () => {
      network.host('10.0.0.2').welcome = { kind: 'normal' };
    });
    world.run();
    expect(client.log).toEqual(['connected 3020']);
  });

  it('may be slow', () => {
    network.host('10.0.0.2').welcome = { kind: 'slow', byMs: 5_000 };
    dial();
    world.run();
    expect(client.log).toEqual(['connected 5020']);
  });

  it('to a mute host leads to nothing', () => {
    network.host('10.0.0.2').welcome = { kind: 'mute' };
    dial();
    world.run();
    client.link?.write([numbered(100)]);
    world.run();
    expect(client.log).toEqual(['connected 20']);
    expect(server.link).toBeUndefined();
  });

  for (const [when, atMs] of [
    ['on the way', 5],
    ['when the server has answered', 15],
    ['in the handshake', 30],
  ] as const) {
    it(`cancelled ${when}: nothing is told, and nothing stays open`, () => {
      build({ latencyMs: 10, handshakeTrips: 1 });
      const cancel = dial();
      world.at(atMs, cancel);
      world.run();
      cancel();
      server.link?.end();
      world.run();
      expect(client.log).toEqual([]);
      expect(network.live.size).toBe(0);
    });
  }

  it('two programs cannot listen at the same place; after closing one can', () => {
    const results: string[] = [];
    const acceptor = network.host('10.0.0.2').acceptor(server.process);
    acceptor.listen(
      SERVER,
      () => {},
      (attempt) => results.push(attempt.kind === 'fault' ? attempt.fault.code : 'ok'),
    );
    const other: Address = { ...SERVER, port: 1 };
    acceptor.listen(
      other,
      () => {},
      (attempt) => attempt.kind === 'ok' && attempt.value.close(() => results.push('closed')),
    );
    world.run();
    acceptor.listen(
      other,
      () => {},
      (attempt) => results.push(attempt.kind),
    );
    world.run();
    expect(results).toEqual(['EADDRINUSE', 'closed', 'ok']);
  });
});

describe('a link', () => {
  it('carries octets in order, cut anywhere, behind any margin', () => {
    for (const cut of ['whole', 'packets', 'ragged'] as const) {
      connect({ cut, jitterMs: 3, bytesPerMs: 10_000 });
      client.link?.write([numbered(256 * 1_000), new Uint8Array(0), numbered(256 * 3)]);
      client.link?.write([numbered(256)]);
      world.run();
      expect(isNumbered(server.octets, 256 * 1_004)).toBe(true);
      if (cut === 'ragged') expect(server.log.length).toBeGreaterThan(20);
    }
  });

  it('gives octets away: the receiver may keep and the sender reuse them', () => {
    connect();
    const chunk = numbered(10);
    client.link?.write([chunk]);
    chunk.fill(0xee);
    world.run();
    expect(server.octets).toEqual([...numbered(10)]);
  });

  it('delivers after the latency and at the bandwidth', () => {
    connect({ latencyMs: 10, bytesPerMs: 100, cut: 'packets' });
    client.link?.write([numbered(2_920)]);
    world.run();
    expect(server.log).toEqual(['bytes 1460 10024.6', 'bytes 1460 10039.2']);
  });

  it('holds back a sender whose receiver does not read, and tells when it goes on', () => {
    connect({ socketBytes: 1_000, windowBytes: 2_000, highWaterBytes: 500 });
    server.link?.pause();
    expect(client.link?.write([numbered(2_000)])).toBe(true);
    world.run(20_000);
    expect(client.link?.write([numbered(1_400)])).toBe(true);
    expect(client.link?.unsentBytes).toBe(400);
    expect(client.link?.write([numbered(200)])).toBe(false);
    world.run(30_000);
    expect(client.log).toEqual([]);
    expect(server.octets).toEqual([]);
    server.link?.resume();
    world.run();
    expect(client.log).toEqual(['drained 30001']);
    expect(server.octets).toHaveLength(3_600);
    expect(client.link?.unsentBytes).toBe(0);
  });

  it('keeps what comes before start', () => {
    build();
    let early: Link | undefined;
    network
      .host('10.0.0.2')
      .acceptor(server.process)
      .listen(
        { ...SERVER, port: 2 },
        (link) => {
          early = link;
        },
        () => {},
      );
    network
      .host('10.0.0.1')
      .dialer(client.process)
      .dial({ ...SERVER, port: 2 }, '', (attempt) => attempt.kind === 'ok' && client.take(attempt.value));
    world.run();
    client.link?.write([numbered(100)]);
    client.link?.end();
    world.run();
    expect(server.octets).toEqual([]);
    server.take(early!);
    world.run();
    expect(server.octets).toHaveLength(100);
    expect(server.log.map((line) => line.split(' ')[0])).toEqual(['bytes', 'ended']);
    expect(() => early?.start({ bytes() {}, drained() {}, ended() {}, closed() {} })).toThrow(UsageError);
  });

  it('ends in peace when both sides have ended', () => {
    const wire = connect();
    client.link?.write([numbered(10)]);
    client.link?.end();
    client.link?.write([numbered(10)]);
    world.run();
    expect(server.log).toEqual(['bytes 10 10001', 'ended 10001']);
    expect(client.log).toEqual([]);
    server.link?.write([numbered(20)]);
    server.link?.end();
    world.run();
    expect(client.log).toEqual(['bytes 20 10002', 'ended 10002', 'closed in peace 10002']);
    expect(server.log.at(-1)).toBe('closed in peace 10001');
    expect(wire.isGone).toBe(true);
    expect(network.live.size).toBe(0);
  });

  it('destroyed: nothing more is told but closed; the peer gets what the system had, and FIN', () => {
    connect({ latencyMs: 10 });
    server.link?.write([numbered(10)]);
    client.link?.write([numbered(10)]);
    client.link?.destroy();
    expect(client.log).toEqual([]);
    world.run(10_005);
    expect(client.log).toEqual(['closed in peace 10000']);
    world.run();
    expect(client.octets).toEqual([]);
    // What the server had sent finds nobody, which resets the connection.
    expect(server.log).toEqual(['bytes 10 10010', 'ended 10010', 'closed reset 10020']);
  });

  it('destroyed with octets unread: RST', () => {
    connect();
    client.link?.pause();
    server.link?.write([numbered(10)]);
    world.run();
    client.link?.destroy();
    world.run();
    expect(server.log).toEqual(['closed reset 10002']);
  });
});

describe('faults', () => {
  it('cut: both ends are reset, or one, and the other when it sends', () => {
    connect().cut('both');
    world.run();
    expect([client.log, server.log]).toEqual([['closed reset 10000'], ['closed reset 10000']]);
    const wire = connect();
    wire.cut('client');
    world.run();
    expect([client.log, server.log]).toEqual([['closed reset 10000'], []]);
    server.link?.write([numbered(1)]);
    world.run();
    expect(server.log).toEqual(['closed reset 10002']);
    expect(wire.faults).toEqual(['cut client']);
  });

  it('close: FIN that no program sent; who sends on is reset', () => {
    connect().close('client');
    world.run();
    expect([client.log, server.log]).toEqual([['ended 10001'], []]);
    client.link?.write([numbered(1)]);
    world.run();
    expect(server.octets).toHaveLength(1);
  });

  it('half-open both ways: silence, until the systems give up', () => {
    connect().swallow('both');
    client.link?.write([numbered(10)]);
    world.run(900_000);
    expect([client.log, server.log]).toEqual([[], []]);
    world.run();
    expect(client.log).toEqual(['closed timed-out 934600']);
    expect(server.log).toEqual([]);
  });

  it('half-open one way: what arrives is never acknowledged', () => {
    connect().swallow('server');
    client.link?.write([numbered(10)]);
    server.link?.write([numbered(10)]);
    world.run();
    expect(server.octets).toHaveLength(10);
    expect(client.octets).toHaveLength(0);
    expect(client.log).toEqual(['closed timed-out 934600']);
    expect(server.log).toEqual(['bytes 10 10001', 'closed timed-out 934600']);
  });

  it('half-open without traffic is never noticed', () => {
    connect().swallow('both');
    expect(world.run()).toBe('idle');
    expect([client.log, server.log]).toEqual([[], []]);
  });

  it('stall: later, and nothing is lost', () => {
    connect().stall('client', 500);
    client.link?.write([numbered(10)]);
    client.link?.end();
    server.link?.write([numbered(10)]);
    world.run();
    expect(client.log).toEqual(['bytes 10 10001']);
    expect(server.log).toEqual(['bytes 10 10501', 'ended 10501']);
  });

  it('a middlebox forgets a connection that rested for too long, not one that did not', () => {
    connect({ forgetMs: 350_000 });
    world.run(300_000);
    client.link?.write([numbered(10)]);
    world.run(640_000);
    client.link?.write([numbered(10)]);
    world.run(990_000);
    expect(server.octets).toHaveLength(20);
    world.run(991_000);
    client.link?.write([numbered(10)]);
    world.run(1_100_000);
    expect(server.octets).toHaveLength(20);
  });

  it('a killed program: its system says FIN, and RST to what comes later', () => {
    connect();
    server.process.kill();
    network.closeAll(server.process);
    world.run();
    expect(client.log).toEqual(['ended 10001']);
    client.link?.write([numbered(10)]);
    world.run();
    expect(client.log.at(-1)).toBe('closed reset 10003');
    expect(server.log).toEqual([]);
  });

  it('a frozen program reads later', () => {
    connect();
    server.process.freeze(5_000);
    client.link?.write([numbered(10)]);
    client.link?.end();
    world.run();
    expect(server.log).toEqual(['bytes 10 15000', 'ended 15000']);
  });
});

describe('names', () => {
  it('are looked up, change and fail', () => {
    build();
    const names = network.host('10.0.0.1').names(client.process);
    const results: unknown[] = [];
    const lookup = (): (() => void) =>
      names.lookup('orders', (attempt) =>
        results.push(attempt.kind === 'ok' ? attempt.value : (attempt.fault as LinkFault).code),
      );
    lookup();
    world.run();
    network.names.set('orders', ['10.0.0.2', '10.0.0.3']);
    lookup();
    world.run();
    network.names.fail('orders', 'name-lookup-failed');
    lookup();
    world.run();
    network.names.mend('orders');
    lookup()();
    world.run();
    expect(results).toEqual(['ENOTFOUND', ['10.0.0.2', '10.0.0.3'], 'EAI_AGAIN']);
    expect(network.names.lookups).toBe(4);
  });
});

describe('the tap', () => {
  it('tells what a capture would: opening, octets, FINs, the end', () => {
    connect();
    client.link?.write([numbered(10)]);
    client.link?.end();
    world.run();
    server.link?.end();
    world.run();
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'established', 'protocol', 'end', 'end', 'closed']);
    connect();
    network.end();
    expect(events.at(-1)).toMatchObject({ kind: 'closed', how: 'capture-ended' });
  });
});

it('random paths lose, double and swap nothing', () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = new World({ seed });
    connect(randomPath(random.chance));
    let left = 200_000;
    const send = (): void => {
      while (left > 0) {
        const size = Math.min(left, random.chance.magnitude(1, 100_000)) & ~0xff || Math.min(left, 256);
        left -= size;
        if (client.link?.write([numbered(size)]) === false) return;
      }
    };
    send();
    for (let pause = 0; pause < 20; pause++) {
      world.run(world.now() + random.chance.magnitude(1, 500));
      if (random.chance.chance(0.5)) server.link?.pause();
      else server.link?.resume();
      if (client.link?.unsentBytes === 0) send();
    }
    server.link?.resume();
    for (let more = 0; more < 50 && left > 0; more++) {
      world.run();
      send();
    }
    world.run();
    expect([seed, left, server.octets.length]).toEqual([seed, 0, 200_000]);
    expect(server.octets.every((octet, at) => octet === (at & 0xff) || at >= 199_936)).toBe(true);
  }
});

it('two runs of a seed are the same, two seeds are not', () => {
  const run = (): string => {
    connect({ cut: 'ragged', jitterMs: 2 });
    client.link?.write([numbered(50_000)]);
    world.run();
    return world.digest.hex;
  };
  expect(run()).toBe(run());
  const first = run();
  connect({ cut: 'ragged', jitterMs: 2 });
  client.link?.write([numbered(50_001)]);
  world.run();
  expect(world.digest.hex).not.toBe(first);
});
