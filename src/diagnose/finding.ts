/**
 * A finding as data: what happened, how sure we are, who caused it, what proves it, who was hit and what mends it.
 * No prose here: titles, explanations, evidence lines and remedy reasons are rendered from `params` by a message catalogue.
 */
import type { Side } from '#base';
import type { Json, MessageNote } from '#grpc';
import type { FindingId } from './catalog.ts';
import type { ReadingId } from './readings.ts';

/** `error` and `warning` are failures; `info` tells what healthy traffic shows. */
export type Severity = 'error' | 'warning' | 'info';

/** `certain`: frame order or a protocol string proves it; `likely`: timing or correlation; `possible`: it fits, others fit too. */
export type Certainty = 'certain' | 'likely' | 'possible';

export type Culprit = Side | 'middlebox' | 'network' | 'none' | 'unknown';

/** What a message template may use. Times are milliseconds in names that end in `Ms`. */
export type Params = Readonly<Record<string, string | number | boolean>>;

/** Which of two inputs that were compared: the one from before the proxy, or the one from behind it. */
export type InputSide = 'client-side' | 'server-side';

/** One line of proof: an event of the capture and a message key that says what it shows. */
export interface Evidence {
  /** Frame index, or undefined when the proof is a segment, a gap in time or an absence. */
  readonly frame: number | undefined;
  readonly packet: number;
  /** Line of a log, counted from 1, for proof that is no event of a capture; `frame` is then undefined and `packet` 0. */
  readonly line?: number;
  /** The input that holds the line, when it is not the one that is reported on. */
  readonly input?: string;
  readonly timeMs: number;
  /** 0 when the proof belongs to no connection that was followed, as log lines do. */
  readonly connection: number;
  readonly from: Side | 'none';
  /** Which input it stands in, where two were compared: frame and packet are numbers of that input. */
  readonly side?: InputSide;
  /** Key into the `evidence` messages. */
  readonly key: string;
  readonly params: Params;
}

/** A call or stream that suffered. */
export interface Victim {
  readonly connection: number;
  readonly stream: number;
  /** `:path` of the request; empty when the capture does not show it. */
  readonly method: string;
  /**
   * `safe`: the server never processed it, so a retry cannot do anything twice; `unknown`: it may have been processed;
   * `unneeded`: it was answered.
   */
  readonly retry: 'safe' | 'unknown' | 'unneeded';
}

/** A message of a call that suffered, or the status details that ended it, decoded. Secrets and payload are hidden already. */
export interface FindingMessage {
  readonly connection: number;
  readonly stream: number;
  readonly frame: number;
  readonly timeMs: number;
  readonly from: Side;
  /** Full name; undefined where it is not known. */
  readonly type: string | undefined;
  /** One line for people; empty if nothing could be decoded. */
  readonly text: string;
  /** The same for programs. */
  readonly value: Json | undefined;
  readonly notes: readonly MessageNote[];
}

/** A setting to change, computed from what was observed. `stack` and `key` point into the remedy tables. */
export interface Remedy {
  readonly stack: string;
  /** Who applies it. */
  readonly where: Side | 'middlebox';
  readonly setting: string;
  /** Empty for a call or package that is used as it stands. */
  readonly value: string;
  /** Key into the `remedies` messages: why this helps. */
  readonly why: string;
  readonly params: Params;
  /** Configuration or code in the stack's own syntax. */
  readonly snippet: string;
  /** The first version of the stack that has the setting, where that matters. */
  readonly since: string | undefined;
}

/** Lines from one address, or about it. */
export interface LogPeer {
  readonly address: string;
  readonly lines: number;
}

/** The lines that a finding was read from: how many, when, and about whom. Times are those of `Evidence.timeMs`. */
export interface LogOccurrences {
  readonly reading: ReadingId;
  /** Who wrote them: a stack id of the remedy tables. */
  readonly stack: string;
  readonly lines: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Undefined where the lines have no time. */
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Lines in equal parts of the time that the log covers; empty where it has no times. */
  readonly histogram: readonly number[];
  readonly bucketMs: number;
  /** The most lines that fell into a short time, when that is far more than the rest. */
  readonly burst: { readonly lines: number; readonly startMs: number; readonly spanMs: number } | undefined;
  /** Most lines first; the rest is counted. */
  readonly peers: readonly LogPeer[];
  readonly peersOmitted: number;
  /** Findings that such a line fits as well, or that it leaves open. */
  readonly also: readonly FindingId[];
}

export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly culprit: Culprit;
  /** The connections concerned, ascending; the first is where the evidence stands. */
  readonly connections: readonly number[];
  readonly streams: readonly number[];
  /** Which text of the id's messages applies, e.g. `idle`, `interval`, `bdp`; undefined when the id has one text. */
  readonly variant: string | undefined;
  readonly params: Params;
  readonly evidence: readonly Evidence[];
  readonly victims: readonly Victim[];
  readonly remedies: readonly Remedy[];
  /** Findings that this one explains: symptoms under their cause. */
  readonly consequences: readonly Finding[];
  /** Set when the finding was read from log lines. */
  readonly log?: LogOccurrences;
  /** Of the calls above, where messages could be read. */
  readonly messages?: readonly FindingMessage[] | undefined;
}
