/** Cause above symptom, one verdict an event, the same thing on several connections told once, the worst first. */
import { describe, expect, it } from 'vitest';
import type { Finding, FindingId } from '#diagnose';
import { type Draft, draft, endKey, evidence, goawayKey, streamKey, victims } from '../../src/diagnose/draft.ts';
import { Call } from '../../src/diagnose/facts/call.ts';
import { ConnectionFacts } from '../../src/diagnose/facts/connection.ts';
import { rank } from '../../src/diagnose/rank.ts';

function connection(id: number, client = '10.0.0.1', server = '10.0.0.9'): ConnectionFacts {
  return new ConnectionFacts({
    kind: 'opened',
    connection: id,
    timeMs: id,
    packet: id,
    client: { address: client, port: 40_000 + id },
    server: { address: server, port: 50_051 },
    handshake: 'seen',
    sidesBy: 'syn',
  });
}

const one = connection(1);
const END = endKey(one);

type Ties = Partial<Pick<Draft, 'about' | 'explains' | 'severity' | 'certainty' | 'victims'>>;

/** A draft of `id` on `connections`; only what ties it to others matters here. */
function made(id: FindingId, ties: Ties = {}, connections: readonly ConnectionFacts[] = [one]): Draft {
  const first = connections[0]!;
  const base = draft({
    id: 'connection/abrupt-close',
    certainty: 'certain',
    culprit: 'server',
    connections,
    params: { how: 'fin', openStreams: 1 },
    evidence: [evidence(first, first.opened, 'server', 'fin', {})],
  });
  return { ...base, ...ties, id };
}

function ranked(...drafts: readonly Draft[]): Finding[] {
  return rank(drafts, () => []);
}

function names(findings: readonly Finding[]): string[] {
  const line = ({ id, consequences }: Finding): string => [id, ...consequences.map(line)].join(' > ');
  return findings.map(line);
}

describe('one verdict an event', () => {
  it('the rule asked first keeps the event', () => {
    const findings = ranked(
      made('connection/idle-close-race', { about: [END] }),
      made('connection/abrupt-close', { about: [END] }),
    );
    expect(names(findings)).toEqual(['connection/idle-close-race']);
  });

  it('a finding about several events stays while one of them is not judged', () => {
    const first = streamKey(one, 1);
    const third = streamKey(one, 3);
    const findings = ranked(
      made('stream/refused', { about: [first] }),
      made('stream/cancelled', { about: [first, third] }),
      made('stream/reset', { about: [first, third] }),
    );
    expect(names(findings).sort()).toEqual(['stream/cancelled', 'stream/refused']);
  });

  it('a finding about no event is never crowded out', () => {
    const findings = ranked(made('connection/abrupt-close', { about: [END] }), made('connection/short-lived'));
    expect(findings).toHaveLength(2);
  });

  it('events of different connections are different events', () => {
    const two = connection(2, '10.0.0.2');
    const findings = ranked(
      made('connection/abrupt-close', { about: [END] }),
      made('connection/idle-close-race', { about: [endKey(two)] }, [two]),
    );
    expect(findings).toHaveLength(2);
  });

  it('two GOAWAYs of one connection are different events', () => {
    const first = goawayKey(one, { index: 5, packet: 5, timeMs: 5 });
    const second = goawayKey(one, { index: 9, packet: 9, timeMs: 9 });
    expect(
      ranked(made('goaway/graceful', { about: [first] }), made('goaway/one-shot', { about: [second] })),
    ).toHaveLength(2);
  });
});

describe('cause above symptom', () => {
  it('a finding hangs under the one that explains its event', () => {
    const findings = ranked(
      made('stream/request-trailers', { explains: [END] }),
      made('connection/abrupt-close', { about: [END] }),
    );
    expect(names(findings)).toEqual(['stream/request-trailers > connection/abrupt-close']);
  });

  it('whatever the order in which they were asked', () => {
    const findings = ranked(
      made('connection/abrupt-close', { about: [END] }),
      made('stream/request-trailers', { explains: [END] }),
    );
    expect(names(findings)).toEqual(['stream/request-trailers > connection/abrupt-close']);
  });

  it('chains: the cause of a cause is the root', () => {
    const goaway = goawayKey(one, { index: 5, packet: 5, timeMs: 5 });
    const findings = ranked(
      made('stream/id-not-increasing', { explains: [goaway] }),
      made('goaway/protocol-error', { about: [goaway], explains: [streamKey(one, 1)] }),
      made('stream/cancelled', { about: [streamKey(one, 1)] }),
    );
    expect(names(findings)).toEqual(['stream/id-not-increasing > goaway/protocol-error > stream/cancelled']);
  });

  it('what explains its own event stays a root', () => {
    expect(names(ranked(made('connection/abrupt-close', { about: [END], explains: [END] })))).toEqual([
      'connection/abrupt-close',
    ]);
  });

  it('of two findings that explain each other the one that was asked first is the cause', () => {
    const first = streamKey(one, 1);
    const findings = ranked(
      made('goaway/protocol-error', { about: [END], explains: [first] }),
      made('stream/reset', { about: [first], explains: [END] }),
    );
    expect(names(findings)).toEqual(['goaway/protocol-error > stream/reset']);
  });

  it('the worst severity does not decide who is the cause', () => {
    const findings = ranked(
      made('goaway/one-shot', { explains: [END], severity: 'info' }),
      made('connection/abrupt-close', { about: [END] }),
    );
    expect(names(findings)).toEqual(['goaway/one-shot > connection/abrupt-close']);
  });

  it('the same consequence of one cause on several connections is told once', () => {
    const two = connection(2);
    const findings = ranked(
      made('connection/server-restart', { explains: [END, endKey(two)] }, [one, two]),
      made('connection/abrupt-close', { about: [END] }),
      made('connection/abrupt-close', { about: [endKey(two)] }, [two]),
    );
    expect(names(findings)).toEqual(['connection/server-restart > connection/abrupt-close']);
    expect(findings[0]?.consequences[0]?.connections).toEqual([1, 2]);
  });
});

describe('the same thing on several connections', () => {
  const on = (id: number, client?: string, ties: Ties = {}): Draft => {
    const at = connection(id, client);
    const call = new Call(id, at.opened, 0, 1);
    return made('connection/abrupt-close', { victims: victims(at, [call], () => 'unknown'), ...ties }, [at]);
  };

  it('is told once, with all victims and the sum of what adds up', () => {
    const [found, ...others] = ranked(on(3), on(1), on(2));
    expect(others).toEqual([]);
    expect(found?.connections).toEqual([1, 2, 3]);
    expect(found?.params).toMatchObject({ openStreams: 3 });
    expect(found?.victims.map((victim) => victim.connection)).toEqual([3, 1, 2]);
    expect(found?.evidence[0]?.connection).toBe(3);
  });

  it('between other hosts it is another finding', () => {
    expect(ranked(on(1), on(2, '10.0.0.7'))).toHaveLength(2);
  });

  it('with another certainty, severity, culprit or variant it is another finding', () => {
    expect(ranked(on(1), on(2, undefined, { certainty: 'likely' }))).toHaveLength(2);
    expect(ranked(on(1), on(2, undefined, { severity: 'warning' }))).toHaveLength(2);
    expect(ranked(on(1), { ...on(2), culprit: 'middlebox' })).toHaveLength(2);
    expect(ranked(on(1), { ...on(2), variant: 'rst' })).toHaveLength(2);
  });

  it('is told once, with what any of them explains', () => {
    const findings = ranked(
      on(1, undefined, { explains: ['a'] }),
      on(2),
      made('stream/cancelled', { about: ['a'] }, [connection(1)]),
    );
    expect(findings.map(({ connections }) => connections)).toEqual([[1, 2]]);
    expect(findings[0]?.consequences.map(({ id }) => id)).toEqual(['stream/cancelled']);
  });

  it('evidence and victims stay bounded over many connections', () => {
    const [found] = ranked(...Array.from({ length: 700 }, (_, at) => on(at + 1)));
    expect(found?.connections).toHaveLength(700);
    expect(found?.evidence.length).toBeLessThan(50);
    expect(found?.victims.length).toBeLessThanOrEqual(500);
  });
});

describe('order', () => {
  it('errors before warnings before information', () => {
    const findings = ranked(
      made('stream/cancelled', { severity: 'info' }),
      made('stream/refused', { severity: 'warning' }),
      made('connection/abrupt-close', { severity: 'error' }),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'info']);
  });

  it('then the certain before the likely before the possible', () => {
    const findings = ranked(
      made('connection/half-open', { certainty: 'possible' }),
      made('goaway/late-write', { certainty: 'likely' }),
      made('connection/abrupt-close', { certainty: 'certain' }),
    );
    expect(findings.map(({ certainty }) => certainty)).toEqual(['certain', 'likely', 'possible']);
  });

  it('then the one with more victims', () => {
    const calls = [1, 3, 5].map((stream) => new Call(stream, one.opened, 0, 1));
    const findings = ranked(
      made('goaway/late-write', { victims: victims(one, calls.slice(0, 1), () => 'safe') }),
      made('connection/abrupt-close', { victims: victims(one, calls, () => 'safe') }),
    );
    expect(findings.map(({ id }) => id)).toEqual(['connection/abrupt-close', 'goaway/late-write']);
  });

  it('then the earlier', () => {
    const findings = ranked(
      made('goaway/late-write', {}, [connection(9)]),
      made('connection/abrupt-close', {}, [connection(2)]),
    );
    expect(findings.map(({ id }) => id)).toEqual(['connection/abrupt-close', 'goaway/late-write']);
  });

  it('consequences are sorted alike', () => {
    const [root] = ranked(
      made('goaway/late-write', { explains: ['a', 'b'] }),
      made('stream/cancelled', { about: ['a'], severity: 'info' }),
      made('stream/reset', { about: ['b'] }),
    );
    expect(root?.consequences.map(({ id }) => id)).toEqual(['stream/reset', 'stream/cancelled']);
  });
});

describe('remedies', () => {
  it('are asked for each finding, the consequences too', () => {
    const asked: FindingId[] = [];
    rank(
      [made('stream/request-trailers', { explains: [END] }), made('connection/abrupt-close', { about: [END] })],
      ({ id }) => {
        asked.push(id);
        return [];
      },
    );
    expect(asked.sort()).toEqual(['connection/abrupt-close', 'stream/request-trailers']);
  });
});
