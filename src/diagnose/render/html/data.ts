/** What the script of the HTML page gets: plain data, embedded as JSON. Times are milliseconds since the input's first packet. */
import type { Side } from '#base';
import type { Severity } from '../../finding.ts';
import type { PageTexts } from '../messages/page.ts';

/** Draws a mark: what it looks like. */
export type MarkKind =
  | 'request'
  | 'response'
  | 'trailers'
  | 'data'
  | 'reset'
  | 'ping'
  | 'ack'
  | 'goaway'
  | 'settings'
  | 'window'
  | 'fin'
  | 'rst'
  | 'lost'
  | 'other';

export interface PageMark {
  /** Frame number; null for what is no frame. */
  readonly frame: number | null;
  readonly packet: number;
  readonly time: number;
  readonly from: Side;
  readonly kind: MarkKind;
  /** `HEADERS`, `FIN`. */
  readonly type: string;
  /** 0 for the connection; null below HTTP/2. */
  readonly stream: number | null;
  readonly length: number | null;
  /** Octets that its sender may still send on the connection, or got; null where unknown. */
  readonly window: number | null;
  /** What it holds, name and value, ready to show. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Header fields. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** A sign that something went wrong: a reset, a GOAWAY with an error. */
  readonly trouble: boolean;
  /** Its sender sends no more on the stream. */
  readonly ends: boolean;
  /** Which strike a PING was; 0 for none. */
  readonly strike: number;
}

export interface PageConnection {
  /** Which input, from 0. */
  readonly input: number;
  readonly id: number;
  /** What people call it: its number, or its side and number where two inputs were compared. */
  readonly name: string;
  readonly client: string;
  readonly server: string;
  readonly opened: number;
  readonly closed: number | null;
  /** Of the worst finding about it; null for none. */
  readonly severity: Severity | null;
  /** Marks that the capture holds; `marks` may be fewer. */
  readonly total: number;
  readonly marks: readonly PageMark[];
  /** What each side may still send on the connection: time and octets. */
  readonly curves: Readonly<Record<Side, readonly (readonly [time: number, window: number])[]>>;
  /** `:path` by stream, for the labels of lanes. */
  readonly paths: Readonly<Record<string, string>>;
}

/** A line of evidence, in the order of the page: the element with `data-evidence="0"` is the first. */
export interface PageEvidence {
  readonly input: number;
  /** 0 for a line of a log. */
  readonly connection: number;
  readonly frame: number | null;
  /** Of a log. */
  readonly line: number | null;
  readonly time: number;
  readonly text: string;
  /** The finding it belongs to: title and the id of its element. */
  readonly finding: string;
  readonly element: string;
}

export interface PageData {
  readonly texts: PageTexts;
  readonly connections: readonly PageConnection[];
  readonly evidence: readonly PageEvidence[];
}
