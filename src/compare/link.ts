/**
 * What the rules of one hop found, tied to the other hop: a fault of the server is the cause of what the client saw of the
 * same call, a cancellation of the client that of what the server saw.
 */
import { type Draft, type EventKey, endKey } from '#diagnose';
import type { Comparison } from './comparison.ts';
import * as lines from './lines.ts';
import { diedWith, type Fate, type Pair } from './pair.ts';
import { fateKey, innerKey, outerKey, refusedKey, victimOf } from './rules/common.ts';

/** Fates in which what happened behind the proxy decided what the client got. */
const FROM_SERVER: ReadonlySet<Fate> = new Set(['same', 'failed-by-server', 'reset-translated', 'status-rewritten']);
const FROM_CLIENT: ReadonlySet<Fate> = new Set(['left-by-client', 'reset-swallowed']);

/** The drafts of both hops, with their evidence placed and with what they explain on the other hop. */
export function linked(comparison: Comparison, drafts: readonly Draft[]): Draft[] {
  const across = acrossOf(comparison);
  return drafts.map((draft) => {
    if (draft.id === 'connection/refused' && draft.severity !== 'info') return refusedAcross(comparison, draft);
    const [first] = draft.connections;
    const connectionOf = new Map(draft.connections.map((connection) => [connection.id, connection]));
    const explains = new Set([...draft.about, ...draft.explains].flatMap((key) => across.get(key) ?? []));
    const placed = {
      ...draft,
      evidence: draft.evidence.map((line) => {
        const connection = connectionOf.get(line.connection) ?? first;
        return connection === undefined ? line : comparison.placed(line, connection);
      }),
      explains: [...draft.explains, ...[...explains].filter((key) => !draft.about.includes(key))],
    };
    return draft.id === 'stream/late-half-close' ? withVictims(comparison, placed) : placed;
  });
}

/** Behind the proxy nothing listens: that is why calls end in it. */
function refusedAcross(comparison: Comparison, draft: Draft): Draft {
  const evidence = draft.evidence.map((line) => {
    const connection = draft.connections.find(({ id }) => id === line.connection);
    return connection === undefined ? line : comparison.placed(line, connection);
  });
  return { ...draft, evidence, explains: [...draft.explains, ...draft.connections.map(refusedKey)] };
}

/** For what happened on one hop, what it brought about on the other. */
function acrossOf({ pairs }: Comparison): Map<EventKey, EventKey[]> {
  const across = new Map<EventKey, EventKey[]>();
  const add = (cause: EventKey, effects: readonly EventKey[]): void => {
    const known = across.get(cause);
    if (known === undefined) across.set(cause, [...effects]);
    else known.push(...effects);
  };
  for (const pair of pairs) {
    if (FROM_SERVER.has(pair.fate)) {
      add(innerKey(pair), [outerKey(pair), fateKey(pair)]);
      if (diedWith(pair.right, pair.inner)?.from === 'server') add(endKey(pair.right), [outerKey(pair), fateKey(pair)]);
    } else if (FROM_CLIENT.has(pair.fate)) {
      add(outerKey(pair), [innerKey(pair)]);
      if (diedWith(pair.left, pair.outer)?.from === 'client') add(endKey(pair.left), [innerKey(pair)]);
    }
  }
  return across;
}

/** Pairs shown in full. */
const SHOWN_MAX = 2;

/**
 * Incident 4: the client ends its request only after the answer, the server therefore resets the stream, and the proxy
 * drops what it has not passed on. The end of the request tells who began: it is late on the client's own hop too.
 */
function withVictims(comparison: Comparison, draft: Draft): Draft {
  const ids = new Set(draft.connections.map(({ id }) => id));
  const late = comparison.pairs.filter(({ right, inner }) => ids.has(right.id) && isLateHalfClose(inner));
  const cut = late.filter(({ fate }) => fate === 'response-dropped' || fate === 'trailers-lost');
  if (late.length === 0) return draft;
  const explains = [...draft.explains, ...late.map(outerKey), ...cut.map(fateKey)];
  if (cut.length === 0) return { ...draft, explains };
  const byClient = cut.every(wasLateBefore);
  return {
    ...draft,
    severity: 'error',
    culprit: byClient ? 'client' : 'middlebox',
    connections: [...draft.connections, ...new Set(cut.map(({ left }) => left))].sort((a, b) => a.id - b.id),
    params: {
      ...draft.params,
      cut: cut.length,
      ...(comparison.proxy === undefined ? {} : { proxy: comparison.proxy }),
    },
    evidence: cut
      .slice(0, SHOWN_MAX)
      .flatMap(({ left, outer, right, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.request(comparison, right, inner),
        ...lines.trailers(comparison, right, inner),
        ...lines.reset(comparison, right, inner),
        ...lines.reset(comparison, left, outer),
        ...lines.halfClose(comparison, left, outer),
        ...lines.halfClose(comparison, right, inner),
      ]),
    victims: cut.map(({ left, outer }) => victimOf(left, outer, 'unknown')),
    explains,
  };
}

function isLateHalfClose({ reset, client, server }: Pair['inner']): boolean {
  if (reset?.by !== 'server' || reset.code !== 0 || server.ended === undefined) return false;
  return client.ended === undefined || client.ended.timeMs > reset.timeMs;
}

/** On the client's own hop the request did not end with its last octets either, but later or never. */
function wasLateBefore({ outer }: Pair): boolean {
  const { ended, endedEmpty, lastData } = outer.client;
  return ended === undefined || (endedEmpty && ended.packet !== lastData?.packet);
}
