/**
 * One TCP connection seen at two places of its path. The client's initial sequence number names it: 32 random bits that routers and
 * address translators leave alone. A load balancer or proxy that ends the connection makes another one, with another number.
 */
import { type Endpoint, formatEndpoint } from '#base';
import type { ConnectionFacts } from '#diagnose';
import type { HopView } from '../hop.ts';

export interface Twin {
  /** As it was captured nearer to the client. */
  readonly left: ConnectionFacts;
  readonly right: ConnectionFacts;
}

export interface Twins {
  readonly pairs: readonly Twin[];
  /** The second input was captured nearer to the client. */
  readonly swapped: boolean;
}

/** The connections that both inputs show; none where they are a part only of what both hold, as on a proxy's host. */
export function twinsOf(first: HopView, second: HopView): Twins {
  const pairs = pairsOf(first.connections, second.connections);
  const fewer = Math.min(spoken(first), spoken(second));
  if (pairs.filter(({ left }) => left.isHttp2).length * 2 <= fewer) return { pairs: [], swapped: false };
  // The nearer to the client, the longer is the way to the server and back.
  const whole = pairs.filter(({ left, right }) => left.handshake === 'seen' && right.handshake === 'seen');
  const nearerMs = whole.reduce((sum, { left, right }) => sum + handshakeMs(left) - handshakeMs(right), 0);
  if (nearerMs >= 0) return { pairs, swapped: false };
  return { pairs: pairs.map(({ left, right }) => ({ left: right, right: left })), swapped: true };
}

function pairsOf(lefts: readonly ConnectionFacts[], rights: readonly ConnectionFacts[]): Twin[] {
  const byNumber = new Map<number, ConnectionFacts>();
  const byEnds = new Map<string, ConnectionFacts>();
  for (const right of rights) {
    if (right.initial !== undefined) byNumber.set(right.initial, right);
    byEnds.set(endsOf(right), right);
  }
  return lefts.flatMap((left) => {
    const numbered = left.initial === undefined ? undefined : byNumber.get(left.initial);
    if (numbered !== undefined && mayBeOne(left, numbered)) return [{ left, right: numbered }];
    // A capture that began later shows no number: the ends name it, unless their addresses were translated.
    const right = byEnds.get(endsOf(left));
    const isLate = right !== undefined && (right.initial === undefined || left.initial === undefined);
    return isLate ? [{ left, right }] : [];
  });
}

function endsOf({ client, server }: ConnectionFacts): string {
  return `${formatEndpoint(client)} ${formatEndpoint(server)}`;
}

/** Of 2^32 numbers two may be equal by chance; an address translator changes the client's end or the server's, hardly both. */
function mayBeOne(left: ConnectionFacts, right: ConnectionFacts): boolean {
  return sameEnd(left.client, right.client) || sameEnd(left.server, right.server);
}

function sameEnd(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}

function spoken({ connections }: HopView): number {
  return connections.filter(({ isHttp2 }) => isHttp2).length;
}

function handshakeMs({ established, opened }: ConnectionFacts): number {
  return established === undefined ? 0 : established.timeMs - opened.timeMs;
}
