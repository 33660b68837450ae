/**
 * The trace vocabulary: the only thing that crosses from observation into diagnosis, so that a capture, a tap and a live
 * process get the same verdict. The events are plain data; the trace file is their NDJSON (see `file.ts`).
 */
import type { Endpoint, Side } from '#base';
import type { Frame, HeaderField, HeadersRole, LossPlace, RuleId } from '#h2';
import type { ClockLeap } from './flow.ts';
import type { TlsNews } from './tls.ts';

interface EventBase {
  /** Connections count from 1 in the order in which they open. */
  readonly connection: number;
  /** Milliseconds since the input's first packet. */
  readonly timeMs: number;
  /** The packet that completed the event, from 1; 0 where there are no packets. */
  readonly packet: number;
}

/** A TCP connection appears. Sides are known from here on: see `sidesBy`. */
export interface OpenedEvent extends EventBase {
  readonly kind: 'opened';
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly handshake: 'seen' | 'partial' | 'unseen';
  /** What told client from server: the SYN, the HTTP/2 preface, frames only one side may send, or the port numbers (a guess). */
  readonly sidesBy: 'syn' | 'preface' | 'frames' | 'ports';
  /** The client's initial sequence number, where the handshake was captured: it names the connection at every place of its path. */
  readonly initial?: number | undefined;
}

/** The server's end answered the SYN. */
export interface EstablishedEvent extends EventBase {
  readonly kind: 'established';
}

export type Protocol =
  /** HTTP/2 from its preface on, in clear text (RFC 9113 §3.3), or after a 101 answer (RFC 7540 §3.2). */
  | 'h2'
  | 'h2-upgrade'
  /** HTTP/2 recognised by its frames alone: the capture starts after the preface. */
  | 'h2-middle'
  | 'http/1'
  | 'tls'
  | 'other';

/** What a side speaks, said once a side, as soon as its first octets show it. */
export interface ProtocolEvent extends EventBase {
  readonly kind: 'protocol';
  readonly side: Side;
  readonly protocol: Protocol;
  /** The first line or octets, printable, at most 80 characters; for TLS the record's meaning ("ClientHello", "alert 40"). */
  readonly text: string;
}

export interface FrameEvent extends EventBase {
  readonly kind: 'frame';
  /** Frames count from 1 over the whole input. Evidence refers to this number. */
  readonly index: number;
  readonly from: Side;
  readonly frame: Frame;
  /** See `ObserverSink.frame`. */
  readonly streamWindow: number | undefined;
  readonly connectionWindow: number | undefined;
}

/** A decoded header block. `index` is that of the frame that ended it. */
export interface HeadersEvent extends EventBase {
  readonly kind: 'headers';
  readonly index: number;
  readonly from: Side;
  readonly stream: number;
  readonly role: HeadersRole;
  readonly fields: readonly HeaderField[];
  readonly endStream: boolean;
  /** False if the capture missed what some field refers to. */
  readonly complete: boolean;
}

/** A gRPC message (length-prefixed, "gRPC over HTTP/2"), when its last octet arrived or its stream ended without it. */
export interface MessageEvent extends EventBase {
  readonly kind: 'message';
  readonly index: number;
  readonly from: Side;
  readonly stream: number;
  readonly compressed: boolean;
  /** The length that the prefix promises. */
  readonly length: number;
  /** Octets of it that arrived; less than `length` when the stream ended early. */
  readonly received: number;
  /**
   * Its octets as they were sent, if the tracer was asked for them: all of it, or its beginning where it is longer than was
   * asked for or the capture lost some. Not written to trace files.
   */
  readonly payload?: Uint8Array | undefined;
}

export interface ViolationEvent extends EventBase {
  readonly kind: 'violation';
  readonly index: number;
  readonly by: Side;
  readonly rule: RuleId;
  readonly stream: number;
  readonly detail: string;
}

/** See `LostEvent`. */
export type LossCause = 'capture' | 'cut' | 'encrypted';

/**
 * The capture misses octets: `capture` when packets were lost, `cut` when it kept only the beginning of a packet, `resync` when octets were passed over to find a frame boundary,
 * `encrypted` when they are there and could not be decrypted.
 */
export interface LostEvent extends EventBase {
  readonly kind: 'lost';
  readonly from: Side;
  readonly length: number;
  readonly why: LossCause | 'resync';
  /**
   * No frame is missing with them: they are content of a DATA frame whose header was seen, fields of a header block, or the debug data
   * of a GOAWAY, which are told as far as they are there.
   */
  readonly within?: LossPlace | undefined;
}

export interface SegmentEvent extends EventBase {
  readonly kind: 'segment';
  readonly from: Side;
  readonly note: 'retransmission' | 'keepalive' | 'zero-window' | 'syn-retransmission';
}

/** The clock of the capture leapt since the connection's event before: see `ClockLeap`. `packet` is the connection's first one behind it. */
export interface ClockEvent extends EventBase {
  readonly kind: 'clock';
  readonly leapPacket: number;
  readonly byMs: number;
  readonly proof: ClockLeap['proof'];
}

/** A step of TLS under the connection, as far as it can be read. */
export interface TlsEvent extends EventBase {
  readonly kind: 'tls';
  readonly from: Side;
  readonly news: TlsNews;
}

/** A side ended its direction (FIN) or tore the connection down (RST). */
export interface EndEvent extends EventBase {
  readonly kind: 'end';
  readonly from: Side;
  readonly how: 'fin' | 'rst';
  readonly timeToLive: number | undefined;
  readonly usualTimeToLive: number | undefined;
  /** Octets of the other side, on the wire before it, that the segment does not acknowledge: its sender had not got them. */
  readonly unacknowledged?: number | undefined;
}

/** Nothing more will come of this connection. */
export interface ClosedEvent extends EventBase {
  readonly kind: 'closed';
  readonly how: 'closed' | 'capture-ended' | 'evicted';
  /** The capture shows nothing at all of this side, although the other side had its answers. */
  readonly unseen?: Side | undefined;
}

export type TraceEvent =
  | OpenedEvent
  | EstablishedEvent
  | ProtocolEvent
  | FrameEvent
  | HeadersEvent
  | MessageEvent
  | ViolationEvent
  | LostEvent
  | SegmentEvent
  | ClockEvent
  | TlsEvent
  | EndEvent
  | ClosedEvent;

/** Receives events in order. Called once an event on the hot path: keep it cheap. */
export type TraceSink = (event: TraceEvent) => void;
