/** What a diagnosis of one input holds: the material of every renderer. Plain data, no prose. */
import type { Endpoint, Side } from '#base';
import type { Protocol } from '#trace';
import type { Evidence, Finding, InputSide } from './finding.ts';

/** What was read. */
export interface InputSummary {
  /** As the user named it; `-` for standard input. */
  readonly name: string;
  /** For people: `pcap`, `pcapng`, `pcapng, gzip`, `trace`. */
  readonly format: string;
  readonly packets: number;
  readonly bytes: number;
  /** Wall clock of the first packet, milliseconds since 1970 UTC; undefined where the input has none. */
  readonly startEpochMs: number | undefined;
  readonly durationMs: number;
  /** What could not be read, one English sentence each: "the file ends inside packet 812". */
  readonly problems: readonly string[];
  /** Set when the input is a log. */
  readonly log?: LogSummary;
}

/** A log in numbers. */
export interface LogSummary {
  readonly lines: number;
  /** Lines with a connection error that is known; the others are not explained. */
  readonly known: number;
  /** Of these, lines that became evidence of a capture's finding. */
  readonly joined: number;
  /** Whether its times name their zone: without one they cannot be compared with those of other inputs. */
  readonly zone: 'given' | 'none' | 'no-times';
}

/** How the calls of a connection ended. */
export interface CallCounts {
  readonly total: number;
  /** grpc-status 0, or a complete answer where there is no gRPC. */
  readonly ok: number;
  /** Another status, or no answer at the end of the connection. */
  readonly failed: number;
  /** The client reset them. */
  readonly cancelled: number;
}

export interface ConnectionSummary {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** `none` when no octet was exchanged. */
  readonly protocol: Protocol | 'none';
  readonly openedMs: number;
  /** Undefined while the capture ends first. */
  readonly closedMs: number | undefined;
  /** What ended it, and who did so first; `open` at the end of the capture; `evicted` when too many were open to follow all. */
  readonly how: 'fin' | 'rst' | 'open' | 'evicted';
  readonly closedBy: Side | undefined;
  readonly frames: number;
  readonly calls: CallCounts;
  /** The implementation as the traffic names it (`grpc-go/1.45.0`), for people. */
  readonly clientStack: string | undefined;
  readonly serverStack: string | undefined;
  /** Which hop it belongs to, where two were compared; undefined for one that belongs to neither. */
  readonly side?: InputSide | undefined;
  /** Its number in its own input, where `id` is another one. */
  readonly numberInInput?: number;
}

/** How the two sides of a comparison were found to be related. */
export interface ComparisonSummary {
  /** The input of the server side; undefined when one capture holds both hops. `Report.input` is that of the client side. */
  readonly serverInput: InputSummary | undefined;
  /** `proxy`: calls of one side are those of the other; `path`: both show the same connections; `nothing`: no relation was found. */
  readonly relation: 'proxy' | 'path' | 'nothing';
  /** The inputs were given in the other order. */
  readonly swapped: boolean;
  /** The proxy between the hops, as its headers name it. */
  readonly proxy: string | undefined;
  /** All times of the report are those of the client side's clock. */
  readonly clock: ClockSummary;
  readonly calls: MatchCounts;
  /** Which connection of the client side was carried on by which of the server side, busiest first. */
  readonly routes: readonly Route[];
  /** One call on both hops, step by step: one that went wrong, if any did. */
  readonly example: HopExample | undefined;
}

export interface ClockSummary {
  /** What the offset rests on: see `docs/two-hops.md`. */
  readonly by: 'same-input' | 'wall-clock' | 'request-ids' | 'calls' | 'nothing';
  /** Added to times of the server-side input. */
  readonly offsetMs: number;
  readonly driftPpm: number;
  /** The offset may be wrong by this much either way. */
  readonly errorMs: number;
  /** How far the wall clock of the server side is ahead; undefined where that cannot be said. */
  readonly wallClockAheadMs: number | undefined;
}

export interface MatchCounts {
  readonly clientSide: number;
  readonly serverSide: number;
  /** Calls of the client side that were found on the server side, by how sure that is. */
  readonly certain: number;
  readonly likely: number;
  readonly possible: number;
  /** Calls that are too much alike to tell which belongs to which. */
  readonly ambiguous: { readonly clientSide: number; readonly serverSide: number };
  /** Calls that only one side shows, although the other was recording. */
  readonly alone: { readonly clientSide: number; readonly serverSide: number };
  /** Calls from before or after the time of the other input. */
  readonly outside: { readonly clientSide: number; readonly serverSide: number };
}

export interface Route {
  readonly clientSide: number;
  readonly serverSide: number;
  readonly calls: number;
}

export interface HopExample {
  readonly method: string;
  readonly clientSide: { readonly connection: number; readonly stream: number };
  readonly serverSide: { readonly connection: number; readonly stream: number };
  readonly certainty: 'certain' | 'likely' | 'possible';
  /** In order of time; `side` tells the hop. */
  readonly steps: readonly Evidence[];
}

export interface Report {
  readonly input: InputSummary;
  readonly connections: readonly ConnectionSummary[];
  /** Root findings, worst first; what each explains is in its `consequences`. */
  readonly findings: readonly Finding[];
  /** Only where two hops were compared. */
  readonly comparison?: ComparisonSummary;
}
