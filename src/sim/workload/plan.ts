/** What one call is to do, at both ends, decided before anything runs. */
import { type MethodKind, Status } from '#grpc';
import type { Prng } from '../prng.ts';

/** How one side reads: so many messages asked for at a time, each batch after a pause. */
export interface Reading {
  readonly ahead: number;
  /** Mean pause in ms; 0 asks inside the callback that brought the last message. */
  readonly pauseMs: number;
}

/** One side's messages. */
export interface Sending {
  /** The length of each message. */
  readonly lengths: readonly number[];
  /** Mean pause between them in ms. */
  readonly pauseMs: number;
}

/** `name-bin` carries octets. */
export type PlannedMetadata = readonly (readonly [string, string | Uint8Array])[];

export interface CallPlan {
  /** Counts from 1 in a world. */
  readonly id: number;
  readonly kind: MethodKind;
  readonly request: Sending;
  readonly response: Sending;
  readonly clientReads: Reading;
  readonly serverReads: Reading;
  /** END_STREAM goes with the last message instead of after it. */
  readonly endsWithLast: boolean;
  /** When the server begins to answer; `early` ends without reading what the client sends. */
  readonly answers: 'after-half-close' | 'at-once' | 'early';
  /** How long the handler thinks first, in ms. */
  readonly thinkMs: number;
  readonly headersFirst: boolean;
  readonly code: number;
  readonly message: string;
  readonly timeoutMs: number | undefined;
  /** The client cancels after this time. */
  readonly cancelMs: number | undefined;
  readonly waitForReady: boolean;
  readonly compress: boolean;
  readonly metadata: PlannedMetadata;
  readonly responseMetadata: PlannedMetadata;
  readonly trailers: PlannedMetadata;
}

/** What the calls of a world have in common. */
export interface Taste {
  /** Parts of all calls that are cancelled, have a short deadline, end with another status than OK. */
  readonly cancels: number;
  readonly deadlines: number;
  readonly refusals: number;
  /** Messages up to this length, as a rule. */
  readonly mostBytes: number;
  /** Part of the messages that are about 1 MB. */
  readonly huge: number;
  /** Mean of pauses, of handlers and readers, in ms. */
  readonly pauseMs: number;
  readonly waitForReady: number;
  readonly compress: boolean;
}

const KINDS: readonly MethodKind[] = [
  'unary',
  'unary',
  'unary',
  'client-streaming',
  'server-streaming',
  'bidi-streaming',
];
const HUGE_BYTES = 1_048_576;
const FAILURES: readonly number[] = [
  Status.UNKNOWN,
  Status.INVALID_ARGUMENT,
  Status.NOT_FOUND,
  Status.ABORTED,
  Status.UNAVAILABLE,
  Status.RESOURCE_EXHAUSTED,
  Status.INTERNAL,
];
const MESSAGES: readonly string[] = [
  '',
  'no such order',
  '50 % of it, and "more"',
  'Grüße\nüber zwei Zeilen',
  '数据已过期',
];

export function planCall(id: number, chance: Prng, taste: Taste): CallPlan {
  const kind = chance.pick(KINDS);
  const oneRequest = kind === 'unary' || kind === 'server-streaming';
  const oneResponse = kind === 'unary' || kind === 'client-streaming';
  const code = chance.chance(taste.refusals) ? chance.pick(FAILURES) : Status.OK;
  const early = !oneRequest && code !== Status.OK && chance.chance(0.5);
  const responses = oneResponse ? (code === Status.OK ? 1 : 0) : chance.int(0, 6);
  const pauseMs = (): number => (chance.chance(0.5) ? 0 : chance.exponential(taste.pauseMs));
  return {
    id,
    kind,
    request: { lengths: lengthsOf(oneRequest ? 1 : chance.int(0, 6), chance, taste), pauseMs: pauseMs() },
    response: { lengths: lengthsOf(responses, chance, taste), pauseMs: pauseMs() },
    clientReads: { ahead: chance.pick([1, 1, 2, 8]), pauseMs: pauseMs() },
    serverReads: { ahead: chance.pick([1, 1, 2, 8]), pauseMs: pauseMs() },
    endsWithLast: chance.chance(0.7),
    answers: early ? 'early' : chance.chance(0.6) ? 'after-half-close' : 'at-once',
    thinkMs: pauseMs(),
    headersFirst: chance.chance(0.3),
    code,
    message: code === Status.OK ? '' : chance.pick(MESSAGES),
    timeoutMs: timeoutOf(chance, taste),
    cancelMs: chance.chance(taste.cancels) ? chance.exponential(3 * taste.pauseMs) : undefined,
    waitForReady: chance.chance(taste.waitForReady),
    compress: taste.compress && chance.chance(0.3),
    metadata: metadataOf(chance),
    responseMetadata: metadataOf(chance),
    trailers: metadataOf(chance),
  };
}

function timeoutOf(chance: Prng, taste: Taste): number | undefined {
  if (chance.chance(taste.deadlines)) return chance.exponential(5 * taste.pauseMs) + 1;
  // A deadline that healthy calls never meet: ten minutes.
  return chance.chance(0.5) ? 600_000 : undefined;
}

function lengthsOf(count: number, chance: Prng, taste: Taste): number[] {
  return Array.from({ length: count }, () => {
    if (chance.chance(0.05)) return 0;
    if (chance.chance(taste.huge)) return HUGE_BYTES - chance.int(0, 1_000);
    return chance.magnitude(1, chance.chance(0.8) ? Math.min(2_000, taste.mostBytes) : taste.mostBytes);
  });
}

function metadataOf(chance: Prng): PlannedMetadata {
  return Array.from({ length: chance.chance(0.6) ? 0 : chance.int(1, 4) }, (_, at) => {
    const length = chance.chance(0.05) ? chance.int(500, 4_000) : chance.int(0, 40);
    if (chance.chance(0.3)) return [`x-${at}-bin`, Uint8Array.from({ length }, () => chance.int(0, 255))] as const;
    const value = Array.from({ length: Math.max(1, length) }, () => String.fromCharCode(chance.int(0x21, 0x7e))).join(
      '',
    );
    return [`x-${at}`, chance.chance(0.5) ? 'always the same' : value] as const;
  });
}
