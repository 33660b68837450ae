/** Frames that one end sent and that never came to the other: the path swallows them. */
import type { Side } from '#base';
import { type Call, type ConnectionFacts, draft, endKey, type Mark, streamKey, victims } from '#diagnose';
import { toClientSide } from '../clock.ts';
import type { Path } from './path.ts';
import type { Twin } from './twins.ts';

/** What is on its way for longer will not come: a lost packet is sent again within a second (RFC 6298 §2). */
const OVERDUE_MS = 1_000;
const IDLE_MIN_MS = 1_000;

interface Swallowed {
  readonly from: Side;
  /** The connection as its sender's place shows it. */
  readonly sender: ConnectionFacts;
  readonly bytes: number;
  readonly first: Mark;
  readonly idleMs: number;
}

export function pathDropped(path: Path): ReturnType<typeof draft>[] {
  const { comparison } = path;
  return path.twins.flatMap((twin) => {
    const at = ({ sender, first: { timeMs, packet } }: Swallowed): number =>
      comparison.timeMs(sender, { packet, timeMs });
    const all = (['client', 'server'] as const)
      .flatMap((side) => swallowed(path, twin, side) ?? [])
      .sort((a, b) => at(a) - at(b));
    const first = all[0];
    if (first === undefined) return [];
    const lost = new Set(comparison.matching.alone.outer.map(({ call }) => call));
    const hit = unanswered(path, twin);
    const there = first.sender === twin.left ? twin.right : twin.left;
    return [
      draft({
        id: 'hop/path-dropped',
        variant: first.idleMs >= IDLE_MIN_MS ? 'idle' : 'busy',
        certainty: wasRecording(path, first, there) ? 'certain' : 'likely',
        culprit: 'network',
        connections: [twin.left, twin.right],
        streams: hit.map(({ stream }) => stream),
        params: {
          bytes: first.bytes,
          side: first.from,
          both: all.length > 1 ? true : undefined,
          openStreams: hit.length,
          silenceMs: first.idleMs >= IDLE_MIN_MS ? first.idleMs : undefined,
        },
        evidence: all.flatMap(({ from, sender, first: mark, bytes }) => {
          const receiver = sender === twin.left ? twin.right : twin.left;
          return [
            comparison.evidence(sender, mark, from, 'sent-in-vain', { bytes }),
            comparison.evidence(receiver, receiver.lastFrame[from] ?? receiver.opened, from, 'last-arrived', {}),
          ];
        }),
        // What never came to the server was not worked on.
        victims: victims(twin.left, hit, (call) => (lost.has(call) ? 'safe' : 'unknown')),
        about: [`path end ${twin.left.id}`],
        explains: [
          endKey(twin.left),
          endKey(twin.right),
          ...hit.flatMap(({ stream }) => [streamKey(twin.left, stream), streamKey(twin.right, stream)]),
        ],
      }),
    ];
  });
}

function swallowed(path: Path, twin: Twin, from: Side): Swallowed | undefined {
  const [sender, receiver] = from === 'client' ? [twin.left, twin.right] : [twin.right, twin.left];
  const bytes = sender.bytes[from] - receiver.bytes[from];
  if (bytes <= 0 || isTorn(sender) || isTorn(receiver)) return undefined;
  // Whoever reset the connection threw the rest away.
  if (sender.ends.some(({ how }) => how === 'rst') || receiver.ends.some(({ how }) => how === 'rst')) return undefined;
  const { mark: first, idleMs } = firstOf(path, twin, from, sender);
  const overdueMs = sender.lastMs - first.timeMs;
  const seenOnMs = (from === 'client' ? path.comparison.left : path.comparison.right).lastMs - first.timeMs;
  return Math.max(overdueMs, seenOnMs) < OVERDUE_MS ? undefined : { from, sender, bytes, first, idleMs };
}

/** The first frame that did not arrive, as far as facts keep it: a request, an answer, a PING, or else the last frame of all. */
function firstOf(
  { comparison }: Path,
  { left, right }: Twin,
  from: Side,
  sender: ConnectionFacts,
): { readonly mark: Mark; readonly idleMs: number } {
  const marks: { readonly mark: Mark; readonly idleMs: number }[] = [];
  if (from === 'client') {
    for (const { call, connection } of comparison.matching.alone.outer)
      if (connection === left) marks.push({ mark: call.opened, idleMs: call.idleBeforeMs });
  } else {
    for (const pair of comparison.pairs) {
      if (pair.right !== right) continue;
      const mark = unseen(pair.inner, pair.outer);
      if (mark !== undefined) marks.push({ mark, idleMs: 0 });
    }
  }
  const other = sender === left ? right : left;
  const more = sender.pings.count[from] - other.pings.count[from];
  const pings = sender.pings.ledger.toArray().filter((ping) => ping.from === from);
  const ping = more > 0 ? pings[Math.max(0, pings.length - more)] : undefined;
  if (ping !== undefined) marks.push({ mark: ping, idleMs: ping.gapMs ?? 0 });
  const last = sender.lastFrame[from] ?? sender.opened;
  return marks.sort((a, b) => a.mark.packet - b.mark.packet)[0] ?? { mark: last, idleMs: 0 };
}

/** What of an answer left the server and is not at the client. */
function unseen(sent: Call, got: Call): Mark | undefined {
  if (sent.server.headers !== undefined && got.server.headers === undefined) return sent.server.headers;
  if (sent.server.dataBytes > got.server.dataBytes) return sent.server.lastData;
  return got.server.ended === undefined ? sent.server.ended : undefined;
}

function isTorn({ isPartial, holes }: ConnectionFacts): boolean {
  return isPartial || holes > 0;
}

/** Calls without the end of an answer at the client. */
function unanswered({ comparison }: Path, { left }: Twin): readonly Call[] {
  const both = comparison.pairs.filter((pair) => pair.left === left).map(({ outer }) => outer);
  const here = comparison.matching.alone.outer.filter(({ connection }) => connection === left).map(({ call }) => call);
  return [...both, ...here].filter(({ server }) => server.ended === undefined);
}

function wasRecording({ comparison }: Path, { from, first }: Swallowed, there: ConnectionFacts): boolean {
  const { clock, left, right } = comparison;
  if (from === 'client')
    return toClientSide(clock, Math.max(right.lastMs, there.lastMs)) > first.timeMs + clock.errorMs;
  return left.lastMs > toClientSide(clock, first.timeMs) + clock.errorMs;
}
