/** The PING ledger against the model that it follows: grpc-go's `handlePing`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pings } from '../../../src/diagnose/facts/pings.ts';

const SILENT = { lastDataMs: undefined, bytes: 0 };

function mark(timeMs: number) {
  return { index: timeMs, packet: timeMs, timeMs };
}

describe('strikes', () => {
  it('the first PING is free, the others count', () => {
    const pings = new Pings();
    const strikes = [1, 2, 3, 4].map((timeMs) => pings.ping('client', 'a', mark(timeMs), 0, SILENT).strike);
    expect(strikes).toEqual([0, 1, 2, 3]);
    expect(pings).toMatchObject({ strikesMax: 3, idleStrikes: 3 });
  });

  it('an answer of the server forgives them, the next PING is free', () => {
    const pings = new Pings();
    for (const timeMs of [1, 2, 3]) pings.ping('client', 'a', mark(timeMs), 0, SILENT);
    pings.serverWrote('headers', mark(4));
    const free = pings.ping('client', 'a', mark(5), 0, SILENT);
    expect(free).toMatchObject({ strike: 0, resetBy: { what: 'headers', timeMs: 4 } });
    expect(pings.ping('client', 'a', mark(6), 0, SILENT).strike).toBe(1);
    expect(pings.run().map(({ timeMs }) => timeMs)).toEqual([5, 6]);
  });

  it('PINGs of the server are not counted and forgive nothing', () => {
    const pings = new Pings();
    pings.ping('client', 'a', mark(1), 0, SILENT);
    expect(pings.ping('server', 'b', mark(2), 0, SILENT).strike).toBe(0);
    expect(pings.ping('client', 'c', mark(3), 0, SILENT).strike).toBe(1);
    expect(pings.count).toEqual({ client: 2, server: 1 });
  });

  it('follow a counter that knows nothing of ledgers, for any order of PINGs and answers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('ping', 'answer'), { maxLength: 200 }), (steps) => {
        const pings = new Pings();
        let [strikes, free] = [0, true];
        steps.forEach((step, timeMs) => {
          if (step === 'answer') {
            pings.serverWrote('data', mark(timeMs));
            free = true;
            return;
          }
          strikes = free ? 0 : strikes + 1;
          free = false;
          expect(pings.ping('client', 'a', mark(timeMs), 0, SILENT).strike).toBe(strikes);
        });
      }),
    );
  });
});

describe('acknowledgements', () => {
  it('belong to the oldest PING of that payload by the other side', () => {
    const pings = new Pings();
    const first = pings.ping('client', 'same', mark(1), 0, SILENT);
    const second = pings.ping('client', 'same', mark(2), 0, SILENT);
    expect(pings.acknowledged('server', 'same', mark(5))).toBe(first);
    expect(pings.unansweredAt('client', mark(9))).toBe(second);
    expect(pings.unansweredAt('client', mark(1))).toBe(first);
    expect(pings.unansweredAt('server', mark(9))).toBeUndefined();
    expect(pings.roundTripMs).toBe(4);
  });

  it('of nobody are passed over', () => {
    const pings = new Pings();
    pings.ping('client', 'a', mark(1), 0, SILENT);
    expect(pings.acknowledged('client', 'a', mark(2))).toBeUndefined();
    expect(pings.acknowledged('server', 'b', mark(2))).toBeUndefined();
    expect(pings.roundTripMs).toBeUndefined();
  });

  it('the smallest round trip stays', () => {
    const pings = new Pings();
    for (const [sent, answered] of [
      [0, 9],
      [10, 13],
      [20, 29],
    ] as const) {
      pings.ping('client', 'a', mark(sent), 0, SILENT);
      pings.acknowledged('server', 'a', mark(answered));
    }
    expect(pings.roundTripMs).toBe(3);
  });
});

describe('what a PING is for', () => {
  it.each([
    ['02041010090e0707', 'bdp', 'grpc-go'],
    ['0106010800030309', 'drain', 'grpc-go'],
    ['0000000000000457', 'keepalive', 'grpc-java'],
    ['000000000000dead', 'keepalive', 'grpc-java'],
    ['00000000000004d2', 'bdp', 'grpc-java'],
    ['000000097acef001', 'drain', 'grpc-java'],
    ['3b7cdb7a0b8716b4', 'keepalive', 'tonic'],
    ['0b7ba2f08b9bfe54', 'drain', 'tonic'],
    ['0000000000000000', 'keepalive', undefined],
    ['1f8a000000020000', 'unknown', undefined],
  ] as const)('payload %s: %s', (payload, kind, implementation) => {
    const pings = new Pings();
    expect(pings.ping('client', payload, mark(1), 0, SILENT).kind).toBe(kind);
    expect(pings.implementation.client).toBe(implementation);
  });

  it('an unknown payload right after data of the peer is a bandwidth probe', () => {
    const pings = new Pings();
    expect(pings.ping('client', 'x', mark(10), 1, { lastDataMs: 9, bytes: 1 }).kind).toBe('bdp');
    expect(pings.ping('client', 'x', mark(100), 1, { lastDataMs: 9, bytes: 1 }).kind).toBe('unknown');
  });
});

describe('bounds', () => {
  it('a flood of PINGs keeps a bounded ledger and the right count', () => {
    const pings = new Pings();
    for (let timeMs = 0; timeMs < 10_000; timeMs++) pings.ping('client', 'a', mark(timeMs), 0, SILENT);
    expect(pings.ledger.toArray().length).toBeLessThan(100);
    expect(pings).toMatchObject({ count: { client: 10_000 }, strikesMax: 9_999 });
  });
});
