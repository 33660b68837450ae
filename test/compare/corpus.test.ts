/** Both hops of calls through real proxies, with what must be told of each pair, and nothing else that is a failure. */
import { describe, expect, it } from 'vitest';
import {
  begunLate,
  compare,
  comparePair,
  expectationOf,
  failures,
  hopFindings,
  pairNames,
  recordingOf,
  told,
  withClock,
} from './support.ts';

interface Expectation {
  readonly title: string;
  readonly failures: readonly string[];
  readonly info: readonly string[];
}

const HEALTHY = pairNames.filter((name) => (expectationOf(name) as Expectation).failures.length === 0);
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

describe('recorded pairs', () => {
  for (const name of pairNames) {
    const expectation = expectationOf(name) as Expectation;
    it(`${name}: ${expectation.title}`, () => {
      const compared = comparePair(name);
      expect(failures(compared).sort()).toEqual([...expectation.failures].sort());
      expect(told(compared).map(({ finding }) => finding.id)).toEqual(expect.arrayContaining([...expectation.info]));
    });
  }

  it('are found the right way round when they are given the other way', () => {
    for (const name of pairNames) {
      const [client, server] = [recordingOf(name, 'client-side'), recordingOf(name, 'server-side')];
      const swapped = compare(server, client);
      expect(failures(swapped).sort(), name).toEqual([...(expectationOf(name) as Expectation).failures].sort());
      expect(swapped.comparison.swapped, name).toBe(true);
    }
  });

  it.each([
    ['5 s ahead', 5 * SECOND_MS],
    ['7 s behind', -7 * SECOND_MS],
    ['an hour ahead', HOUR_MS],
    ['an hour behind', -HOUR_MS],
  ])('tell the same when the clock of the server side is %s', (_, aheadMs) => {
    for (const name of pairNames.filter((one) => !one.includes('dead-backend'))) {
      const server = withClock(recordingOf(name, 'server-side'), aheadMs);
      const compared = compare(recordingOf(name, 'client-side'), server);
      expect(failures(compared).sort(), name).toEqual([...(expectationOf(name) as Expectation).failures].sort());
      const { clock } = compared.comparison;
      expect(['calls', 'request-ids'], name).toContain(clock.by);
      expect(Math.abs((clock.wallClockAheadMs ?? 0) - aheadMs), name).toBeLessThan(30);
    }
  });

  it.each([0.2, 0.5, 0.8])('healthy ones stay so when one side begins late, by %d of its packets', (share) => {
    for (const name of HEALTHY) {
      const [client, server] = [recordingOf(name, 'client-side'), recordingOf(name, 'server-side')];
      expect(failures(compare(begunLate(client, share), server)), name).toEqual([]);
      expect(failures(compare(client, begunLate(server, share))), name).toEqual([]);
    }
  });

  it('finds every call of hundreds', () => {
    const { calls, relation } = comparePair('hops-envoy-hundreds').comparison;
    expect(relation).toBe('proxy');
    expect(calls).toMatchObject({ clientSide: 401, certain: 100, likely: 301, possible: 0 });
  });

  it('tells that two connections of clients share one to the server', () => {
    const { routes } = comparePair('hops-envoy-two-clients').comparison;
    expect(new Set(routes.map(({ clientSide }) => clientSide)).size).toBe(2);
    expect(new Set(routes.map(({ serverSide }) => serverSide)).size).toBe(1);
  });

  it('names what Envoy dropped, with evidence from both inputs', () => {
    const dropped = told(comparePair('hops-envoy-late-half-close')).find(
      ({ finding }) => finding.id === 'hop/response-dropped',
    );
    expect(dropped?.finding.params).toMatchObject({
      sentBytes: 250_009,
      trailers: true,
      serverCode: 'NO_ERROR',
      errorCode: 'INTERNAL_ERROR',
    });
    expect(new Set(dropped?.finding.evidence.map(({ side }) => side))).toEqual(new Set(['client-side', 'server-side']));
  });

  it('makes no hop finding of a failure on healthy pairs', () => {
    for (const name of HEALTHY)
      expect(
        hopFindings(comparePair(name)).filter((id) => id !== 'hop/retried'),
        name,
      ).toEqual([]);
  });
});
