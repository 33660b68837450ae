/**
 * What a rule returns: a finding without remedies, and the events that tie findings to each other. `about` is the event
 * that the finding is the reading of: of two findings about one event, the rule asked first wins, so the specific rules
 * stand before the general ones. `explains` are the events that this finding is the cause of: a finding about one of
 * them becomes its consequence.
 */
import type { Side } from '#base';
import { catalog, type FindingId, type VariantOf } from './catalog.ts';
import type { Call } from './facts/call.ts';
import type { ConnectionFacts } from './facts/connection.ts';
import type { Mark } from './facts/mark.ts';
import type { Certainty, Culprit, Evidence, Params, Severity, Victim } from './finding.ts';
import type { EvidenceKey, EvidenceParams, FindingParams } from './render/params/index.ts';

export interface Draft {
  readonly id: FindingId;
  readonly variant: string | undefined;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly culprit: Culprit;
  /** The connections concerned; the first is where the evidence stands. */
  readonly connections: readonly ConnectionFacts[];
  readonly streams: readonly number[];
  readonly params: Params;
  readonly evidence: readonly Evidence[];
  readonly victims: readonly Victim[];
  readonly about: readonly EventKey[];
  readonly explains: readonly EventKey[];
}

type Optional<T> = { [Name in keyof T]-?: object extends Pick<T, Name> ? Name : never }[keyof T];
/** The same parameters, with `undefined` allowed where the rule may not know. */
export type Loose<T> = Omit<T, Optional<T>> & { readonly [Name in Optional<T>]?: T[Name] | undefined };

interface DraftFields<Id extends FindingId> {
  readonly id: Id;
  readonly variant?: VariantOf<Id>;
  readonly severity?: Severity;
  readonly certainty: Certainty;
  readonly culprit: Culprit;
  readonly connections: readonly ConnectionFacts[];
  readonly streams?: readonly number[];
  readonly params: Loose<FindingParams<Id>>;
  readonly evidence: readonly Evidence[];
  readonly victims?: readonly Victim[];
  readonly about?: readonly EventKey[];
  readonly explains?: readonly EventKey[];
}

/** Streams named in one finding; the count is in its params. */
const STREAMS_MAX = 200;

/** A draft of `id`: parameters and variant are checked against the catalogue, the usual severity is the catalogue's. */
export function draft<Id extends FindingId>(fields: DraftFields<Id>): Draft {
  return {
    id: fields.id,
    variant: fields.variant,
    severity: fields.severity ?? catalog[fields.id].severity,
    certainty: fields.certainty,
    culprit: fields.culprit,
    connections: [...fields.connections].sort((a, b) => a.id - b.id),
    streams: (fields.streams ?? []).slice(0, STREAMS_MAX),
    params: known(fields.params),
    evidence: fields.evidence,
    victims: fields.victims ?? [],
    about: fields.about ?? [],
    explains: fields.explains ?? [],
  };
}

/** Names one event of the capture, for matching causes with symptoms. */
export type EventKey = string;

/** The GOAWAY that `mark` points to. */
export function goawayKey(connection: ConnectionFacts, mark: Mark): EventKey {
  return `goaway ${connection.id} ${mark.index}`;
}

/** The end of a connection: all its FINs and RSTs together. */
export function endKey(connection: ConnectionFacts): EventKey {
  return `end ${connection.id}`;
}

/** The fate of one stream. */
export function streamKey(connection: ConnectionFacts, stream: number): EventKey {
  return `stream ${connection.id} ${stream}`;
}

/** One line of proof. */
export function evidence<Key extends EvidenceKey>(
  connection: ConnectionFacts,
  mark: Mark,
  from: Side | 'none',
  key: Key,
  params: Loose<EvidenceParams<Key>>,
): Evidence {
  return {
    frame: mark.index,
    packet: mark.packet,
    timeMs: mark.timeMs,
    connection: connection.id,
    from,
    key,
    params: known(params),
  };
}

/** Victims named in one finding; the count is in its params. */
const VICTIMS_MAX = 200;

export function victims(
  connection: ConnectionFacts,
  calls: readonly Call[],
  retryOf: (call: Call) => Victim['retry'],
): Victim[] {
  return calls.slice(0, VICTIMS_MAX).map((call) => ({
    connection: connection.id,
    stream: call.stream,
    method: call.method,
    retry: retryOf(call),
  }));
}

/** Without the parameters that are not known: templates leave out the sentence that needs them. */
function known(params: object): Params {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') result[name] = value;
  }
  return result;
}
