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
  const behind = lateBehind(comparison, drafts);
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
    return draft.id === 'stream/late-half-close' ? withVictims(comparison, placed, behind) : placed;
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

/** The connections behind the proxy on which a late end of a request was found. */
function lateBehind({ pairs }: Comparison, drafts: readonly Draft[]): ReadonlySet<number> {
  const behind = new Set(pairs.map(({ right }) => right.id));
  const late = drafts.filter(({ id }) => id === 'stream/late-half-close');
  return new Set(late.flatMap(({ connections }) => connections.map(({ id }) => id)).filter((id) => behind.has(id)));
}

/**
 * Incident 4: the client ends its request only after the answer, the server therefore resets the stream, and the proxy
 * drops what it has not passed on. The end of the request tells who began: it is late on the client's own hop too. Behind the
 * proxy that end may cross the reset, which changes nothing: the server had not seen it. Where all did, only the client's hop tells.
 */
function withVictims(comparison: Comparison, draft: Draft, behind: ReadonlySet<number>): Draft {
  const ids = new Set(draft.connections.map(({ id }) => id));
  const pairs = comparison.pairs.filter(({ left, right }) => ids.has(behind.has(right.id) ? right.id : left.id));
  const late = pairs.filter(({ inner }) => isLateHalfClose(inner));
  const cut = pairs.filter((pair) => wasDropped(pair) && (isLateHalfClose(pair.inner) || wasCrossed(pair)));
  if (late.length === 0 && cut.length === 0) return draft;
  const explains = [...draft.explains, ...late.map(outerKey), ...cut.map(fateKey)];
  if (cut.length === 0) return { ...draft, explains };
  const byClient = cut.every(wasLateBefore);
  return {
    ...draft,
    severity: 'error',
    culprit: byClient ? 'client' : 'middlebox',
    connections: [...new Set([...draft.connections, ...cut.map(({ left }) => left)])].sort((a, b) => a.id - b.id),
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

const wasDropped = ({ fate }: Pair): boolean => fate === 'response-dropped' || fate === 'trailers-lost';

/** The server had answered and reset before it could see the late end of the request, which was on its way. */
function wasCrossed(pair: Pair): boolean {
  const { reset, server } = pair.inner;
  return reset?.by === 'server' && reset.code === 0 && server.ended !== undefined && wasLateBefore(pair);
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
