/** What a diagnosis of one input holds: the material of every renderer. Plain data, no prose. */
import type { Endpoint, Side } from '#base';
import type { Protocol } from '#trace';
import type { Finding } from './finding.ts';

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
}

export interface Report {
  readonly input: InputSummary;
  readonly connections: readonly ConnectionSummary[];
  /** Root findings, worst first; what each explains is in its `consequences`. */
  readonly findings: readonly Finding[];
}
