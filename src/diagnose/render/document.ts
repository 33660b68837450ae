/**
 * The shape of the JSON report, version 1: `schema/explain.schema.json` says the same for other languages.
 * Fields may be added within a version; none changes its meaning. Times are seconds since the input's first packet.
 */
import type { Side } from '#base';
import type { Json } from '#grpc';
import type { FindingId } from '../catalog.ts';
import type { Certainty, Culprit, InputSide, LogPeer, Params, Severity, Victim } from '../finding.ts';
import type { ReadingId } from '../readings.ts';
import type { CallCounts, ComparisonSummary, ConnectionSummary, LogSummary } from '../report.ts';
import type { Language } from './messages/index.ts';
import type { Reference } from './references.ts';

export const DOCUMENT_VERSION = 1;

export interface ExplainDocument {
  readonly version: typeof DOCUMENT_VERSION;
  /** Of titles, explanations, evidence texts and reasons. */
  readonly language: Language;
  readonly input: InputDocument;
  readonly summary: SummaryDocument;
  readonly connections: readonly ConnectionDocument[];
  /** Root findings, worst first. */
  readonly findings: readonly FindingDocument[];
  /** Only where two hops were compared. `input` is then that of the client side, and all times are on its clock. */
  readonly comparison?: ComparisonDocument;
}

/** How two hops belong together. */
export interface ComparisonDocument {
  /** Null when one capture holds both hops. */
  readonly serverInput: InputDocument | null;
  readonly relation: ComparisonSummary['relation'];
  readonly swapped: boolean;
  readonly proxy: string | null;
  readonly clock: ClockDocument;
  readonly calls: ComparisonSummary['calls'];
  readonly routes: ComparisonSummary['routes'];
  readonly example: ExampleDocument | null;
}

/** Seconds, as everywhere. */
export interface ClockDocument {
  readonly by: ComparisonSummary['clock']['by'];
  readonly offset: number;
  readonly driftPpm: number;
  readonly error: number;
  readonly wallClockAhead: number | null;
}

export interface ExampleDocument {
  readonly method: string;
  readonly clientSide: { readonly connection: number; readonly stream: number };
  readonly serverSide: { readonly connection: number; readonly stream: number };
  readonly certainty: Certainty;
  readonly steps: readonly EvidenceDocument[];
}

export interface InputDocument {
  readonly name: string;
  readonly format: string;
  readonly packets: number;
  readonly bytes: number;
  /** ISO 8601, UTC; null where the input has no wall clock. */
  readonly start: string | null;
  readonly duration: number;
  readonly problems: readonly string[];
  /** Null unless the input is a log. */
  readonly log: LogSummary | null;
}

/** Root findings by severity, and what was there to be judged. */
export interface SummaryDocument {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly connections: number;
  readonly calls: number;
}

export interface ConnectionDocument {
  readonly id: number;
  readonly client: string;
  readonly server: string;
  readonly protocol: ConnectionSummary['protocol'];
  readonly opened: number;
  readonly closed: number | null;
  readonly how: ConnectionSummary['how'];
  readonly closedBy: Side | null;
  readonly frames: number;
  readonly calls: CallCounts;
  readonly clientStack: string | null;
  readonly serverStack: string | null;
  /** In a comparison: its hop, null for one of neither, and its number in its own input. */
  readonly side?: InputSide | null;
  readonly numberInInput?: number;
}

export interface FindingDocument {
  /** "1", and "1.2" for the second consequence of the first: unique within the document. */
  readonly number: string;
  /** `number` of the finding that explains this one; null at the root. A flat list keeps the tree this way. */
  readonly under: string | null;
  readonly id: FindingId;
  readonly variant: string | null;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly culprit: Culprit;
  /** Where the evidence stands: the first of `connections`; null for a finding about none. */
  readonly connection: number | null;
  readonly connections: readonly number[];
  readonly streams: readonly number[];
  readonly title: string;
  readonly explanation: string;
  /** What the texts are made of, see the page of the finding. Names that end in `Ms` are milliseconds. */
  readonly params: Params;
  readonly evidence: readonly EvidenceDocument[];
  readonly victims: readonly Victim[];
  /** Messages of the calls above, decoded; none unless they were asked for. */
  readonly messages: readonly MessageDocument[];
  readonly remedies: readonly RemedyDocument[];
  readonly consequences: readonly FindingDocument[];
  readonly references: readonly Reference[];
  /** Null unless the finding was read from log lines. */
  readonly log: LogDocument | null;
}

/** The lines that a finding was read from. */
export interface LogDocument {
  /** What such a line means, whatever program wrote it: docs/log-lines.md. */
  readonly reading: ReadingId;
  readonly stack: string;
  readonly stackId: string;
  readonly lines: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Seconds since the first time of the log; null without times. */
  readonly first: number | null;
  readonly last: number | null;
  /** Lines in equal parts of the time that the log covers. */
  readonly histogram: readonly number[];
  /** Seconds of one part. */
  readonly bucket: number;
  readonly burst: { readonly lines: number; readonly start: number; readonly span: number } | null;
  readonly peers: readonly LogPeer[];
  readonly peersOmitted: number;
  /** Findings that such a line fits as well, or that it leaves open. */
  readonly also: readonly FindingId[];
}

export interface EvidenceDocument {
  /** Frames count from 1 over the input; null when the proof is no frame. */
  readonly frame: number | null;
  /** Packets count from 1; null where there are none. */
  readonly packet: number | null;
  /** Lines of a log count from 1; null where the proof is none. */
  readonly line: number | null;
  /** The input that holds the line; null when it is `input` of this document. */
  readonly input: string | null;
  readonly time: number;
  /** Null for log lines. */
  readonly connection: number | null;
  readonly from: Side | null;
  /** In a comparison: the hop, and so the input in which frame and packet stand. */
  readonly side?: InputSide;
  readonly key: string;
  readonly params: Params;
  readonly text: string;
}

export interface MessageDocument {
  readonly connection: number;
  readonly stream: number;
  readonly frame: number;
  readonly time: number;
  readonly from: Side;
  /** Full name of the message type; null where it is not known. */
  readonly type: string | null;
  /** One line for people; empty if nothing could be decoded. */
  readonly text: string;
  /** The decoded message; null if nothing could be decoded. */
  readonly value: Json | null;
  /** What stands in the way, or should be known beside it. */
  readonly notes: readonly string[];
}

export interface RemedyDocument {
  /** For people: "etcd clientv3". */
  readonly stack: string;
  /** For programs: "etcd". */
  readonly stackId: string;
  readonly where: Side | 'middlebox';
  readonly setting: string;
  /** Empty for a call or package that is used as it stands. */
  readonly value: string;
  readonly since: string | null;
  readonly why: string;
  readonly snippet: string;
}
