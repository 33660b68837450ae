/** A RST that one end got and the other never sent: somebody between them sent it in the other's name. */
import { otherSide, type Side } from '#base';
import { type ConnectionFacts, draft, type EndFact, endKey, streamKey, victims } from '#diagnose';
import { toClientSide } from '../clock.ts';
import type { Path } from './path.ts';
import type { Twin } from './twins.ts';

/** A silence from which on devices may have forgotten the connection. */
const IDLE_MIN_MS = 1_000;

interface Forged {
  readonly end: EndFact;
  /** Who got it. */
  readonly at: ConnectionFacts;
}

export function resetInjected(path: Path): ReturnType<typeof draft>[] {
  const { comparison } = path;
  return path.twins.flatMap((twin) => {
    const forged = [...forgedTo('client', twin), ...forgedTo('server', twin)];
    const first = forged[0];
    if (first === undefined) return [];
    const { end, at } = first;
    const idleMs = end.waiting.reduce((most, call) => Math.max(most, call.idleBeforeMs), end.silenceMs);
    return [
      draft({
        id: 'hop/reset-injected',
        variant: idleMs >= IDLE_MIN_MS ? 'idle' : 'busy',
        certainty: forged.every((one) => wasRecording(path, twin, one)) ? 'certain' : 'likely',
        culprit: 'middlebox',
        connections: [twin.left, twin.right],
        streams: end.waiting.map(({ stream }) => stream),
        params: {
          openStreams: end.waiting.length,
          both: forged.length > 1 ? true : undefined,
          victim: otherSide(end.from),
          sender: end.from,
          silenceMs: idleMs,
          timeToLive: isForeign(end) ? end.timeToLive : undefined,
          usualTimeToLive: isForeign(end) ? end.usualTimeToLive : undefined,
        },
        evidence: [
          ...forged.map((one) =>
            comparison.evidence(one.at, one.end, one.end.from, 'rst', { openStreams: one.end.waiting.length }),
          ),
          comparison.evidence(otherOf(twin, at), lastOf(otherOf(twin, at)), 'none', 'nothing-sent', { side: end.from }),
        ],
        victims: victims(twin.left, end.waiting, () => 'unknown'),
        about: [`path end ${twin.left.id}`],
        explains: [
          endKey(twin.left),
          endKey(twin.right),
          ...end.waiting.flatMap(({ stream }) => [streamKey(twin.left, stream), streamKey(twin.right, stream)]),
        ],
      }),
    ];
  });
}

/** The RST that `side` got and the other side did not send, by the capture at each. */
function forgedTo(side: Side, { left, right }: Twin): Forged[] {
  const [at, there] = side === 'client' ? [left, right] : [right, left];
  const isOther = ({ from, how }: EndFact): boolean => from !== side && how === 'rst';
  const end = at.ends.find(isOther);
  if (end === undefined || there.unseen !== undefined || there.ends.some(isOther)) return [];
  // Holes may hide a RST as well as anything.
  return there.lostBytes[otherSide(side)] > 0 ? [] : [{ end, at }];
}

/** The other input has packets from after it: it would have shown the RST. */
function wasRecording({ comparison }: Path, { left }: Twin, { end, at }: Forged): boolean {
  const { clock } = comparison;
  if (at === left) return toClientSide(clock, comparison.right.lastMs) > end.timeMs + clock.errorMs;
  return comparison.left.lastMs > toClientSide(clock, end.timeMs) + clock.errorMs;
}

function isForeign({ timeToLive, usualTimeToLive }: EndFact): boolean {
  return timeToLive !== undefined && usualTimeToLive !== undefined && timeToLive !== usualTimeToLive;
}

function otherOf({ left, right }: Twin, at: ConnectionFacts): ConnectionFacts {
  return at === left ? right : left;
}

function lastOf({ lastFrame, opened }: ConnectionFacts): { readonly packet: number; readonly timeMs: number } {
  const [client, server] = [lastFrame.client ?? opened, lastFrame.server ?? opened];
  return client.packet > server.packet ? client : server;
}
