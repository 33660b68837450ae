/** The shape of the remedy tables: data only, one file a stack. */
import type { FindingId, VariantOf } from '../catalog.ts';
import type { ReasonKey } from './reasons.ts';
import type { Role } from './stacks.ts';

/** A finding id, or one variant of it: `keepalive/too-many-pings:idle`. */
export type FindingSelector = { [Id in FindingId]: Id | `${Id}:${VariantOf<Id>}` }[FindingId];

export interface RemedyEntry {
  readonly for: readonly FindingSelector[];
  /** Applies only when the finding's parameters have these values. */
  readonly when?: Readonly<Record<string, string | number | boolean>>;
  /** Does not apply when a parameter has the value given here. */
  readonly unless?: Readonly<Record<string, string | number | boolean>>;
  /** Applies only when these parameters are known. */
  readonly needs?: readonly string[];
  /** Who applies it. A proxy's table says `middlebox`, whichever side of the hop it is. */
  readonly role: Role;
  /** 1: mends the cause; 2: mends it from the other side, or costs something; 3: lessens the damage. */
  readonly rank: 1 | 2 | 3;
  readonly setting: string;
  /** Template, see `fill.ts`; empty for a call or package that is used as it stands. */
  readonly value: string;
  readonly why: ReasonKey;
  /** Template in the stack's own syntax. */
  readonly snippet: string;
  /** The first version that has it, as its project writes versions. */
  readonly since?: string;
}

export type RemedyTable = readonly RemedyEntry[];

/** Findings that one kind of setting mends. */
export const idlePings = ['keepalive/too-many-pings:idle', 'keepalive/will-be-cut', 'tls/ping-rhythm:cut'] as const;
export const fastPings = ['keepalive/too-many-pings:interval'] as const;
export const probePings = ['keepalive/too-many-pings:bdp'] as const;
export const abruptEnds = ['connection/abrupt-close', 'connection/server-restart'] as const;
export const crowded = ['stream/refused', 'stream/concurrency-starved'] as const;
/** The window that all streams of a connection share; what is known to concern a stream's own is left out by `unless`. */
export const sharedWindows = ['flow/window-too-small', 'flow/connection-stalled'] as const;
/** A proxy that drops what a reset overtakes. */
export const droppedTails = [
  'stream/late-half-close',
  'stream/response-truncated',
  'hop/response-dropped',
  'hop/trailers-lost',
] as const;
export const smallWindows = ['flow/window-too-small', 'flow/stream-stalled'] as const;

/** The example of gRFC A6, which every gRPC library reads. */
export const retryServiceConfig = `{"methodConfig": [{"name": [{"service": "pkg.Svc"}], "retryPolicy": {
  "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
  "retryableStatusCodes": ["UNAVAILABLE"]}}]}`;

/** How any program on Node writes the secrets of its TLS connections, whichever library it uses. */
export const nodeKeyLog: RemedyTable = (['client', 'server'] as const).map((role) => ({
  for: ['capture/encrypted'],
  role,
  rank: 1,
  setting: '--tls-keylog',
  value: 'keys.log',
  why: 'write-key-log',
  snippet: `node --tls-keylog=keys.log app.js   # or NODE_OPTIONS=--tls-keylog=/tmp/keys.log`,
}));
